// Keeps one view up to date: a thread per version of it (the live one, one that is being built, the
// previous one), and what operators do with versions. One per view and process.
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
#include <functional>
#include <memory>
#include <mutex>
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

struct ProjectorOptions {
    std::string conninfo;
    const Clock& clock;
    // An operator must look; called on a projector's thread.
    std::function<void(std::string_view view, const Error& error)> alarm;
    // Other processes have the same view: one of them feeds it, and the others follow (lead.hpp).
    bool is_one_of_several = false;
};

class Lead;

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
    Generations& generations() { return generations_; }

    // Of all versions, for alarms. Do not block.
    std::size_t dead_letters() const;
    std::size_t stopped_versions() const;

    // ---- For operators --------------------------------------------------------------------------

    // All but resume() and status() are kConflict "another-process" if that one feeds the view.

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
    friend class Lead;
    Status begin_feeding();
    Status require_feeding() const;
    void end_feeding();
    Result<postgres::Database> connect() const;
    Status start_worker(const ViewVersion& version, bool swap_when_built);
    Result<std::vector<ViewVersion>> prepare_versions(postgres::Database& database);
    std::uint64_t wait_announced(std::uint64_t seen, Duration limit, const std::atomic<bool>& stop);
    void wake();
    void went_live(int version);
    void forget(int version);
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

    mutable std::mutex live_mutex_;  // orders commits of workers and swaps; guards all below
    int live_version_ = 0;
    std::map<int, Offsets> read_;  // of each version, as it told last
    std::map<int, std::set<Position>> dead_letters_;
    std::set<int> stopped_;

    std::mutex workers_mutex_;  // operators' calls, one at a time
    std::map<int, std::unique_ptr<Worker>> workers_;

    std::unique_ptr<Lead> lead_;  // of several processes; last: it uses all above
};

}  // namespace shop::projections
