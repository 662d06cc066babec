// Writes snapshots of the partitions that this process serves, behind everybody's back.
//
// A snapshot is made from the state store, which never holds what is not durable and valid, as it
// is at one checkpoint; and the log is asked for the entry behind which that stands before the
// first byte is written. Writing one costs as much as the partition is large, so the next is due
// only once the log has grown by a stated number of entries: about what a new machine has to fold
// beside the snapshot.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "events/log.hpp"
#include "events/snapshots/snapshot_manifest.hpp"
#include "events/snapshots/snapshot_store.hpp"
#include "events/snapshots/snapshot_witness.hpp"
#include "events/state_store.hpp"

namespace shop {

struct SnapshotOptions {
    std::int64_t entries_between = 100'000;  // two snapshots of a partition
    Duration look_every = seconds(10);       // for what is due
    std::size_t chunk_bytes = 4 << 20;
    std::size_t kept = 2;  // of each partition
};

// Thread-safe, but write_if_due() is for one thread at a time.
class SnapshotWriter {
  public:
    // All of it outlives the object.
    struct Parts {
        const Log& log;
        const StateStore& states;
        SnapshotStore& snapshots;
        SnapshotWitness& witness;
        std::string secret;  // of the shop, for the seals
    };
    SnapshotWriter(Parts parts, SnapshotOptions options)
        : of_(std::move(parts)), options_(options) {}
    ~SnapshotWriter() { stop(); }

    // On the calling thread. True if one was due, and is written; the witness is told of all else.
    bool write_if_due(Partition partition);

    // From now on a thread looks at those of `partitions` that are served.
    void start(std::vector<Partition> partitions, std::function<bool(Partition)> serves);
    // Ends the thread; what was begun has no manifest, and is cleaned up by the next one.
    void stop();

  private:
    void run(const std::vector<Partition>& partitions,
             const std::function<bool(Partition)>& serves);
    bool rest();
    Result<bool> is_due(Partition partition) const;
    Result<Offset> newest_of(Partition partition, const LogId& log) const;
    Result<SnapshotKey> write(Partition partition);
    Result<SnapshotManifest> put_chunks(Partition partition, StateImage& image);

    const Parts of_;
    const SnapshotOptions options_;
    std::atomic<bool> stopping_ = false;  // set under mutex_
    std::mutex mutex_;
    std::condition_variable changed_;
    std::thread thread_;
};

}  // namespace shop
