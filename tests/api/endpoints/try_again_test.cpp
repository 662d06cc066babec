// Calls that were overtaken (api/endpoints/try_again).
#include <catch2/catch.hpp>

#include "api/endpoints/try_again.hpp"

namespace shop::api {
namespace {

// How often a call is made that is refused so for ever.
int tries_of(const Error& error) {
    int tries = 0;
    std::optional<http::Response> answer;
    start(try_again_if("cart-changed",
                       [&] {
                           ++tries;
                           return ready(http::problem(error));
                       }),
          [&](http::Response response) { answer = std::move(response); });
    REQUIRE(answer);
    CHECK(answer->status == http::status_of(error));
    return tries;
}

TEST_CASE("who was overtaken tries again, and nobody else does") {
    CHECK(tries_of({ErrorCode::kConflict, "cart-changed", ""}) == kTriesMax);
    CHECK(tries_of({ErrorCode::kConflict, "cart-locked", ""}) == 1);
    CHECK(tries_of({ErrorCode::kConflict, "order-changed", ""}) == 1);
    CHECK(tries_of({ErrorCode::kUnavailable, "not-owner", ""}) == 1);
}

TEST_CASE("a try that comes through is the answer") {
    int tries = 0;
    std::optional<http::Response> answer;
    start(try_again_if("cart-changed",
                       [&] {
                           if (++tries == 2) return ready(http::Response{.status = 201});
                           return ready(http::problem({ErrorCode::kConflict, "cart-changed", ""}));
                       }),
          [&](http::Response response) { answer = std::move(response); });
    CHECK(answer->status == 201);
    CHECK(tries == 2);
}

}  // namespace
}  // namespace shop::api
