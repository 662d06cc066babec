#include "events/effects/attention.hpp"

namespace shop {

void Attention::set(AttentionItem item) {
    const bool says_nothing = item.reason.empty() && item.parked.empty();
    if (says_nothing && size() == 0) return;
    const std::lock_guard lock(mutex_);
    if (says_nothing) {
        items_.erase(item.stream);
    } else {
        AttentionItem& known = items_[item.stream];
        if (!known.stream.is_empty()) item.since = known.since;
        known = std::move(item);
    }
    size_.store(items_.size(), std::memory_order_relaxed);
}

std::vector<AttentionItem> Attention::list(const StreamId& after, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<AttentionItem> found;
    auto at = after.is_empty() ? items_.begin() : items_.upper_bound(after);
    for (; at != items_.end() && found.size() < limit; ++at) found.push_back(at->second);
    return found;
}

}  // namespace shop
