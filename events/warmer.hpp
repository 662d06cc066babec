// Folds the partitions that this process is to be in office of and is not yet, before they are
// claimed, so that the committer, on whose thread everybody else waits, has little left to read:
// folding one from its beginning takes minutes.
//
//   committer   ask(seat, true)   →  the warmer reads, and saves as it goes
//   warmer      near the log's end →  the committer takes it back (take_warmed), and takes it over
//
// One that has no state here, or an old one, is brought up by a snapshot first, if there is any
// (snapshots/). The one with least to read goes first. A partition that cannot be read is tried
// again, ever later, while the others have their turn.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "events/folding.hpp"

namespace shop {

// Thread-safe. A seat is the warmer's from the first ask(seat, true) until take_warmed() has it.
class Warmer {
  public:
    struct Warmed {
        Seat* seat = nullptr;
        bool is_warm = false;  // false: nobody wants it any more
    };

    // `on_warmed` is called on the warmer's thread when there is something to take; `witness`
    // (nullptr: nobody) hears why a partition cannot be read.
    Warmer(const EngineParts& parts, LogIdentity identity, std::function<void()> on_warmed,
           EngineWitness* witness);
    ~Warmer();

    // Whether the seat is to be warmed; the last word counts. One that is not any more comes back
    // soon; one that is on its way back already comes as it is.
    void ask(Seat& seat, bool is_wanted);
    std::vector<Warmed> take_warmed();

    // A thousand entries of one seat, behind a snapshot perhaps, on the calling thread. False if
    // there is nothing to do now.
    bool step();
    // From now on a thread does it, until stop().
    void start();
    // Ends the thread; seats that were not taken stay as they are.
    void stop();

  private:
    struct Job {
        Seat* seat = nullptr;
        bool is_wanted = true;
        Offset left = 0;  // to be read, when it was last looked at
        Duration due;     // steady clock
        Duration delay;   // of the next try, should this one fail
    };
    void run();
    Job* find(const Seat& seat);
    std::optional<Job> begin_job();
    void end_job(const Result<Offset>& left);
    Result<Offset> read_on(Seat& seat) const;
    Result<Offset> read_portion(Seat& seat) const;
    Result<Offset> left_of(const Seat& seat) const;

    const EngineParts parts_;
    const Folding folding_;
    const std::function<void()> on_warmed_;
    EngineWitness* const witness_;

    std::mutex mutex_;  // guards everything below
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    std::optional<Job> working_;
    std::vector<Warmed> warmed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace shop
