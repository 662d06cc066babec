// The moves an item remembers: every one for the time asked for, none for ever, and the same ones
// when its state has been stored.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "core/stock/known_moves.hpp"
#include "tests/support/given.hpp"

namespace shop::stock {
namespace {

constexpr Duration kKept = days(7);

std::string key(int n) {
    return fmt::format("ful_{}/lin_{}", n, n);
}

KnownMoves moves(int count, Time at = tests::kNoon) {
    KnownMoves made;
    for (int n = 0; n < count; ++n) made.note(key(n), at, kKept);
    return made;
}

TEST_CASE("a move is known by its key") {
    const KnownMoves made = moves(1'000);
    CHECK(made.size() == 1'000);
    CHECK(made.contains(key(0)));
    CHECK(made.contains(key(999)));
    CHECK_FALSE(made.contains(key(1'000)));
}

TEST_CASE("moves are remembered for as long as was asked for, and not much longer") {
    KnownMoves made = moves(1'000);
    for (int n = 1'000; n < 2'000; ++n) made.note(key(n), tests::kNoon + kKept, kKept);
    CHECK(made.contains(key(0)));
    for (int n = 2'000; n < 4'000; ++n) made.note(key(n), tests::kNoon + kKept + seconds(1), kKept);
    CHECK_FALSE(made.contains(key(0)));
    CHECK(made.contains(key(1'000)));
    CHECK(made.size() == 3'000);
}

TEST_CASE("what is remembered for good is never forgotten") {
    KnownMoves made;
    for (int n = 0; n < 1'000; ++n) made.note(key(n), tests::kNoon + days(n));
    CHECK(made.contains(key(0)));
    CHECK(made.size() == 1'000);
}

TEST_CASE("moves come back from JSON as they were") {
    for (const int count : {0, 1, 2, 3, 100}) {
        CAPTURE(count);
        const KnownMoves made = moves(count, tests::kNoon + seconds(count));
        const auto again = json::from_json<KnownMoves>(json::to_json(made, json::Defaults::kOmit),
                                                       json::Missing::kIsDefault);
        REQUIRE(again);
        CHECK(*again == made);
    }
}

TEST_CASE("what is no list of moves is not read as one") {
    for (const std::string_view text : {R"("AAAA")", R"("!")", "{}", "17"}) {
        CAPTURE(text);
        CHECK_FALSE(json::from_json<KnownMoves>(text, json::Missing::kIsDefault));
    }
}

}  // namespace
}  // namespace shop::stock
