#include "events/watchers.hpp"

namespace shop {

void Watchers::add(const StreamId& id, WatchId watch, Waiter& waiter) {
    const std::lock_guard lock(mutex_);
    watches_.emplace(id, Watch{watch, &waiter});
    size_ = watches_.size();
}

WaiterList Watchers::take(const StreamId& id) {
    WaiterList taken;
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = watches_.equal_range(id);
    for (auto at = begin; at != end; ++at) taken.push(*at->second.waiter);
    watches_.erase(begin, end);
    size_ = watches_.size();
    return taken;
}

WaiterList Watchers::take_all() {
    WaiterList taken;
    const std::lock_guard lock(mutex_);
    for (auto& [id, watch] : watches_) taken.push(*watch.waiter);
    watches_.clear();
    size_ = 0;
    return taken;
}

Waiter* Watchers::remove(const StreamId& id, WatchId watch) {
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = watches_.equal_range(id);
    for (auto at = begin; at != end; ++at) {
        if (at->second.id != watch) continue;
        Waiter* waiter = at->second.waiter;
        watches_.erase(at);
        size_ = watches_.size();
        return waiter;
    }
    return nullptr;
}

}  // namespace shop
