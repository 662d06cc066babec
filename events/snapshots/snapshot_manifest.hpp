// What a snapshot says of itself, sealed with a secret of the shop: whoever may write to the store
// of snapshots, and to nothing else, must not be able to make up states.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "events/reader_rules.hpp"
#include "events/snapshots/snapshot_store.hpp"

namespace shop {

// Of the manifest and of how an image is cut into chunks.
inline constexpr std::int64_t kSnapshotVersion = 1;

struct SnapshotChunk {
    std::string sha256;  // in hexadecimal
    std::int64_t bytes = 0;
    bool operator==(const SnapshotChunk&) const = default;
};
SHOP_DESCRIBE(SnapshotChunk, sha256, bytes)

struct SnapshotManifest {
    std::int64_t version = 0;
    std::string partition;
    Checkpoint checkpoint;     // what the states are a fold up to, and of which log
    std::string format;        // of the states (state_codec.hpp: state_format)
    std::int64_t entries = 0;  // of the image
    std::vector<SnapshotChunk> chunks;
    bool operator==(const SnapshotManifest&) const = default;
};
SHOP_DESCRIBE(SnapshotManifest, version, partition, checkpoint, format, entries, chunks)

SnapshotKey key_of(Partition partition, const Checkpoint& checkpoint);

// "<HMAC-SHA-256, in hexadecimal> <JSON>".
std::string seal_manifest(const SnapshotManifest& manifest, const SnapshotKey& key,
                          std::string_view secret);
// kCorrupt "bad-snapshot" if nobody of this shop sealed it under that key, or it cannot be read;
// kConflict "other-format" if its states are those of another program.
Result<SnapshotManifest> open_manifest(std::string_view sealed, const SnapshotKey& key,
                                       std::string_view secret);

}  // namespace shop
