#include "projections/projector_worker.hpp"

#include <algorithm>
#include <utility>

#include "events/give_way.hpp"
#include "projections/postgres/errors.hpp"

namespace shop::projections {
namespace {

constexpr Duration kSaveEvery = milliseconds(200);
constexpr Duration kRefreshEvery = seconds(1);
constexpr Duration kBackOffMin = milliseconds(50);
constexpr Duration kBackOffMax = seconds(2);

// For a Postgres that says nothing, of a thread that is to end.
constexpr Duration kLastWait = seconds(2);

// A transaction costs Postgres more than the few entries in it: behind a small batch the next one
// is let grow, unless somebody waits for it.
constexpr std::size_t kSmallBatch = 200;
constexpr Duration kGather = milliseconds(10);

}  // namespace

Projector::Worker::Worker(Projector& owner, const ViewVersion& version, Duty duty)
    : owner_(owner),
      version_(version.version),
      made_(version.made),
      swap_is_due_(duty.swap_when_built),
      runner_(owner.log_, owner.projection_,
              {.conninfo = owner.options_.conninfo,
               .give_up = [this](Duration silent) { return stop_ && silent > kLastWait; },
               .version = version.version,
               .mode = duty.mode},
              *this),
      back_off_(kBackOffMin) {
    thread_ = std::thread([this] { run(); });
}

Projector::Worker::~Worker() {
    stop_ = true;
    owner_.wake();
    thread_.join();
}

void Projector::Worker::on_commit(int version, const Offsets& read, const Touched& touched,
                                  const std::set<Position>& dead_letters) {
    owner_.take_commit(version, read, touched, dead_letters);
}

void Projector::Worker::on_alarm(int version, const Error& error) {
    (void)version;
    if (owner_.options_.alarm) owner_.options_.alarm(owner_.projection_.name(), error);
}

void Projector::Worker::run() {
    give_way();
    const Clock& clock = owner_.options_.clock;
    Duration saved = clock.steady();
    Duration refreshed;
    while (!stop_) {
        const std::uint64_t seen = owner_.wait_announced(0, Duration{}, stop_);
        std::set<Partition> partitions = owner_.fed();
        const bool has_none = partitions.empty();
        runner_.take(std::move(partitions));
        if (has_none) {
            owner_.wait_announced(seen, kRefreshEvery, stop_);
            continue;
        }
        const auto read = runner_.step();
        if (!read) {
            back_off(read.error());
            continue;
        }
        back_off_ = kBackOffMin;
        owner_.note_stopped(version_, false);
        const bool has_caught_up = runner_.has_caught_up(*read);
        const bool is_built = has_caught_up && runner_.is_building();
        if (is_built || clock.steady() - refreshed >= kRefreshEvery) {
            refreshed = clock.steady();
            if (const Status done = runner_.refresh(clock.now()); !done) {
                refresh_failed(done.error());
                continue;
            }
            complaint_.clear();
        }
        if (is_built) end_build();
        // A build that was interrupted goes on as if it were none, and is swapped in all the same.
        if (has_caught_up && !runner_.is_building()) swap_in();
        if (runner_.has_unsaved() && clock.steady() - saved >= kSaveEvery) {
            (void)runner_.save_idle();
            saved = clock.steady();
        }
        if (*read == 0)
            owner_.wait_announced(seen, runner_.has_unsaved() ? kSaveEvery : kRefreshEvery, stop_);
        else if (*read < kSmallBatch)
            owner_.progress_.wait_for_reader(kGather);
    }
    (void)runner_.save_idle();
}

// What does not pass by itself is told, once.
void Projector::Worker::refresh_failed(const Error& error) {
    const bool passes = postgres::is_transient(error) || error.type == "another-runner";
    if (!passes && std::exchange(complaint_, error.message) != error.message)
        on_alarm(version_, error);
    back_off(error);
}

// A view that stopped is looked at again only when somebody resumes it.
void Projector::Worker::back_off(const Error& error) {
    const bool stopped = error.code == ErrorCode::kConflict;
    owner_.note_stopped(version_, stopped);
    const Duration pause = stopped ? kBackOffMax : back_off_;
    back_off_ = std::min(Duration{back_off_.us * 2}, kBackOffMax);
    std::uint64_t seen = owner_.wait_announced(0, Duration{}, stop_);
    const Duration end = owner_.options_.clock.steady() + pause;
    while (!stop_) {
        const Duration left = end - owner_.options_.clock.steady();
        if (left.us <= 0) return;
        seen = owner_.wait_announced(seen, left, stop_);
    }
}

void Projector::Worker::end_build() {
    const Status done = runner_.end_build();
    has_ended_build_ = done.has_value();
    if (!done) on_alarm(version_, done.error());
}

// What hinders it passes: the database is away, or somebody holds a lock, or another process has
// far to go with its partitions.
void Projector::Worker::swap_in() {
    const Duration now = owner_.options_.clock.steady();
    if (!swap_is_due_ || now < swap_not_before_) return;
    const Status done = try_swap();
    swap_is_due_ = !done;
    swap_not_before_ = now + kBackOffMax;
    if (!done && done.error().type != "swap-too-early") on_alarm(version_, done.error());
}

// Nothing if an operator has swapped it meanwhile, in or out again.
Status Projector::Worker::try_swap() {
    // Statistics; and what is read: the swap goes by what is written down.
    if (!has_ended_build_) SHOP_TRY_STATUS(runner_.end_build());
    has_ended_build_ = true;
    SHOP_TRY_STATUS(runner_.save_idle());
    SHOP_TRY(database, owner_.connect());
    const std::string_view view = owner_.projection_.name();
    SHOP_TRY(version, load_version(database, view, version_));
    if (version.state != VersionState::kBuilding) return {};
    SHOP_TRY_STATUS(swap_to(database, view, version_));
    SHOP_TRY(versions, owner_.look(database));
    (void)versions;
    return {};
}

}  // namespace shop::projections
