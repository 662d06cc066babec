// Who is told what becomes of snapshots, for the log and the metrics.
#pragma once

#include "core/base/result.hpp"
#include "events/snapshots/snapshot_manifest.hpp"

namespace shop {

// Called on the threads of the writer and of the loader.
class SnapshotWitness {
  public:
    virtual ~SnapshotWitness() = default;
    virtual void on_written(const SnapshotKey& key, const SnapshotManifest& manifest) = 0;
    // The next look tries again.
    virtual void on_not_written(Partition partition, const Error& why) = 0;
    virtual void on_restored(const SnapshotKey& key, const SnapshotManifest& manifest) = 0;
    // That one cannot be used, or none can be looked for (an offset of −1): an older one is, or the
    // log.
    virtual void on_passed_over(const SnapshotKey& key, const Error& why) = 0;
};

}  // namespace shop
