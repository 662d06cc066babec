#include "projections/page_cache.hpp"

namespace shop::projections {
namespace {

// What an entry takes beside its texts, roughly.
constexpr std::size_t kEntryBytes = 512;

}  // namespace

PageCache::PageCache(const Generations& generations, std::size_t bytes_max)
    : generations_(generations), bytes_max_(bytes_max) {}

const CachedPage* PageCache::find(std::string_view key, Duration now,
                                  std::span<const Position> min) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const Entries::iterator entry = found->second;
    const CachedPage& page = entry->page;
    if (now - page.stored > kPageAgeMax || !generations_.is_fresh(page.moment, page.depends)) {
        drop(entry);
        return nullptr;
    }
    if (!min.empty() && !page.position->has_passed(min)) return nullptr;
    entries_.splice(entries_.begin(), entries_, entry);
    return &page;
}

void PageCache::store(std::string key, CachedPage page) {
    const std::size_t bytes = key.size() + page.body->size() + kEntryBytes;
    if (bytes > bytes_max_) return;
    if (const auto old = by_key_.find(key); old != by_key_.end()) drop(old->second);
    while (bytes_ + bytes > bytes_max_) drop(std::prev(entries_.end()));
    entries_.push_front({std::move(key), std::move(page)});
    by_key_.emplace(entries_.front().key, entries_.begin());
    bytes_ += bytes;
}

void PageCache::drop(Entries::iterator entry) {
    bytes_ -= entry->key.size() + entry->page.body->size() + kEntryBytes;
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace shop::projections
