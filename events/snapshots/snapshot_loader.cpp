#include "events/snapshots/snapshot_loader.hpp"

#include "core/base/digest.hpp"
#include "events/checkpoint.hpp"
#include "events/schema_level.hpp"
#include "events/slot_map.hpp"

namespace shop {
namespace {

std::unexpected<Error> damaged(std::string why) {
    return fail(ErrorCode::kCorrupt, "bad-snapshot", std::move(why));
}

}  // namespace

void SnapshotLoader::bring_up(Partition partition, const LogId& log_id) {
    const auto keys = of_.snapshots.list(partition);
    if (!keys) return of_.witness.on_passed_over({.partition = partition}, keys.error());
    if (keys->empty()) return;
    const Offset stored = stored_offset(partition, log_id);
    for (const SnapshotKey& key : *keys) {
        if (stopping_ || key.offset <= stored) return;
        const auto manifest = look_at(key, log_id);
        if (!manifest) {
            of_.witness.on_passed_over(key, manifest.error());
            continue;
        }
        if ((key.offset - stored) * kEntriesPerRecord <= manifest->entries) return;
        const Status restored = restore(key, *manifest);
        if (restored) return of_.witness.on_restored(key, *manifest);
        of_.witness.on_passed_over(key, restored.error());
    }
}

// How far the state store is of use: what is of another history will be dropped.
Offset SnapshotLoader::stored_offset(Partition partition, const LogId& log_id) const {
    const auto checkpoint = of_.states.checkpoint(partition);
    if (!checkpoint || !verify_checkpoint(of_.log, partition, log_id, *checkpoint)) return -1;
    return checkpoint->offset;
}

Result<SnapshotManifest> SnapshotLoader::look_at(const SnapshotKey& key,
                                                 const LogId& log_id) const {
    SHOP_TRY(sealed, of_.snapshots.read_manifest(key));
    if (!sealed) return damaged("it was deleted meanwhile");
    SHOP_TRY(manifest, open_manifest(*sealed, key, of_.secret));
    SHOP_TRY_STATUS(require_readable(manifest.checkpoint.schema_level, schema_level()));
    SHOP_TRY_STATUS(verify_checkpoint(of_.log, key.partition, log_id, manifest.checkpoint));
    return std::move(manifest);
}

Status SnapshotLoader::restore(const SnapshotKey& key, const SnapshotManifest& manifest) const {
    SHOP_TRY(restoring, of_.states.restore(key.partition));
    std::int64_t entries = 0;
    for (const SnapshotChunk& chunk : manifest.chunks) {
        if (stopping_) return fail(ErrorCode::kUnavailable, "stopping", "the process ends");
        SHOP_TRY(bytes, chunk_of(key, chunk));
        SHOP_TRY(added, restoring->add(bytes));
        entries += added;
    }
    if (entries != manifest.entries)
        return damaged("it has " + std::to_string(entries) + " entries instead of " +
                       std::to_string(manifest.entries));
    return restoring->finish(manifest.checkpoint);
}

Result<std::string> SnapshotLoader::chunk_of(const SnapshotKey& key,
                                             const SnapshotChunk& chunk) const {
    SHOP_TRY(bytes, of_.snapshots.read_chunk(key, chunk.sha256));
    if (!bytes) return damaged("a chunk is missing");
    if (to_hex(sha256(*bytes)) != chunk.sha256) return damaged("a chunk is damaged");
    return std::move(*bytes);
}

}  // namespace shop
