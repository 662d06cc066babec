// Brings a partition of the state store up by a snapshot, before the rest is folded from the log.
//
// Nothing that a store of snapshots holds is believed: a manifest must be sealed by this shop, each
// chunk must be what it says, there must be as many entries as it says, and the log must have the
// very entry that the checkpoint stands behind, as with the state store's own. Whatever is not so
// is passed over, for an older snapshot or for the log: that costs time, and nothing else.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "events/log.hpp"
#include "events/snapshots/snapshot_manifest.hpp"
#include "events/snapshots/snapshot_store.hpp"
#include "events/snapshots/snapshot_witness.hpp"
#include "events/state_store.hpp"

namespace shop {

// What reading and folding one record costs, in entries of an image.
inline constexpr std::int64_t kEntriesPerRecord = 8;

// One thread, but for stop().
class SnapshotLoader {
  public:
    // All of it outlives the object.
    struct Parts {
        const Log& log;
        StateStore& states;
        const SnapshotStore& snapshots;
        SnapshotWitness& witness;
        std::string secret;  // of the shop, for the seals
    };
    explicit SnapshotLoader(Parts parts) : of_(std::move(parts)) {}

    // If a snapshot spares more reading of the log than it costs, all that the state store holds of
    // the partition is replaced by it, whole or not at all. Else nothing changes; but should the
    // disk fail just then, the state store may hold nothing of it. The partition is not in office,
    // and no shard has anything of it in memory.
    void bring_up(Partition partition, const LogId& log_id);

    // From now on nothing is loaded; what is under way ends soon. Any thread.
    void stop() { stopping_.store(true, std::memory_order_relaxed); }

  private:
    Offset stored_offset(Partition partition, const LogId& log_id) const;
    Result<SnapshotManifest> look_at(const SnapshotKey& key, const LogId& log_id) const;
    Status restore(const SnapshotKey& key, const SnapshotManifest& manifest) const;
    Result<std::string> chunk_of(const SnapshotKey& key, const SnapshotChunk& chunk) const;

    const Parts of_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace shop
