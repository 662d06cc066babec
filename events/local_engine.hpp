// The engine of one process: it owns every partition of the catalog and commerce topics.
//
//   SHOP_TRY(engine, LocalEngine::open(parts, options));   // folds, claims: in office
//   engine->add_observer(…);  engine->start();  …  engine->stop();
//
// The simulation does not start() it: it calls begin(), finish(), save_step() and warm_step()
// itself, so that what happens in between is up to its seed.
//
// Loops on which tasks wait must run until stop() has returned, or their tasks are lost.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "events/committer.hpp"
#include "events/engine.hpp"
#include "events/engine_options.hpp"
#include "events/seat.hpp"
#include "events/slot_map.hpp"
#include "events/trusted_clock.hpp"

namespace shop {

struct EngineStats {
    std::uint64_t doubts = 0;           // times a partition had to read its log again
    std::uint64_t save_failures = 0;    // of the state store
    std::uint64_t broken_versions = 0;  // R3: events out of their stream's order; an alarm
    std::uint64_t void_entries = 0;     // of the log, that do not count (reader_rules.hpp)
    std::uint64_t folded = 0;           // records read from the log rather than decided here
    std::size_t partitions_lost = 0;    // to another process
};

class LocalEngine final : public Engine {
  public:
    // Errors: those of Takeover::resolve() and name_log(); kConflict "other-log" for another log
    // than EngineOptions::log_id, in which no partition was taken. Nothing is served then.
    static Result<std::unique_ptr<LocalEngine>> open(const EngineParts& parts,
                                                     const EngineOptions& options);
    ~LocalEngine() override;

    // Before start(). It is told at once of each office, and where each partition ends.
    void add_observer(CommitObserver& observer) { committer_->add_observer(observer); }

    // ---- Offices --------------------------------------------------------------------------------
    // From now on this process is to serve the partition: it is taken over from whoever does, soon.
    void take_office(Partition partition) { committer_->ask_office(partition, true); }
    // It is not to serve it any more: what is durable is saved, callers are told "not-owner".
    void leave_office(Partition partition) { committer_->ask_office(partition, false); }
    bool serves(Partition partition) const;

    void start() { committer_->start(); }
    // Commits what was submitted, saves all state, ends the threads. What comes later is refused.
    void stop() { committer_->stop(); }

    // ---- The port -------------------------------------------------------------------------------
    Task<Result<Receipt>> submit(Executor& home, Submission submission) override;
    Task<Result<Trial>> try_out(Executor& home, Submission submission) override;
    Task<Result<Snapshot>> read(Executor& home, StreamId id) override;
    Task<Result<Snapshot>> read_at(Executor& home, StreamId id, Position position) override;
    Task<Result<Snapshot>> wait(Executor& home, StreamId id, std::uint64_t version,
                                Duration timeout) override;
    Result<std::vector<StreamId>> open_streams(Partition partition) const override;
    Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                              std::size_t limit) const override;
    Status serving() const override;
    Time now() const override { return clock_.now(); }
    bool clock_is_sane() const override { return clock_.is_sane(); }

    const LogIdentity& identity() const { return identity_; }
    const SlotMap& slot_map() const { return map_; }
    EngineStats stats() const;

    // ---- Without threads ------------------------------------------------------------------------
    bool begin() { return committer_->begin(); }  // true: entries are with the log, finish() is due
    void land() { committer_->land(); }
    void finish() { committer_->finish(); }
    bool has_work() const { return committer_->has_work(); }
    bool save_step() { return committer_->state_writer().step(); }
    bool warm_step() { return committer_->warmer().step(); }
    // As if the process ended here; then run the loops, so that the tasks that wait end too.
    void halt() { committer_->halt(); }

  private:
    struct Deciding;
    struct Looking;
    struct Watching;

    LocalEngine(const EngineParts& parts, const EngineOptions& options, LogIdentity identity);
    Task<Result<Receipt>> decide(Executor& home, Submission submission, Trial* trial);
    Shard& shard_of(const StreamId& id) const;
    const Seat* find_seat(Partition partition) const;
    Task<Result<Snapshot>> read_past(Executor& home, const Shard& shard, StreamId id, Offset last);
    Result<Snapshot> fold_history(const Shard& shard, const StreamId& id, Offset last) const;

    const EngineParts parts_;
    const LogIdentity identity_;
    const SlotMap map_;
    TrustedClock clock_;
    Worker* const past_reader_;
    std::vector<std::unique_ptr<Seat>> seats_;  // catalog first, then commerce
    std::unique_ptr<Committer> committer_;
    std::atomic<WatchId> last_watch_ = 0;
};

}  // namespace shop
