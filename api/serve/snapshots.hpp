// This process's part in the snapshots of a shop of several: it writes those of the partitions it
// serves, and reads those of partitions it takes over (events/snapshots/).
#pragma once

#include <memory>
#include <string_view>

#include "api/config/settings.hpp"
#include "api/log_lines.hpp"
#include "api/metrics.hpp"
#include "api/snapshots/postgres_snapshots.hpp"
#include "events/local_engine.hpp"
#include "events/snapshots/snapshot_loader.hpp"
#include "events/snapshots/snapshot_writer.hpp"

namespace shop::api {

// Counts, and says in the log what an operator may want to know.
class SnapshotReport final : public SnapshotWitness {
  public:
    SnapshotReport(Metrics& metrics, LogLines& log);
    void on_written(const SnapshotKey& key, const SnapshotManifest& manifest) override;
    void on_not_written(Partition partition, const Error& why) override;
    void on_restored(const SnapshotKey& key, const SnapshotManifest& manifest) override;
    void on_passed_over(const SnapshotKey& key, const Error& why) override;

  private:
    LogLines& log_;
    Counter& written_;
    Counter& not_written_;
    Counter& restored_;
    Counter& passed_over_;
};

class Snapshots {
  public:
    // All of it outlives the object, but the secret, which all processes of the shop have.
    struct Parts {
        const Log& log;
        StateStore& states;
        const Clock& clock;
        const Settings& settings;
        Metrics& metrics;
        LogLines& lines;
        std::string_view secret;
    };
    // Nothing if this process is alone, or has no Postgres, or is to do without.
    static std::unique_ptr<Snapshots> make(const Parts& parts);

    // For the engine's parts.
    SnapshotLoader& loader() { return loader_; }

    // Once the database is migrated. The engine runs until stop().
    void start(const LocalEngine& engine);
    void stop();

  private:
    Snapshots(const Parts& parts, const std::string& secret);

    SnapshotReport report_;
    PostgresSnapshots store_;
    SnapshotLoader loader_;
    SnapshotWriter writer_;
};

}  // namespace shop::api
