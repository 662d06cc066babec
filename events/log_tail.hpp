// What other processes append: for the partitions that are not served here it asks the log where
// they end, again and again, and tells those who read on (the catalog's fold, views) as the
// committer tells them of the partitions that are.
//
//   LogTail tail(log, {&catalog, &projectors});
//   engine.add_observer(tail);             // which tells it what is served here
//   tail.start();  …  tail.stop();         // joins its thread
//
// Thread-safe, but for look(): one thread, and not while it is started. Who is told must be so too,
// and take an end that is not greater than one told before for nothing new.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "events/engine.hpp"

namespace shop {

class LogTail final : public CommitObserver {
  public:
    // How often the log is asked: so long a change made elsewhere may go unseen.
    static constexpr Duration kPause = milliseconds(50);

    // The log, and who is told, outlive it.
    LogTail(const Log& log, std::vector<CommitObserver*> told);
    ~LogTail() override;

    // Asks once. A partition whose end is not known now is asked about by the next look.
    void look();
    // Somebody who decides elsewhere says that his record at the position is durable: it is told at
    // once.
    void hint(const Position& position);

    void start();
    void stop();

    // ---- CommitObserver -------------------------------------------------------------------------
    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition, Offset) override {}
    void on_office(Partition partition, const Term& term, bool is_held) override;

  private:
    void tell(Partition partition, Offset end);
    bool is_served(Partition partition) const;
    void run(const std::stop_token& stop);

    const Log& log_;
    const std::vector<CommitObserver*> told_;
    mutable std::mutex mutex_;
    std::set<Partition> served_;        // guarded by mutex_
    std::map<Partition, Offset> ends_;  // told so far; guarded by mutex_
    std::condition_variable_any pause_;
    std::jthread thread_;
};

}  // namespace shop
