#include "projections/postgres/pipeline_connection.hpp"

#include <libpq-fe.h>

#include <algorithm>

#include "core/base/assert.hpp"
#include "projections/postgres/errors.hpp"

namespace shop::postgres {
namespace {

constexpr Duration kBackOffMin = milliseconds(50);
constexpr Duration kBackOffMax = seconds(2);
constexpr int kAttemptsMax = 5;

}  // namespace

void PipelineConnection::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

PipelineConnection::PipelineConnection(const PipelineLoop& loop, std::string conninfo, Owner& owner)
    : watcher_(loop.watcher),
      executor_(loop.executor),
      clock_(loop.clock),
      conninfo_(std::move(conninfo)),
      owner_(owner) {
    connect();
}

PipelineConnection::~PipelineConnection() {
    *alive_ = false;
    if (fd_ >= 0) watcher_.forget(fd_);
}

void PipelineConnection::connect() {
    connection_.reset(PQconnectStart(conninfo_.c_str()));
    state_ = State::kConnecting;
    heard_ = clock_.steady();
    if (PQstatus(connection_.get()) == CONNECTION_BAD)
        return lose(PQerrorMessage(connection_.get()));
    fd_ = PQsocket(connection_.get());
    watcher_.when_writable(fd_, [this] { poll_connecting(); });
}

void PipelineConnection::poll_connecting() {
    const auto polled = PQconnectPoll(connection_.get());
    const int fd = PQsocket(connection_.get());  // libpq may try another address
    if (fd != fd_) {
        watcher_.forget(fd_);
        fd_ = fd;
    }
    switch (polled) {
        case PGRES_POLLING_READING:
            return watcher_.when_readable(fd_, [this] { poll_connecting(); });
        case PGRES_POLLING_WRITING:
            return watcher_.when_writable(fd_, [this] { poll_connecting(); });
        case PGRES_POLLING_OK:
            return become_up();
        default:
            return lose(PQerrorMessage(connection_.get()));
    }
}

void PipelineConnection::become_up() {
    PGconn* connection = connection_.get();
    if (PQsetnonblocking(connection, 1) != 0 || PQenterPipelineMode(connection) != 1)
        return lose(PQerrorMessage(connection));
    state_ = State::kUp;
    back_off_ = {};
    owner_.has_room(*this);
}

void PipelineConnection::lose(const std::string& why) {
    if (fd_ >= 0) watcher_.forget(fd_);
    fd_ = -1;
    connection_.reset();
    state_ = State::kDown;
    prepared_.clear();
    prepare_error_.reset();
    unsynced_ = reading_ = writing_ = false;
    in_flight_ = 0;
    back_off_ = std::clamp(Duration{back_off_.us * 2}, kBackOffMin, kBackOffMax);
    executor_.post_after(back_off_, [this, alive = alive_] {
        if (*alive) connect();
    });
    // Reads can be repeated, so those that were under way wait for the next connection.
    auto sent = std::exchange(sent_, {});
    for (Sent& entry : sent) {
        if (entry.kind != Kind::kQuery || !entry.request.answer) continue;
        if (++entry.request.attempts >= kAttemptsMax)
            entry.request.answer(std::unexpected(error_of("08006", why)));
        else
            owner_.take_back(std::move(entry.request));
    }
}

bool PipelineConnection::is_silent(Duration limit) const {
    const bool owes = state_ == State::kConnecting || in_flight_ > 0;
    return owes && clock_.steady() - heard_ > limit;
}

void PipelineConnection::lose_if_silent(Duration limit) {
    if (is_silent(limit)) lose("The database does not answer.");
}

void PipelineConnection::abandon(Duration asked_until,
                                 std::vector<PipelineRequest::Answer>& abandoned) {
    for (Sent& entry : sent_)
        if (entry.request.answer && entry.request.since <= asked_until)
            abandoned.push_back(std::exchange(entry.request.answer, nullptr));
}

bool PipelineConnection::prepare(const Statement& statement) {
    if (prepared_.contains(statement.name)) return true;
    if (PQsendPrepare(connection_.get(), statement.name.data(), statement.sql.data(), 0, nullptr) !=
        1)
        return false;
    prepared_.insert(statement.name);
    sent_.push_back({Kind::kPrepare, {}});
    return true;
}

void PipelineConnection::send(PipelineRequest request) {
    SHOP_ASSERT(is_up());
    std::array<const char*, 32> values{};
    SHOP_ASSERT(request.parameters.size() <= values.size());
    std::ranges::transform(request.parameters, values.begin(),
                           [](const auto& value) { return value ? value->c_str() : nullptr; });
    const Statement& statement = request.statement;
    const int count = static_cast<int>(request.parameters.size());
    const bool sent = statement.plan_anew
                          ? PQsendQueryParams(connection_.get(), statement.sql.data(), count,
                                              nullptr, values.data(), nullptr, nullptr, 0) == 1
                          : prepare(statement) &&
                                PQsendQueryPrepared(connection_.get(), statement.name.data(), count,
                                                    values.data(), nullptr, nullptr, 0) == 1;
    sent_.push_back({Kind::kQuery, std::move(request)});
    if (!sent) return lose(PQerrorMessage(connection_.get()));
    if (in_flight_ == 0) heard_ = clock_.steady();
    ++in_flight_;
    unsynced_ = true;
    schedule_flush();
}

void PipelineConnection::schedule_flush() {
    if (flush_due_) return;
    flush_due_ = true;
    executor_.post([this, alive = alive_] {
        if (!*alive) return;
        flush_due_ = false;
        if (is_up()) flush();
    });
}

void PipelineConnection::flush() {
    if (unsynced_) {
        if (PQpipelineSync(connection_.get()) != 1) return lose(PQerrorMessage(connection_.get()));
        sent_.push_back({Kind::kSync, {}});
        unsynced_ = false;
    }
    const int left = PQflush(connection_.get());
    if (left < 0) return lose(PQerrorMessage(connection_.get()));
    if (left > 0 && !writing_) {
        writing_ = true;
        watcher_.when_writable(fd_, [this] {
            writing_ = false;
            flush();
        });
    }
    wait_readable();
}

void PipelineConnection::wait_readable() {
    if (reading_) return;
    reading_ = true;
    watcher_.when_readable(fd_, [this] {
        reading_ = false;
        read();
    });
}

void PipelineConnection::read() {
    PGconn* connection = connection_.get();
    if (PQconsumeInput(connection) != 1) return lose(PQerrorMessage(connection));
    heard_ = clock_.steady();
    const auto alive = alive_;
    while (!sent_.empty() && PQisBusy(connection) == 0) {
        if (pg_result* result = PQgetResult(connection)) take_result(result);
        // An answered coroutine may have ended this connection, or its use of the loop.
        if (!*alive || connection_.get() != connection) return;
    }
    if (PQstatus(connection) != CONNECTION_OK) return lose(PQerrorMessage(connection));
    // Stay on the socket while idle too: that is how a server that goes away is noticed.
    wait_readable();
    owner_.has_room(*this);
}

void PipelineConnection::take_result(pg_result* result) {
    const int status = PQresultStatus(result);
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    Error error = error_of(state == nullptr ? "" : state, message == nullptr ? "" : message);
    Rows rows(result);
    Sent entry = std::move(sent_.front());
    sent_.pop_front();
    switch (entry.kind) {
        case Kind::kSync:
            return;
        case Kind::kPrepare:
            return take_prepare_result(status, std::move(error));
        case Kind::kQuery:
            --in_flight_;
            take_query_result(std::move(entry.request), std::move(rows), status, std::move(error));
    }
}

// The query behind a failed prepare comes back as aborted. It is to blame only if its own statement
// is wrong, not if the prepare was aborted itself.
void PipelineConnection::take_prepare_result(int status, Error error) {
    if (status == PGRES_COMMAND_OK) return;
    SHOP_ASSERT(!sent_.empty() && sent_.front().kind == Kind::kQuery);
    prepared_.erase(sent_.front().request.statement.name);
    if (status == PGRES_FATAL_ERROR) prepare_error_ = std::move(error);
}

void PipelineConnection::take_query_result(PipelineRequest request, Rows rows, int status,
                                           Error error) {
    if (!request.answer) return prepare_error_.reset();
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return request.answer(std::move(rows));
    if (prepare_error_) {
        error = std::move(*prepare_error_);
        prepare_error_.reset();
        if (!is_connection_lost(error)) return request.answer(std::unexpected(std::move(error)));
    }
    if (status != PGRES_PIPELINE_ABORTED && !is_connection_lost(error))
        return request.answer(std::unexpected(std::move(error)));
    if (++request.attempts < kAttemptsMax) return owner_.take_back(std::move(request));
    request.answer(fail(ErrorCode::kUnavailable, "view-unavailable",
                        "The view could not be read because of other reads' errors. Try again."));
}

}  // namespace shop::postgres
