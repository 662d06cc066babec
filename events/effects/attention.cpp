#include "events/effects/attention.hpp"

#include <algorithm>

namespace shop {

void Attention::set(AttentionItem item) {
    if (item.reason.empty() && size() == 0) return;
    bool is_news = false;
    {
        const std::lock_guard lock(mutex_);
        const auto at = items_.find(item.stream);
        is_news = !item.reason.empty() && (at == items_.end() || at->second.reason != item.reason);
        if (at != items_.end()) item.since = std::min(item.since, at->second.since);
        if (item.reason.empty())
            items_.erase(item.stream);
        else
            items_[item.stream] = item;
        size_.store(items_.size(), std::memory_order_relaxed);
    }
    if (is_news && tell_) tell_(item);
}

std::vector<AttentionItem> Attention::list(const StreamId& after, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<AttentionItem> found;
    auto at = after.is_empty() ? items_.begin() : items_.upper_bound(after);
    for (; at != items_.end() && found.size() < limit; ++at) found.push_back(at->second);
    return found;
}

std::size_t Attention::count(ConcernKind kind) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count_if(
        items_, [kind](const auto& item) { return item.second.kind == kind; }));
}

}  // namespace shop
