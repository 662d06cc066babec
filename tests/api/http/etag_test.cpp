// Versions as entity tags (api/http/etag).
#include <catch2/catch.hpp>

#include "api/http/etag.hpp"

namespace shop::http {
namespace {

// The version asked for, "any", or "refused".
std::string asked(const Request& request) {
    const auto version = if_match_of(request);
    if (!version) return "refused";
    return *version ? std::to_string(**version) : "any";
}

std::string asked(std::string_view if_match) {
    Request request;
    request.headers.push_back({"if-match", if_match});
    return asked(request);
}

TEST_CASE("a version reads back from the tag it was told in") {
    CHECK(asked(etag_of(7)) == "7");
    CHECK(asked(etag_of(0)) == "0");
}

TEST_CASE("no condition, or any version, asks for none") {
    CHECK(asked(Request{}) == "any");
    CHECK(asked("*") == "any");
}

TEST_CASE("a tag that is not ours, or a weak one, matches no version there is") {
    for (const char* tag : {"\"abc\"", "\"\"", "\"7x\"", "\"-1\"", "W/\"7\"",
                            "\"9223372036854775808\"", "\"99999999999999999999999\""})
        CHECK(asked(tag) == "0");
}

TEST_CASE("what is no single tag is refused") {
    for (const char* tag : {"", "7", "\"7", "7\"", "\"", "\"7\", \"8\"", "W/"})
        CHECK(asked(tag) == "refused");
}

}  // namespace
}  // namespace shop::http
