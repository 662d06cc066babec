// Snapshots in the database of the views, which all processes of a shop share already (its tables:
// migrations/0003_snapshots.sql, which projections::migrate() has made).
//
// Thread-safe: calls wait for one another. A server that does not answer within ten seconds is
// given up, and not asked again for half a minute: whoever takes a partition over reads the log.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "core/base/time.hpp"
#include "events/executor.hpp"
#include "events/snapshots/snapshot_store.hpp"
#include "projections/postgres/database.hpp"

namespace shop::api {

class PostgresSnapshots final : public SnapshotStore {
  public:
    // Connects when it is first used. The clock outlives it.
    PostgresSnapshots(std::string conninfo, const Clock& clock)
        : conninfo_(std::move(conninfo)), clock_(clock) {}

    Status put_chunk(const SnapshotKey& key, const std::string& sha256,
                     std::string_view bytes) override;
    Status put_manifest(const SnapshotKey& key, std::string_view manifest) override;
    Result<std::vector<SnapshotKey>> list(Partition partition) const override;
    Result<std::optional<std::string>> read_manifest(const SnapshotKey& key) const override;
    Result<std::optional<std::string>> read_chunk(const SnapshotKey& key,
                                                  const std::string& sha256) const override;
    Status keep_newest(Partition partition, std::size_t count) override;

  private:
    Result<postgres::Rows> query(std::string_view sql, const postgres::Parameters& values) const;
    Status connect() const;

    const std::string conninfo_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    mutable std::optional<postgres::Database> database_;  // guarded by mutex_
    mutable std::optional<Duration> away_until_;          // guarded by mutex_; steady clock
};

}  // namespace shop::api
