// What all reads from views share: they wait for Shop-Min-Position, say how new they are, carry an
// entity tag, and come from the page cache where that may be.
//
//   ViewRead read(services, request, key);
//   if (auto done = co_await read.begin()) co_return std::move(*done);   // a problem, or a page
//   …                                                                    // queries
//   co_return read.finish(std::move(json), std::move(depends));
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/http/position.hpp"
#include "api/services.hpp"
#include "events/task.hpp"
#include "projections/page_cache.hpp"

namespace shop::api {

// One read; lives in the handler's frame. One thread.
class ViewRead {
  public:
    // `key` names the page in the cache with everything that shapes it; empty: never cached.
    ViewRead(Services& services, const http::Request& request, std::string key);

    // The whole answer if no query is needed: a problem (no views, too late, parked) or a page that
    // is kept.
    Task<std::optional<http::Response>> begin();

    // The answer with a page that was read after begin(), which is kept for others. `next` is the
    // cursor of the next page, if there is one.
    http::Response finish(std::string json, std::vector<std::uint64_t> depends,
                          std::string next = {});

  private:
    http::Response answer(const projections::CachedPage& page) const;

    Services& services_;
    const http::Request& request_;
    std::string key_;
    http::MinPosition min_;
    std::shared_ptr<const projections::ViewPosition> position_;  // before the queries, as is …
    std::uint64_t moment_ = 0;
};

}  // namespace shop::api
