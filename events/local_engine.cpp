#include "events/local_engine.hpp"

#include <algorithm>

#include "events/name_log.hpp"
#include "events/past_state.hpp"
#include "events/schema_level.hpp"
#include "events/worker.hpp"

namespace shop {
namespace {

// Each further try means that the log failed under the command again.
constexpr int kTriesMax = 5;
constexpr std::size_t kRandomBytes = 16;  // of a name or a nonce

std::unexpected<Error> in_doubt() {
    return fail(ErrorCode::kUnavailable, "in-doubt",
                "The log is being recovered; ask again in a moment with the same key.");
}

bool is_decided_here(Partition partition) {
    return partition.topic != Topic::kClicks;
}

// A log that others may start on at the same moment says itself whose name it bears; one of our own
// is named by the claims that follow.
Result<LogIdentity> named_by(const EngineParts& parts, const EngineOptions& options,
                             const SlotMap& map, const LogId& fresh) {
    const bool is_shared = !options.takes_all || options.proof_life.us > 0;
    if (!is_shared) return establish_identity(parts.log, map, fresh);
    return name_log(parts.log, map,
                    Claim{.term = {1, nonce_of(parts.random(kRandomBytes))},
                          .time = parts.clock.now(),
                          .address = options.address,
                          .schema_level = schema_level(),
                          .log = {fresh, map.partitions(), map.fingerprint()}});
}

Result<LogIdentity> identify(const EngineParts& parts, const EngineOptions& options,
                             const SlotMap& map) {
    const LogId fresh =
        options.log_id.is_empty() ? LogId::derive({parts.random(kRandomBytes)}) : options.log_id;
    SHOP_TRY(identity, named_by(parts, options, map, fresh));
    if (options.log_id.is_empty() || identity.id == options.log_id) return identity;
    return fail(ErrorCode::kConflict, "other-log",
                "The log is " + identity.id.to_string() + ", and not " +
                    options.log_id.to_string() +
                    ": another shop began on it. Start this one on another log.");
}

}  // namespace

// ---- Waiting ------------------------------------------------------------------------------------
// Each is awaited by the task that holds what it points to. Once the shard has the waiter, another
// thread may resume the task and end it: nothing of the frame is touched any more.

struct LocalEngine::Deciding {
    Shard& shard;
    Committer& committer;
    Attempt& attempt;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> self) {
        Committer& kicked = committer;
        attempt.waiter.handle = self;
        attempt.waiter.end = WaitEnd::kDurable;
        if (!shard.decide(attempt)) return false;
        kicked.kick();
        return true;
    }
    WaitEnd await_resume() const noexcept { return attempt.waiter.end; }
};

struct LocalEngine::Looking {
    Shard& shard;
    Committer& committer;
    Reading& reading;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> self) {
        Shard& asked = shard;
        Committer& kicked = committer;
        reading.waiter.handle = self;
        reading.waiter.end = WaitEnd::kDurable;
        if (!shard.read(reading)) return false;
        if (asked.wants_proof()) kicked.kick();
        return true;
    }
    WaitEnd await_resume() const noexcept { return reading.waiter.end; }
};

struct LocalEngine::Watching {
    Shard& shard;
    StreamId id;
    std::uint64_t version;
    WatchId watch;
    Duration timeout;
    Waiter waiter;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> self) {
        waiter.handle = self;
        Executor& home = *waiter.home;
        std::weak_ptr<Watchers> watchers = shard.watchers();
        const auto on_timeout = [watchers, stream = id, watch = watch] {
            const auto all = watchers.lock();
            Waiter* late = all ? all->remove(stream, watch) : nullptr;
            if (late == nullptr) return;
            late->end = WaitEnd::kDurable;  // or not: it reads again
            late->handle.resume();
        };
        const Duration after = timeout;
        if (!shard.watch(id, version, watch, waiter)) return false;
        home.post_after(after, on_timeout);
        return true;
    }
    WaitEnd await_resume() const noexcept { return waiter.end; }
};

// ---- The engine ---------------------------------------------------------------------------------

Result<std::unique_ptr<LocalEngine>> LocalEngine::open(const EngineParts& parts,
                                                       const EngineOptions& options) {
    const SlotMap map(parts.log.partitions());
    SHOP_TRY(identity, identify(parts, options, map));
    std::unique_ptr<LocalEngine> engine(new LocalEngine(parts, options, identity));
    SHOP_TRY_STATUS(engine->committer_->open());
    return engine;
}

LocalEngine::LocalEngine(const EngineParts& parts, const EngineOptions& options,
                         LogIdentity identity)
    : parts_(parts),
      identity_(std::move(identity)),
      map_(parts.log.partitions()),
      clock_(parts.clock),
      past_reader_(options.past_reader) {
    std::vector<Seat*> all;
    for (const Partition partition : map_.partitions().all()) {
        if (!is_decided_here(partition)) continue;
        seats_.push_back(std::make_unique<Seat>(partition, map_, parts_, clock_, options));
        all.push_back(seats_.back().get());
    }
    committer_ = std::make_unique<Committer>(parts_, options, clock_, all, identity_);
}

LocalEngine::~LocalEngine() = default;

Shard& LocalEngine::shard_of(const StreamId& id) const {
    const Partition partition = map_.partition_of(id);
    const std::size_t before = partition.topic == Topic::kCatalog ? 0 : map_.partitions().catalog;
    return seats_[before + partition.number]->shard;
}

Task<Result<Receipt>> LocalEngine::submit(Executor& home, Submission submission) {
    return decide(home, std::move(submission), nullptr);
}

Task<Result<Trial>> LocalEngine::try_out(Executor& home, Submission submission) {
    Trial trial;
    submission.id_is_new = true;
    const Result<Receipt> decided = co_await decide(home, std::move(submission), &trial);
    if (!decided) co_return std::unexpected(decided.error());
    trial.position = decided->position;
    co_return trial;
}

Task<Result<Receipt>> LocalEngine::decide(Executor& home, Submission submission, Trial* trial) {
    Attempt attempt(home, std::move(submission));
    attempt.trial = trial;
    Shard& shard = shard_of(attempt.target);
    for (int tries = 0; tries < kTriesMax; ++tries) {
        const WaitEnd end = co_await Deciding{shard, *committer_, attempt};
        if (end == WaitEnd::kDurable) co_return std::move(attempt.outcome);
        if (end != WaitEnd::kDropped) break;
    }
    co_return in_doubt();
}

Task<Result<Snapshot>> LocalEngine::read(Executor& home, StreamId id) {
    Reading reading{.id = id};
    reading.waiter.home = &home;
    Shard& shard = shard_of(id);
    for (int tries = 0; tries < kTriesMax; ++tries) {
        const WaitEnd end = co_await Looking{shard, *committer_, reading};
        if (end == WaitEnd::kDurable) co_return std::move(reading.outcome);
        if (end != WaitEnd::kDropped) break;
    }
    co_return in_doubt();
}

Task<Result<Snapshot>> LocalEngine::read_at(Executor& home, StreamId id, Position position) {
    Shard& shard = shard_of(id);
    if (position.partition != shard.partition() || position.offset < 0)
        co_return fail(ErrorCode::kInvalid, "wrong-position",
                       "The position is not one of the stream's partition.");
    Reading reading{.id = id, .at = position.offset};
    reading.waiter.home = &home;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        const WaitEnd end = co_await Looking{shard, *committer_, reading};
        if (end == WaitEnd::kDurable && reading.needs_history)
            co_return co_await read_past(home, shard, id, position.offset);
        if (end == WaitEnd::kDurable) co_return std::move(reading.outcome);
        if (end != WaitEnd::kDropped) break;
    }
    co_return in_doubt();
}

// The log may make whoever reads it wait.
Task<Result<Snapshot>> LocalEngine::read_past(Executor& home, const Shard& shard, StreamId id,
                                              Offset last) {
    if (past_reader_ == nullptr) co_return fold_history(shard, id, last);
    co_return co_await past_reader_->call<Result<Snapshot>>(
        home, [this, &shard, id, last] { return fold_history(shard, id, last); });
}

Result<Snapshot> LocalEngine::fold_history(const Shard& shard, const StreamId& id,
                                           Offset last) const {
    // In this order: what leaves the memory in between is in the store by then.
    const std::vector<Offset> unsaved = shard.unsaved_records_of(id, last);
    SHOP_TRY(offsets, parts_.store.records_of(shard.partition(), id, last));
    for (const Offset offset : unsaved)
        if (offsets.empty() || offset > offsets.back()) offsets.push_back(offset);
    return fold_past(parts_.log, {shard.partition(), id, std::move(offsets)});
}

Task<Result<Snapshot>> LocalEngine::wait(Executor& home, StreamId id, std::uint64_t version,
                                         Duration timeout) {
    const Duration until{parts_.clock.steady().us + timeout.us};
    Shard& shard = shard_of(id);
    for (;;) {
        Result<Snapshot> now = co_await read(home, id);
        const Duration left{until.us - parts_.clock.steady().us};
        if (!now || now->version > version || left.us <= 0) co_return std::move(now);
        Watching watching{.shard = shard,
                          .id = id,
                          .version = version,
                          .watch = ++last_watch_,
                          .timeout = left,
                          .waiter = {}};
        watching.waiter.home = &home;
        if (co_await watching == WaitEnd::kStopped) co_return in_doubt();
    }
}

const Seat* LocalEngine::find_seat(Partition partition) const {
    for (const auto& seat : seats_)
        if (seat->partition() == partition) return seat.get();
    return nullptr;
}

bool LocalEngine::serves(Partition partition) const {
    const Seat* seat = find_seat(partition);
    return seat != nullptr && seat->shard.serving();
}

Result<std::vector<StreamId>> LocalEngine::open_streams(Partition partition) const {
    const Seat* seat = find_seat(partition);
    if (seat == nullptr) return std::vector<StreamId>{};
    SHOP_TRY_STATUS(seat->shard.serving());
    return seat->shard.open_streams();
}

Result<std::vector<StreamId>> LocalEngine::due_streams(Partition partition, StreamKind kind,
                                                       Time by, std::size_t limit) const {
    const Seat* seat = find_seat(partition);
    if (seat == nullptr) return std::vector<StreamId>{};
    SHOP_TRY_STATUS(seat->shard.serving());  // else the store knows what was due long ago
    return seat->shard.due_streams(kind, by, limit);
}

Status LocalEngine::serving() const {
    for (const auto& seat : seats_) {
        Status serving = seat->shard.serving();
        if (serving) continue;
        serving.error().message =
            seat->partition().to_string() + " is not served: " + serving.error().message;
        return serving;
    }
    return {};
}

EngineStats LocalEngine::stats() const {
    EngineStats stats{.doubts = committer_->doubts(),
                      .save_failures = committer_->state_writer().failures()};
    for (const auto& seat : seats_) {
        stats.broken_versions += seat->shard.broken_versions();
        stats.void_entries += seat->void_entries.load();
        stats.folded += seat->folded.load();
        if (seat->shard.is_lost()) ++stats.partitions_lost;
    }
    return stats;
}

}  // namespace shop
