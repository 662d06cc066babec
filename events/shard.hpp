// The single writer of a partition: its mutex, the states folded from its log, and what is decided
// but not yet durable.
//
// Under the mutex a command is decided, gets its offset, is encoded straight into the pending
// buffer and applied. From then on every later decision rests on it, though the log may still lose
// it; so nothing leaves the shard before the offset it rests on is durable: each caller waits in
// `pending_` or `in_flight_`. Loads from the state store happen outside the mutex.
//
//   callers, any thread      decide, read, watch, …
//   the committer's thread   take → (the log) → commit; or, if anything was not as expected,
//                            suspend → fold … → serve or lose (events/takeover.hpp)
//   the state writer         capture (through the committer) → (the store) → saved
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "events/engine.hpp"
#include "events/engine_options.hpp"
#include "events/hot_streams.hpp"
#include "events/record.hpp"
#include "events/slot_map.hpp"
#include "events/state_store.hpp"
#include "events/trusted_clock.hpp"
#include "events/unsaved.hpp"
#include "events/waiter.hpp"
#include "events/watchers.hpp"

namespace shop {

// A submission on its way through the shard; lives in its coroutine's frame.
struct Attempt {
    Attempt(Executor& home, Submission submission);

    AnyCommand command;
    StreamId target;
    Record record;  // term, seq, time and events are the shard's to fill in
    Time not_before;
    bool is_owed = false;    // brought by an effect or a provider: has a share of its own
    bool id_is_new = false;  // no record bears it: nothing to look for in the store
    std::optional<Error> refusal_if_new;
    Trial* trial = nullptr;         // decide, and tell it here, but record nothing
    std::uint64_t appended_in = 0;  // number of the term it was last appended in; 0: never
    Waiter waiter;
    Result<Receipt> outcome = Receipt{};  // good once the waiter's end is kDurable
};

// A read on its way, likewise.
struct Reading {
    StreamId id;
    Offset at = -1;              // read_at: the record behind which the stream is wanted; −1: now
    bool needs_history = false;  // the stream has moved on since `at`
    Waiter waiter;
    Result<Snapshot> outcome = Snapshot{};
};

// What the committer takes to the log.
struct Group {
    AppendBatch batch;
    Offset first = -1;           // where its first entry is expected
    Time time;                   // of its last record
    std::vector<StreamId> open;  // touched, and open or just closed
    bool is_empty() const { return batch.ends.empty(); }
};

class Shard {
  public:
    Shard(Partition partition, const SlotMap& map, const EngineParts& parts,
          const TrustedClock& clock, const EngineOptions& options);

    Partition partition() const { return partition_; }

    // ---- Callers ------------------------------------------------------------------------------
    // True: the waiter resumes later, and the frame must not be touched any more. False: the
    // outcome is there.
    bool decide(Attempt& attempt);
    bool read(Reading& reading);
    // True: the waiter resumes when the stream gets beyond `version`, or when the watch is taken
    // back (watchers.hpp). False: it is beyond, or the partition is not served.
    bool watch(const StreamId& id, std::uint64_t version, WatchId watch, Waiter& waiter);
    const std::shared_ptr<Watchers>& watchers() const { return watchers_; }
    // What commands would be refused with right now, if the partition is not served.
    Status serving() const;
    // Offsets up to `last` of unsaved records that hold events of the stream.
    std::vector<Offset> unsaved_records_of(const StreamId& id, Offset last) const;
    Result<std::vector<StreamId>> open_streams() const;
    Result<std::vector<StreamId>> due_streams(StreamKind kind, Time by, std::size_t limit) const {
        return parts_.store.due_streams(partition_, kind, by, limit);
    }

    // ---- The committer ------------------------------------------------------------------------
    // What is pending becomes in flight; one group at a time. With `save`, also captures what the
    // state store lacks, as it is at the group's end: to be saved once the group is durable.
    void take(Group& group, StateBatch* save);
    // All that was taken is durable where it was expected; returns who waited for it. `sent_at`:
    // when it was given to the log, for it was appended no earlier.
    WaiterList commit(Duration sent_at);
    // Somebody waits for a proof. If so, and nothing is pending: they wait for the one that is
    // asked for now. Not while something is in flight.
    bool wants_proof() const;
    bool ask_for_proof();
    // The log's end was the own one at `asked_at` or later; returns who waited for that.
    WaiterList prove(Duration asked_at);
    // Nobody can say now who is in office; returns who waited for that.
    WaiterList give_up_proof();
    // Who rests on in-flight offsets that `is_durable` tells (only without answer_in_order).
    WaiterList answer_some(const std::function<bool(Offset)>& is_durable);
    // Nothing is answered any more; returns everybody who waits. What memory holds is forgotten.
    WaiterList suspend();
    // From being suspended: folds likewise, and whoever asks is told that another one serves.
    void warm();
    // Folds a valid record of the log, in order, in doubt or while it warms. Skips what the state
    // store already holds.
    Status fold(Offset offset, const Record& record);
    // In office: goes on behind seq and the last offset, all of which is durable.
    void serve(const Term& term, std::uint64_t seq, Offset last, Time time);
    // Somebody else's claim rules; commands and reads are refused.
    void lose();
    // The same because nobody asks this process to serve any more. What was decided before may
    // still be taken and committed.
    void leave();
    // ... or does again, before it was left. False if nobody had asked it to leave.
    bool stay();
    // Something is decided, and not yet taken.
    bool has_pending() const;
    bool is_lost() const;

    // ---- The state store ----------------------------------------------------------------------
    // One save at a time: captured, then reported by saved(). A batch that is not stored will be
    // part of the next.
    void capture_all(StateBatch& batch);
    void saved(const StateBatch& batch, bool is_stored);
    bool has_unsaved() const;
    // Whether a save should come before its time.
    bool wants_save() const;

    // Events whose version was not the next of their stream (R3), found while folding: an alarm.
    std::uint64_t broken_versions() const;

  private:
    enum class Office : std::uint8_t { kDoubt, kServing, kLost, kLeft, kWarming };
    class View;      // what a decision sees
    struct Loading;  // a load under way

    // One look at a command under the mutex.
    enum class Step : std::uint8_t { kAnswered, kWaits, kLoad };
    std::unique_lock<std::mutex> stand_in_line();
    Step step(Attempt& attempt, const std::optional<StoredCommand>& stored, StreamId& missing);
    Step decide_now(Attempt& attempt, StreamId& missing);
    Step answer_known(Attempt& attempt, const StoredCommand& known);
    Step answer(Attempt& attempt, Offset rests_on);
    Step append(Attempt& attempt, Decision& decision, StreamId& missing);
    void tell_trial(Trial& trial, const View& view, Decision decision, Time now) const;
    bool fill_in(Record& record, Decision& decision, StreamId& missing);
    void apply(const Record& record, Offset offset);
    void touch(HotStream& stream, Offset offset);
    Status refusal() const;
    bool is_busy(bool is_owed) const;
    bool has_waiting_room(bool is_owed) const;
    bool show(Reading& reading, const HotStream& stream);
    void remember(const Record& record, Offset offset);
    Status load(const StreamId& id);
    static void stale(Loading& loading);
    void wait_for(Waiter& waiter, Offset rests_on);
    bool is_proven() const;
    WaiterList take_proven(Duration since);
    void evict();
    void capture(StateBatch& batch);
    void saved_streams(std::span<const StoredStream> streams, bool is_stored);

    // Constant after construction.
    const Partition partition_;
    const SlotMap& map_;
    const SeriesId local_series_;
    const EngineParts parts_;
    const TrustedClock& clock_;
    const EngineLimits limits_;
    const Protections protections_;
    const Duration proof_life_;
    EngineWitness* const witness_;
    const std::shared_ptr<Watchers> watchers_;

    mutable std::mutex mutex_;  // guards everything below
    Office office_ = Office::kDoubt;
    Term term_;
    std::uint64_t seq_ = 0;  // of the last record decided
    Offset last_ = -1;       // its offset, or that of whatever stands before the next
    Offset durable_ = -1;    // up to here all is durable and valid
    Time time_;              // of the last record decided
    HotStreams streams_;
    std::vector<Loading*> loadings_;
    std::unordered_set<StreamId> open_;  // of the streams in memory

    // Decided, and not yet taken.
    Group pending_;
    WaiterList pending_waiters_;
    // Taken, and not yet durable.
    Offset in_flight_last_ = -1;
    WaiterList in_flight_waiters_;
    // What they rest on is in flight or durable, but whether it is the latest is not known: the
    // next proof that is asked for after they came tells.
    WaiterList unproven_waiters_;
    Duration proven_until_;    // steady clock
    std::size_t waiting_ = 0;  // in all three lists

    // Not yet in the state store.
    Unsaved unsaved_;
    std::vector<StreamId> unsaved_streams_;
    bool save_failed_ = false;              // the last one
    std::atomic<std::uint64_t> saves_ = 0;  // counts when ids left the memory; also read without
    std::uint64_t broken_versions_ = 0;
};

}  // namespace shop
