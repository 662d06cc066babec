// What an error becomes on its way out.
#include <catch2/catch.hpp>

#include "api/http/message.hpp"

namespace shop {
namespace {

TEST_CASE("whoever comes back when he was told to is not told to wait again") {
    const auto told = [](Duration wait) {
        const Error error{ErrorCode::kUnavailable, "too-many-requests", "Too many."};
        return std::string(http::problem(error, wait).header("Retry-After"));
    };
    CHECK(told(seconds(2)) == "2");
    CHECK(told(milliseconds(2'001)) == "3");
    CHECK(told(milliseconds(1)) == "1");
    CHECK(http::problem({ErrorCode::kNotFound, "x", "y"}).header("Retry-After").empty());
}

}  // namespace
}  // namespace shop
