// The calls a state remembers: every one for the time asked for, none for ever unless it was asked
// to, and the same ones when the state has been stored.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "core/known_keys.hpp"
#include "tests/support/given.hpp"

namespace shop {
namespace {

constexpr Duration kKept = days(7);

std::string key(int n) {
    return fmt::format("ful_{}/lin_{}", n, n);
}

KnownKeys keys(int count, Time at = tests::kNoon) {
    KnownKeys made;
    for (int n = 0; n < count; ++n) made.note(key(n), at, kKept);
    return made;
}

TEST_CASE("a call is known by its key") {
    const KnownKeys made = keys(1'000);
    CHECK(made.size() == 1'000);
    CHECK(made.contains(key(0)));
    CHECK(made.contains(key(999)));
    CHECK_FALSE(made.contains(key(1'000)));
    CHECK(made.find(key(7)) == 7);
}

TEST_CASE("calls are remembered for as long as was asked for, and not much longer") {
    KnownKeys made = keys(1'000);
    for (int n = 1'000; n < 2'000; ++n) made.note(key(n), tests::kNoon + kKept, kKept);
    CHECK(made.contains(key(0)));
    for (int n = 2'000; n < 4'000; ++n) made.note(key(n), tests::kNoon + kKept + seconds(1), kKept);
    CHECK_FALSE(made.contains(key(0)));
    CHECK(made.contains(key(1'000)));
    CHECK(made.size() == 3'000);
}

TEST_CASE("what is remembered for good is never forgotten") {
    KnownKeys made;
    for (int n = 0; n < 1'000; ++n) made.note(key(n), tests::kNoon + days(n));
    CHECK(made.contains(key(0)));
    CHECK(made.size() == 1'000);
}

TEST_CASE("calls come back from JSON as they were") {
    for (const int count : {0, 1, 2, 3, 100}) {
        CAPTURE(count);
        const KnownKeys made = keys(count, tests::kNoon + seconds(count));
        const auto again = json::from_json<KnownKeys>(json::to_json(made, json::Defaults::kOmit),
                                                      json::Missing::kIsDefault);
        REQUIRE(again);
        CHECK(*again == made);
    }
}

TEST_CASE("what is no list of calls is not read as one") {
    for (const std::string_view text : {R"("AAAA")", R"("!")", "{}", "17"}) {
        CAPTURE(text);
        CHECK_FALSE(json::from_json<KnownKeys>(text, json::Missing::kIsDefault));
    }
}

}  // namespace
}  // namespace shop
