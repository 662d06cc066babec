#include "events/snapshots/snapshot_writer.hpp"

#include <chrono>

#include "core/base/digest.hpp"
#include "events/checkpoint.hpp"
#include "events/give_way.hpp"
#include "events/state_codec.hpp"

namespace shop {

bool SnapshotWriter::write_if_due(Partition partition) {
    const auto due = is_due(partition);
    if (due && !*due) return false;
    const auto written = due ? write(partition) : Result<SnapshotKey>(std::unexpected(due.error()));
    if (written) return true;
    if (!stopping_) of_.witness.on_not_written(partition, written.error());
    return false;
}

Result<bool> SnapshotWriter::is_due(Partition partition) const {
    SHOP_TRY(checkpoint, of_.states.checkpoint(partition));
    if (checkpoint.offset + 1 < options_.entries_between) return false;
    SHOP_TRY(newest, newest_of(partition, checkpoint.log));
    return checkpoint.offset - newest >= options_.entries_between;
}

// The offset of the newest that this program could use; −1: there is none.
Result<Offset> SnapshotWriter::newest_of(Partition partition, const LogId& log) const {
    SHOP_TRY(keys, of_.snapshots.list(partition));
    for (const SnapshotKey& key : keys) {
        SHOP_TRY(sealed, of_.snapshots.read_manifest(key));
        if (!sealed) continue;
        const auto manifest = open_manifest(*sealed, key, of_.secret);
        if (manifest && manifest->checkpoint.log == log) return key.offset;
    }
    return Offset{-1};
}

Result<SnapshotKey> SnapshotWriter::write(Partition partition) {
    SHOP_TRY(image, of_.states.image(partition));
    const Checkpoint& at = image->checkpoint();
    SHOP_TRY_STATUS(verify_checkpoint(of_.log, partition, at.log, at));
    SHOP_TRY(manifest, put_chunks(partition, *image));
    const SnapshotKey key = key_of(partition, at);
    SHOP_TRY_STATUS(of_.snapshots.put_manifest(key, seal_manifest(manifest, key, of_.secret)));
    of_.witness.on_written(key, manifest);
    SHOP_TRY_STATUS(of_.snapshots.keep_newest(partition, options_.kept));
    return key;
}

Result<SnapshotManifest> SnapshotWriter::put_chunks(Partition partition, StateImage& image) {
    SnapshotManifest manifest{.version = kSnapshotVersion,
                              .partition = partition.to_string(),
                              .checkpoint = image.checkpoint(),
                              .format = state_format(),
                              .chunks = {}};
    const SnapshotKey key = key_of(partition, manifest.checkpoint);
    std::string bytes;
    for (;;) {
        if (stopping_) return fail(ErrorCode::kUnavailable, "stopping", "The process ends.");
        bytes.clear();
        SHOP_TRY(entries, image.read(bytes, options_.chunk_bytes));
        if (entries == 0) return manifest;
        const std::string hash = to_hex(sha256(bytes));
        SHOP_TRY_STATUS(of_.snapshots.put_chunk(key, hash, bytes));
        manifest.entries += entries;
        manifest.chunks.push_back({hash, static_cast<std::int64_t>(bytes.size())});
    }
}

// ---- The thread ---------------------------------------------------------------------------------

void SnapshotWriter::start(std::vector<Partition> partitions,
                           std::function<bool(Partition)> serves) {
    thread_ = std::thread([this, partitions = std::move(partitions), serves = std::move(serves)] {
        run(partitions, serves);
    });
}

void SnapshotWriter::run(const std::vector<Partition>& partitions,
                         const std::function<bool(Partition)>& serves) {
    give_way();
    while (rest())
        for (const Partition partition : partitions)
            if (!stopping_ && serves(partition)) write_if_due(partition);
}

// False once it is to end.
bool SnapshotWriter::rest() {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, std::chrono::microseconds(options_.look_every.us),
                              [this] { return stopping_.load(); });
}

void SnapshotWriter::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

}  // namespace shop
