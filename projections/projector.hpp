// Keeps one view up to date: a thread per version of it (the live one, one that is being built, the
// previous one), and what operators do with versions. One per view and process; several processes
// may share the work (share.hpp).
//
//   Projector projector(log, projection, {.conninfo = …, .clock = clock, .alarm = …});
//   SHOP_TRY_STATUS(projector.start());
//   engine.add_observer(projector);
//   projector.stop();
//
// Thread-safe; start() and stop() once, by the same thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"
#include "events/log.hpp"
#include "projections/generations.hpp"
#include "projections/projection.hpp"
#include "projections/runner.hpp"
#include "projections/status.hpp"
#include "projections/view_progress.hpp"
#include "projections/view_store.hpp"

namespace shop::projections {

// What a process does for its views.
enum class Feeding : std::uint8_t {
    kAlone,   // feeds all of them: there is no other process
    kShared,  // feeds its share of the partitions
    kNone,    // others feed; this one reads
};

struct ProjectorOptions {
    std::string conninfo;
    const Clock& clock;
    // An operator must look; called on a projector's thread.
    std::function<void(std::string_view view, const Error& error)> alarm;
    Feeding feeding = Feeding::kAlone;
    std::string name = "this process";  // as operators see who feeds what
};

class Share;

class Projector final : public CommitObserver {
  public:
    Projector(const Log& log, const Projection& projection, ProjectorOptions options);
    ~Projector() override;  // stopped

    // Makes the view's first version if there is none, or the next one if the live one was made by
    // another code version: that one is then swapped in as soon as it has caught up. Starts the
    // threads. The database must have been migrated (migrate.hpp).
    Status start();
    // Ends the threads behind their current batch, or soon if Postgres says nothing.
    void stop();

    // Everything before `end` is durable. Any thread; soon done.
    void announce(Partition partition, Offset end);
    void on_advance(Partition partition, Offset end) override { announce(partition, end); }
    void on_commit(Partition, std::span<const StreamId>) override {}

    // Whether the view is made from that partition, which exists then.
    bool reads(Partition partition) const;

    // Of the live version; for readers.
    Progress& progress() { return progress_; }
    const Progress& progress() const { return progress_; }
    Generations& generations() { return generations_; }

    // Of all versions, for alarms. Do not block, nor do the next two.
    std::size_t dead_letters() const;
    std::size_t stopped_versions() const;
    // Which partitions this process feeds.
    std::set<Partition> fed() const;
    // Of several processes: why this one does not know how the view stands, if so.
    Status trouble() const;

    // ---- For operators --------------------------------------------------------------------------

    // Any process may be asked: what is to be done stands in the database, and whoever feeds the
    // view acts upon it within a moment.

    // Builds the next version beside the live one; its number. kConflict "already-building".
    Result<int> rebuild();
    // Makes `version` live (0: the one being built); see swap_to. The version before stays and is
    // fed on: swapping to it is the way back.
    Status swap(int version);
    // Drops a version that is not live.
    Status drop(int version);
    // A version that stopped goes on; 0: the one that did, kConflict "nothing-stopped" if none.
    Status resume(int version);
    Result<std::vector<VersionStatus>> status() const;

  private:
    class Worker;
    friend class Share;
    Status begin_alone();
    Result<postgres::Database> connect() const;
    Result<std::vector<ViewVersion>> look(postgres::Database& database);
    void forget_others(const std::vector<ViewVersion>& versions);
    bool is_news(int version, const Offsets& read) const;
    void take_seen(int version, const Offsets& read, const std::set<Position>& dead_letters);
    Status keep_workers(postgres::Database& database, const std::vector<ViewVersion>& versions);
    void feed_only(std::set<Partition> partitions);
    void end_workers();
    std::uint64_t wait_announced(std::uint64_t seen, Duration limit, const std::atomic<bool>& stop);
    void wake();
    void note_stopped(int version, bool is_stopped);
    void take_commit(int version, const Offsets& read, const Touched& touched,
                     const std::set<Position>& dead_letters);

    const Log& log_;
    const Projection& projection_;
    const ProjectorOptions options_;
    Progress progress_;
    Generations generations_;

    std::mutex wake_mutex_;
    std::condition_variable wake_;
    std::uint64_t announced_ = 0;  // guarded by wake_mutex_

    std::mutex look_mutex_;  // one look at the database after another

    mutable std::mutex live_mutex_;  // orders commits of workers and swaps; guards all below
    std::set<Partition> fed_;
    int live_version_ = 0;
    std::map<int, std::int64_t> made_;  // which making of each version is meant
    std::map<int, Offsets> read_;       // of each, the furthest that was told
    std::map<int, std::set<Position>> dead_letters_;
    std::set<int> stopped_;

    std::mutex workers_mutex_;
    std::map<int, std::unique_ptr<Worker>> workers_;

    std::unique_ptr<Share> share_;  // of several processes; last: it uses all above
};

}  // namespace shop::projections
