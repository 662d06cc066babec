// A store of snapshots whose writes fail from the n-th on: the process that writes has died.
#pragma once

#include "events/snapshots/snapshot_store.hpp"

namespace shop::tests {

struct DyingSnapshots final : SnapshotStore {
    explicit DyingSnapshots(SnapshotStore& store) : store(store) {}
    Status put_chunk(const SnapshotKey& key, const std::string& sha256,
                     std::string_view bytes) override {
        SHOP_TRY_STATUS(live());
        return store.put_chunk(key, sha256, bytes);
    }
    Status put_manifest(const SnapshotKey& key, std::string_view manifest) override {
        SHOP_TRY_STATUS(live());
        return store.put_manifest(key, manifest);
    }
    Status keep_newest(Partition partition, std::size_t count) override {
        SHOP_TRY_STATUS(live());
        return store.keep_newest(partition, count);
    }
    Result<std::vector<SnapshotKey>> list(Partition partition) const override {
        return store.list(partition);
    }
    Result<std::optional<std::string>> read_manifest(const SnapshotKey& key) const override {
        return store.read_manifest(key);
    }
    Result<std::optional<std::string>> read_chunk(const SnapshotKey& key,
                                                  const std::string& sha256) const override {
        return store.read_chunk(key, sha256);
    }
    Status live() {
        if (writes_left-- > 0) return {};
        return fail(ErrorCode::kUnavailable, "dead", "The process died.");
    }
    SnapshotStore& store;
    int writes_left = 0;
};

}  // namespace shop::tests
