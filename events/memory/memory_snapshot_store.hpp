// Snapshots in memory, for tests.
#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "events/snapshots/snapshot_store.hpp"

namespace shop {

class MemorySnapshotStore final : public SnapshotStore {
  public:
    Status put_chunk(const SnapshotKey& key, const std::string& sha256,
                     std::string_view bytes) override;
    Status put_manifest(const SnapshotKey& key, std::string_view manifest) override;
    Result<std::vector<SnapshotKey>> list(Partition partition) const override;
    Result<std::optional<std::string>> read_manifest(const SnapshotKey& key) const override;
    Result<std::optional<std::string>> read_chunk(const SnapshotKey& key,
                                                  const std::string& sha256) const override;
    Status keep_newest(Partition partition, std::size_t count) override;

    // What a test may look at and damage.
    using ChunkKey = std::pair<SnapshotKey, std::string>;
    std::map<ChunkKey, std::string>& chunks() { return chunks_; }
    std::map<SnapshotKey, std::string>& manifests() { return manifests_; }

  private:
    mutable std::mutex mutex_;
    std::map<ChunkKey, std::string> chunks_;        // guarded by mutex_
    std::map<SnapshotKey, std::string> manifests_;  // guarded by mutex_
};

}  // namespace shop
