#include "api/endpoints/catalog_seen.hpp"

#include <algorithm>
#include <utility>

#include "api/http/position.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::api {
namespace {

using http::Response;

Error catalog_is_behind(const Position& position) {
    return {ErrorCode::kUnavailable, "catalog-behind",
            "This process has not yet read the catalog up to " + position.to_string() +
                "; ask again in a moment with the same key."};
}

Task<Response> answer_once_seen(Services& services, const http::Handler& handler,
                                const http::Request& request) {
    auto min = http::min_position_of(request);
    if (!min) co_return http::problem(min.error());
    std::erase_if(min->positions, [](const Position& position) {
        return position.partition.topic != Topic::kCatalog;
    });
    for (const Position& position : min->positions) {
        if (!services.catalog_fold.reads(position.partition))
            co_return http::problem(
                http::no_such_partition("this shop has no", position.partition));
        if (!co_await services.catalog_fold.wait_passed(*request.home, position, min->wait))
            co_return http::problem(catalog_is_behind(position));
    }
    co_return co_await handler(request);
}

}  // namespace

http::Handler having_seen_catalog(Services& services, http::Handler handler) {
    return [&services, handler = std::move(handler)](const http::Request& request) {
        if (request.header("shop-min-position").empty()) return handler(request);
        return answer_once_seen(services, handler, request);
    };
}

}  // namespace shop::api
