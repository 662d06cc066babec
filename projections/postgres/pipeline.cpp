#include "projections/postgres/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/assert.hpp"

namespace shop::postgres {
namespace {

// Later settings win in libpq, so ours hold whatever the operator's conninfo says. The reads are
// many and short: compiling them or spreading one over processes would cost more than it gains.
// Two swapped letters leave a short word with little in common: the few words that are similar at
// all are compared letter by letter afterwards (search_text.hpp).
std::string with_options(const PipelineOptions& options) {
    return fmt::format(
        "{} options='-c statement_timeout={} -c default_transaction_read_only=on -c jit=off "
        "-c max_parallel_workers_per_gather=0 -c work_mem=16MB "
        "-c pg_trgm.similarity_threshold=0.19'",
        options.conninfo, options.statement_timeout_ms);
}

std::unexpected<Error> too_many_reads() {
    return fail(ErrorCode::kUnavailable, "too-many-reads",
                "More reads are waiting than can be served. Try again soon.");
}

constexpr Statement kPulse{"pulse", "SELECT 1"};
constexpr int kLooksPerWait = 4;  // at what waits: it may be late by that part

}  // namespace

bool Pipeline::LaneState::answers_within(Duration limit) const {
    return std::ranges::any_of(
        connections, [&](const auto& each) { return each->is_up() && !each->is_silent(limit); });
}

bool Pipeline::LaneState::is_idle() const {
    return waiting.empty() && std::ranges::all_of(connections, [](const auto& each) {
               return each->in_flight() == 0;
           });
}

Pipeline::Pipeline(const PipelineLoop& loop, PipelineOptions options)
    : loop_(loop), options_(std::move(options)) {
    PipelineConnection::Owner& owner = *this;
    const auto open = [&](LaneState& lane, int connections) {
        for (int i = 0; i < connections; ++i)
            lane.connections.push_back(
                std::make_unique<PipelineConnection>(loop_, with_options(options_), owner));
    };
    lanes_[0].in_flight_max = options_.quick_in_flight_max;
    open(lanes_[0], options_.quick_connections);
    open(lanes_[1], options_.slow_connections);
}

Pipeline::~Pipeline() {
    *alive_ = false;
}

Task<Result<Rows>> Pipeline::query(Statement statement, Parameters parameters, Lane lane) {
    co_return co_await callback<Result<Rows>>(
        [&](auto resume) { enqueue({lane, statement, std::move(parameters), std::move(resume)}); });
}

Task<Status> Pipeline::pulse() {
    const auto rows = co_await query(kPulse, {});
    if (!rows) co_return std::unexpected(rows.error());
    co_return Status{};
}

void Pipeline::enqueue(PipelineRequest request) {
    LaneState& own = lanes_[static_cast<std::size_t>(request.lane)];
    if (own.waiting.size() >= options_.waiting_max) return request.answer(too_many_reads());
    request.since = loop_.clock.steady();
    own.waiting.push_back(std::move(request));
    fill(own);
    watch_soon(own);
}

// Lanes are looked at only while somebody waits for something.
void Pipeline::watch_soon(LaneState& lane) {
    if (std::exchange(lane.is_watched, true)) return;
    const Duration pause{options_.wait_max_when_down.us / kLooksPerWait};
    loop_.executor.post_after(pause, [this, alive = alive_, &lane] {
        if (*alive) watch(lane);
    });
}

void Pipeline::watch(LaneState& lane) {
    lane.is_watched = false;
    for (const auto& connection : lane.connections)
        connection->lose_if_silent(options_.silence_max);
    feel_pulse(lane);
    refuse_late(lane);
    if (!lane.is_idle()) watch_soon(lane);
}

// Makes sure that the quick lane is owed an answer while a connection of this one says nothing.
void Pipeline::feel_pulse(const LaneState& lane) {
    const Duration look{options_.wait_max_when_down.us / kLooksPerWait};
    const bool is_silent = std::ranges::any_of(
        lane.connections, [&](const auto& each) { return each->is_silent(look); });
    if (is_silent && lanes_[0].is_idle()) enqueue({Lane::kQuick, kPulse, {}, [](const auto&) {}});
}

void Pipeline::refuse_late(LaneState& lane) {
    // Looked at through the quick lane too, where an answer is due at once.
    const Duration limit = options_.wait_max_when_down;
    const bool is_up = lane.answers_within(options_.silence_max) && lanes_[0].answers_within(limit);
    const Duration late = loop_.clock.steady() - (is_up ? options_.wait_max : limit);
    std::vector<PipelineRequest::Answer> refused;
    for (PipelineRequest& request : std::exchange(lane.waiting, {})) {
        if (request.since <= late)
            refused.push_back(std::move(request.answer));
        else
            lane.waiting.push_back(std::move(request));
    }
    if (!is_up)
        for (const auto& connection : lane.connections) connection->abandon(late, refused);
    // Whoever is answered may ask again: the lane is in order by now.
    for (PipelineRequest::Answer& answer : refused)
        answer(is_up ? too_many_reads()
                     : fail(ErrorCode::kUnavailable, "view-unavailable",
                            "The views cannot be read right now. Try again soon."));
}

void Pipeline::fill(LaneState& lane) {
    while (!lane.waiting.empty()) {
        PipelineConnection* best = nullptr;
        for (const auto& connection : lane.connections) {
            if (!connection->is_up() || connection->in_flight() >= lane.in_flight_max ||
                connection->is_silent(options_.wait_max_when_down))
                continue;
            if (best == nullptr || connection->in_flight() < best->in_flight())
                best = connection.get();
        }
        if (best == nullptr) return;
        PipelineRequest request = std::move(lane.waiting.front());
        lane.waiting.pop_front();
        best->send(std::move(request));
    }
}

Pipeline::LaneState& Pipeline::lane_of(const PipelineConnection& connection) {
    for (LaneState& lane : lanes_)
        for (const auto& own : lane.connections)
            if (own.get() == &connection) return lane;
    SHOP_ASSERT(false);
    return lanes_[0];
}

void Pipeline::take_back(PipelineRequest request) {
    // It has waited longest already; its connection was there a moment ago.
    request.since = loop_.clock.steady();
    LaneState& lane = lanes_[static_cast<std::size_t>(request.lane)];
    lane.waiting.push_front(std::move(request));
    watch_soon(lane);
}

void Pipeline::has_room(PipelineConnection& connection) {
    fill(lane_of(connection));
}

}  // namespace shop::postgres
