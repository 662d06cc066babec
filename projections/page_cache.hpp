// Pages as they were sent, in front of the views; may be switched off. A page is served only while
// nothing it depends on was raised since before its query was sent (generations.hpp), for at most
// 30 seconds, and to a read with a minimum position only if the view had passed it then.
//
// One per event loop; one thread. Bounded in bytes; the page that was used longest ago goes first.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/time.hpp"
#include "events/log.hpp"
#include "projections/generations.hpp"
#include "projections/view_progress.hpp"

namespace shop::projections {

struct CachedPage {
    std::shared_ptr<const std::string> body;  // shared with answers under way
    std::string etag;
    std::string next;                              // cursor of the next page; or empty
    std::shared_ptr<const ViewPosition> position;  // asked for before the query was sent
    std::uint64_t moment = 0;                      // likewise, of the generations
    Duration stored;                               // steady
    std::vector<std::uint64_t> depends;
};

inline constexpr Duration kPageAgeMax = seconds(30);

class PageCache {
  public:
    // bytes_max 0: switched off, nothing is kept.
    PageCache(const Generations& generations, std::size_t bytes_max);

    // The page under `key`, if it may be served now; nullptr else. Valid until the next call.
    const CachedPage* find(std::string_view key, Duration now, std::span<const Position> min);

    void store(std::string key, CachedPage page);

    std::size_t bytes() const { return bytes_; }

  private:
    struct Entry {
        std::string key;
        CachedPage page;
    };
    using Entries = std::list<Entry>;
    void drop(Entries::iterator entry);

    const Generations& generations_;
    const std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    Entries entries_;                                                 // most recently used first
    std::unordered_map<std::string_view, Entries::iterator> by_key_;  // keys live in the entries
};

}  // namespace shop::projections
