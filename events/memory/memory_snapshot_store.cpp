#include "events/memory/memory_snapshot_store.hpp"

#include <algorithm>
#include <set>

namespace shop {

Status MemorySnapshotStore::put_chunk(const SnapshotKey& key, const std::string& sha256,
                                      std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    chunks_.try_emplace({key, sha256}, bytes);
    return {};
}

Status MemorySnapshotStore::put_manifest(const SnapshotKey& key, std::string_view manifest) {
    const std::lock_guard lock(mutex_);
    manifests_[key] = manifest;
    return {};
}

Result<std::vector<SnapshotKey>> MemorySnapshotStore::list(Partition partition) const {
    const std::lock_guard lock(mutex_);
    std::vector<SnapshotKey> keys;
    for (const auto& [key, manifest] : manifests_)
        if (key.partition == partition) keys.push_back(key);
    std::ranges::reverse(keys);
    return keys;
}

Result<std::optional<std::string>> MemorySnapshotStore::read_manifest(
    const SnapshotKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto at = manifests_.find(key);
    return at == manifests_.end() ? std::nullopt : std::optional(at->second);
}

Result<std::optional<std::string>> MemorySnapshotStore::read_chunk(
    const SnapshotKey& key, const std::string& sha256) const {
    const std::lock_guard lock(mutex_);
    const auto at = chunks_.find({key, sha256});
    return at == chunks_.end() ? std::nullopt : std::optional(at->second);
}

Status MemorySnapshotStore::keep_newest(Partition partition, std::size_t count) {
    SHOP_TRY(keys, list(partition));
    if (keys.empty()) return {};
    const std::lock_guard lock(mutex_);
    const std::set<SnapshotKey> kept(
        keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(std::min(count, keys.size())));
    const auto is_over = [&](const SnapshotKey& key) {
        return key.partition == partition && key <= keys.front() && !kept.contains(key);
    };
    std::erase_if(manifests_, [&](const auto& each) { return is_over(each.first); });
    std::erase_if(chunks_, [&](const auto& each) { return is_over(each.first.first); });
    return {};
}

}  // namespace shop
