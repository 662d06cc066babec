// The committer: one thread that makes what all shards decided durable, and lets their answers go.
//
//   begin    takes the pending buffer of every shard that has none on its way, and appends them
//            with one call for all. A shard that was just answered waits for the log's pause first
//   land     looks which have been reported. A shard whose entries are durable where they were
//            expected, in order, is committed: its waiters resume, one post per executor. Any other
//            is in doubt: it is suspended, the log is read (takeover.hpp), and each waiter decides
//            again, which finds its own record if it counts.
//
// So on the embedded log, which reports at once, all shards share one synced write; on Kafka none
// waits for another's broker. run() does both on a thread; the simulation calls them itself, and
// lets others act in between.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "events/appender.hpp"
#include "events/engine.hpp"
#include "events/seat.hpp"
#include "events/state_writer.hpp"
#include "events/takeover.hpp"
#include "events/warmer.hpp"

namespace shop {

class Committer {
  public:
    Committer(const EngineParts& parts, const EngineOptions& options, TrustedClock& clock,
              std::vector<Seat*> seats, LogIdentity identity);
    // Stops if it was started; else whoever waits is told that no answer will come.
    ~Committer();

    // Takes all seats into office. Before anything else; the caller's thread.
    Status open();

    // In office, before the start. The observer is told at once of each office, and where each
    // partition ends.
    void add_observer(CommitObserver& observer);

    // ---- On the calling thread: the one that runs the committer, or the simulation's ------------
    // Lands what is reported, then appends what is pending, and hands what is unsaved to the state
    // store if it is due. True if anything is on its way.
    bool begin();
    void land();
    // Waits until nothing is on its way.
    void finish();

    // ---- Any thread -----------------------------------------------------------------------------
    void start();
    // Commits what is pending, saves everything, ends the threads. Whoever still waits is told so.
    void stop();
    // Ends everything at once, without threads: nothing more is committed, saved or answered.
    void halt();
    // Something is pending.
    void kick();
    // Whether the partition is to be in office here, from the next step on. The last word counts.
    void ask_office(Partition partition, bool is_held);
    bool has_work() const { return wake_.load(std::memory_order_acquire); }

    StateWriter& state_writer() { return writer_; }
    Warmer& warmer() { return warmer_; }
    std::uint64_t doubts() const { return doubts_.load(std::memory_order_relaxed); }

  private:
    // A group on its way, and what is to be saved once it is durable.
    struct Flight {
        Seat* seat = nullptr;
        Group group;
        bool saves = false;
        StateBatch save;
        std::uint64_t ticket = 0;  // of its append
        std::vector<AppendReport> reports = {};
        bool is_reported() const;  // all of it
    };
    // One append of several groups.
    struct Call {
        std::uint64_t ticket = 0;
        Duration appended_at;
        std::size_t records = 0;
        std::size_t flights = 0;  // that have not landed
    };

    void run();
    bool take(Seat& seat, std::size_t& room, std::vector<Flight>& taken);
    void send(std::vector<Flight> taken);
    void collect_reports();
    void land_reported();
    void land_all();
    void land(Flight& flight);
    bool is_save_due(const Seat& seat) const;
    void tell_witness(Partition partition, const WaiterList& durable) const;
    bool settle(Flight& flight, Duration appended_at);
    void advance(Flight& flight);
    void hand_over(Flight& flight);
    void tell_observers(const Flight& flight);
    void doubt(Seat& seat, const AppendResult& result);
    void resolve_soon();
    void resolve();
    void resolve_if_due();
    void tell_failure(std::span<Seat* const> doubtful, const Error& error) const;
    void save_too_early(std::span<Flight> taken);
    void save_all();
    // In committer_offices.cpp:
    void follow_offices();
    void take_back(const Warmer::Warmed& warmed);
    void take_office(Seat& seat);
    void stay_in_office(Seat& seat);
    void leave_office(Seat& seat);
    void welcome_back(Seat& seat);
    void save_now(Seat& seat);
    void tell_office(const Seat& seat, bool is_held) const;
    void tell_in_office(const Seat& seat) const;
    void ask_for_proofs();

    const EngineParts parts_;
    const EngineOptions options_;
    TrustedClock& clock_;
    const std::vector<Seat*> seats_;
    std::vector<CommitObserver*> observers_;

    // What kick() uses; it outlives all that may call it.
    std::atomic<bool> wake_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;

    Appender appender_;
    Takeover takeover_;
    StateWriter writer_;
    Warmer warmer_;

    // The committer's thread alone.
    std::vector<Flight> flights_;  // at most one of a seat
    std::vector<Call> calls_;
    std::size_t first_seat_ = 0;  // who is asked first; in turn, since a group has a limit
    bool log_failed_ = false;     // the log must recover before it is used again
    Duration retry_at_;           // of the seats in doubt
    Duration retry_delay_;
    Duration pause_;      // the log's; none any more at the end
    bool rests_ = false;  // a partition waits for its pause to end

    std::atomic<std::uint64_t> doubts_ = 0;
    bool stopping_ = false;                    // guarded by mutex_
    std::map<Partition, bool> asked_offices_;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace shop
