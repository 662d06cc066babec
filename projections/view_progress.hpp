// How far the live version of a view has read, for reads that must see their own writes
// (Shop-Min-Position) and for telling how old an answer is. Fed by the runner; thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/executor.hpp"
#include "events/log.hpp"
#include "events/task.hpp"
#include "events/timed_wait.hpp"

namespace shop::projections {

// A moment of a view: the last offset it has read in each partition. Immutable.
struct ViewPosition {
    std::map<Partition, Offset> read;
    std::string text;  // "catalog-0:17,commerce-3:4211", as Shop-View-Position shows it

    bool has_passed(std::span<const Position> positions) const;
};

class Progress {
  public:
    explicit Progress(const Clock& clock);

    // ---- For readers ----------------------------------------------------------------------------

    // Never nullptr. To be asked for before a query is sent: what that reads is at least so new.
    std::shared_ptr<const ViewPosition> position() const;

    // 0 while everything durable is in the view; else how long that is not so.
    Duration age() const;

    // True once the view has passed all the positions, false after `timeout`. kUnavailable
    // "view-parked" if one of them is a record that waits as a dead letter: it will not come by
    // itself. Resumes on `home`.
    Task<Result<bool>> wait_passed(Executor& home, std::vector<Position> positions,
                                   Duration timeout);

    // ---- For the runner -------------------------------------------------------------------------

    // Another version is live now, or the process has just started.
    void reset(const std::map<Partition, Offset>& read, std::set<Position> dead_letters);
    // Everything up to these offsets (inclusive) is in the view.
    void advance(const std::map<Partition, Offset>& read, const std::set<Position>& dead_letters);
    // Everything before `end` is durable in the log.
    void announce(Partition partition, Offset end);
    // Returns when a reader waits for the view, at once if one does; `limit` later at the latest.
    void wait_for_reader(Duration limit);

  private:
    struct Waiter {
        std::vector<Position> positions;
        std::shared_ptr<TimedWait<Result<bool>>> ends;
    };
    // All four with mutex_ held.
    void publish();
    void forget_read();
    void end_waits();
    Result<bool> judge(std::span<const Position> positions) const;

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<Partition, Offset> read_;  // guarded by mutex_, with all below
    // What is durable and not read yet, oldest first: when it was announced (steady).
    struct Mark {
        Offset end = 0;
        Duration since;
    };
    std::map<Partition, std::deque<Mark>> unread_;
    std::set<Position> dead_letters_;
    std::shared_ptr<const ViewPosition> position_;
    std::vector<Waiter> waiters_;
    std::condition_variable waiter_came_;
};

}  // namespace shop::projections
