// Where the processes of a shop keep snapshots for one another: what a partition's fold came to, so
// that a new machine reads that and the log's tail, not the whole log. Derived, and may be deleted
// at any time.
//
//   chunk      a part of a state image (state_store.hpp), named by its SHA-256; never changed
//   manifest   which chunks there are, and what they are a fold of (snapshot_manifest.hpp); written
//              last, so that a snapshot without one is none
//
// The port keeps bytes and believes nothing: whoever reads checks what was sealed into the
// manifest. Adapters: events/memory (tests) and api/snapshots (Postgres). Thread-safe.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "events/log.hpp"

namespace shop {

// The entry that a snapshot stands behind. Of two of a partition the greater is the newer.
struct SnapshotKey {
    Partition partition;
    Offset offset = -1;
    std::uint64_t term = 0;  // its number
    auto operator<=>(const SnapshotKey&) const = default;
    std::string to_string() const {
        return Position{partition, offset}.to_string() + "/" + std::to_string(term);
    }
};

class SnapshotStore {
  public:
    virtual ~SnapshotStore() = default;

    // One that is there already stays: two of the same name are the same bytes.
    virtual Status put_chunk(const SnapshotKey& key, const std::string& sha256,
                             std::string_view bytes) = 0;
    // Takes the place of one that is there, whose chunks stay.
    virtual Status put_manifest(const SnapshotKey& key, std::string_view manifest) = 0;

    // Those that have a manifest, newest first.
    virtual Result<std::vector<SnapshotKey>> list(Partition partition) const = 0;
    virtual Result<std::optional<std::string>> read_manifest(const SnapshotKey& key) const = 0;
    virtual Result<std::optional<std::string>> read_chunk(const SnapshotKey& key,
                                                          const std::string& sha256) const = 0;

    // Deletes the manifests of a partition but the newest `count`, and every chunk that is older
    // than the newest manifest and belongs to none: also what a crash left behind. What stands
    // behind a later entry may be on its way, and stays.
    virtual Status keep_newest(Partition partition, std::size_t count) = 0;
};

}  // namespace shop
