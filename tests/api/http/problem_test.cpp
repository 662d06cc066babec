// What an error becomes on its way out.
#include <catch2/catch.hpp>

#include "api/http/message.hpp"
#include "projections/postgres/errors.hpp"

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

TEST_CASE("what Postgres says of its files and our statements is for the log alone") {
    const std::string words = "connection to server on socket \"/secret/path\" failed";
    for (const char* state : {"", "42P01"}) {
        const http::Response told = http::problem(postgres::error_of(state, words));
        CHECK(told.status == (*state == 0 ? 503 : 500));
        CHECK(told.body.find("secret") == std::string::npos);
        CHECK(told.body.find("postgres") == std::string::npos);
        CHECK(told.cause.find(words) != std::string::npos);
    }
    const http::Response ours = http::problem({ErrorCode::kNotFound, "no-such-x", "No such x."});
    CHECK(ours.body.find("No such x.") != std::string::npos);
    CHECK(ours.cause.empty());
}

TEST_CASE("where on the disk something is damaged is for the log alone") {
    const std::string words = "/secret/keys is damaged at byte 64.";
    const http::Response told = http::problem({ErrorCode::kCorrupt, "damaged-keys", words});
    CHECK(told.status == 500);
    CHECK(told.problem == "damaged-keys");
    CHECK(told.body.find("secret") == std::string::npos);
    CHECK(told.body.find("the shop's log says where") != std::string::npos);
    CHECK(told.cause == "damaged-keys: " + words);
}

}  // namespace
}  // namespace shop
