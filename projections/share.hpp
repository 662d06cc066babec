// One of several processes that have a view: which of its partitions it feeds, if any, and what the
// others have done. On a thread of its own it looks every 50 ms how far all have come, and tells
// its own readers; and every second who feeds what, and takes its part (fair_share.hpp).
//
// Who feeds a partition holds its advisory lock in Postgres, by one session for all that it feeds.
// With the session the locks are gone: at once when the process is killed; after five seconds when
// it is frozen, for Postgres ends a session that says nothing. Programs whose code makes other rows
// share among themselves, and feed versions of their own.
//
// The locks save work and are no protection: who has lost his, and does not know yet, feeds on
// beside the next one, and neither can apply a record twice (runner.hpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "projections/fair_share.hpp"
#include "projections/postgres/database.hpp"
#include "projections/projector.hpp"

namespace shop::projections {

// Of the partition, for programs of that code version.
std::int64_t feeder_lock(std::string_view view, int code_version, const Partition& partition);

// Who holds any of these locks: key → the sessions, as the database knows them.
struct LockHolder {
    int session = 0;
    std::string name;  // that the session has given itself
    bool is_this = false;
};
Result<std::multimap<std::int64_t, LockHolder>> load_lock_holders(
    postgres::Database& database, const std::vector<std::int64_t>& keys);

class Share {
  public:
    // `projector` outlives it.
    explicit Share(Projector& projector);
    // Feeds no more.
    ~Share();

    // The first look, so that readers know the live version; then on a thread of its own.
    Status start();

    // Why the last look failed, if it did.
    Status trouble() const;

  private:
    Status step();
    Status begin_session();
    Status look();
    Status take_turn();
    Status take(const std::vector<Partition>& partitions);
    Status release(const std::vector<Partition>& partitions);
    void forget_session();
    void run(const std::stop_token& stop);

    Projector& projector_;
    const bool feeds_;
    std::map<std::int64_t, Partition> partitions_;  // of the view, by their lock
    const std::int64_t presence_;                   // the lock that all who feed share

    std::optional<postgres::Database> database_;  // whose session holds the locks
    std::set<Partition> held_;
    Duration turn_due_;  // steady clock

    mutable std::mutex mutex_;
    Status trouble_;  // guarded by mutex_
    std::atomic<bool> stops_ = false;
    std::jthread thread_;  // last: it uses all above
};

}  // namespace shop::projections
