// What other processes append: for the partitions that are not served here it asks the log where
// they end, again and again, and tells those who read on (the catalog's fold, views) as the
// committer tells them of the partitions that are.
//
//   LogTail tail(log, clock, [&](Partition p) { return engine.serves(p); }, {&catalog, &views});
//   tail.start();  …  tail.stop();         // joins its thread
//
// Thread-safe, but for look(): one thread, and not while it is started. Who is told must be so too,
// and take an end that is not greater than one told before for nothing new.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "events/engine.hpp"
#include "events/executor.hpp"

namespace shop {

class LogTail {
  public:
    // How often the log is asked: so long a change made elsewhere may go unseen.
    static constexpr Duration kPause = milliseconds(50);
    // How long a partition is left out whose end the log did not tell: the first time, and at most.
    static constexpr Duration kSilenceFirst = seconds(1);
    static constexpr Duration kSilenceMax = seconds(10);

    // Thread-safe.
    using IsServed = std::function<bool(Partition)>;

    // The log, the clock and who is told outlive it.
    LogTail(const Log& log, const Clock& clock, IsServed is_served,
            std::vector<CommitObserver*> told);
    ~LogTail();

    // Asks once; about no further partition once it is told to stop.
    void look(const std::stop_token& stop = {});
    // Somebody who decides elsewhere says that his record at the position is durable: it is told at
    // once.
    void hint(const Position& position);

    void start();
    // Waits for the partition that is being asked about, if any.
    void stop();

  private:
    struct Silence {
        Duration pause;
        Duration until;  // steady clock
    };

    void ask(Partition partition);
    void tell(Partition partition, Offset end);
    void run(const std::stop_token& stop);

    const Log& log_;
    const Clock& clock_;
    const IsServed is_served_;
    const std::vector<CommitObserver*> told_;
    std::map<Partition, Silence> silent_;  // look() alone
    std::mutex mutex_;
    std::map<Partition, Offset> ends_;  // told so far; guarded by mutex_
    std::condition_variable_any pause_;
    std::jthread thread_;
};

}  // namespace shop
