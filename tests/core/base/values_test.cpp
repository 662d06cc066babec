// Ids, time, money and digests (core/base).
#include <catch2/catch.hpp>

#include "core/base/digest.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"

namespace shop {
namespace {

TEST_CASE("an id reads back as it was written and keeps its slot") {
    const auto id = CartId::derive(Slot{777}, {"seed"});
    CHECK(id.slot().value == 777);
    CHECK(CartId::parse(id.to_string()) == id);
    CHECK(StreamId::parse(id.to_string()) == StreamId(id));
    CHECK_FALSE(OrderId::parse(id.to_string()));
    CHECK_FALSE(CartId::parse(id.to_string() + "x"));
    CHECK(CartId{}.to_string().empty());
}

TEST_CASE("the borders of derived parts count") {
    CHECK(CartId::derive({"ab", "c"}) != CartId::derive({"a", "bc"}));
    CHECK(CartId::derive({"ab", "c"}) == CartId::derive({"ab", "c"}));
}

TEST_CASE("times are RFC 3339 with microseconds") {
    CHECK(to_rfc3339(Time{0}) == "1970-01-01T00:00:00.000000Z");
    CHECK(parse_rfc3339("2026-11-24T01:54:10.1234+01:00") ==
          parse_rfc3339("2026-11-24T00:54:10.123400Z"));
    for (const char* bad : {"2026-02-30T00:00:00Z", "2026-11-24", "2026-11-24T24:00:00Z",
                            "2026-11-24T01:00:00", "2026-11-24T01:00:00.Z", "x"})
        CHECK_FALSE(parse_rfc3339(bad));
    // What is read can be written: an offset may lead out of the years that can.
    for (const char* bad :
         {"0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"})
        CHECK_FALSE(parse_rfc3339(bad));
    for (const char* edge : {"0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"})
        CHECK(to_rfc3339(*parse_rfc3339(edge)) == edge);
}

TEST_CASE("decimal prices become minor units or are refused") {
    CHECK(parse_minor_units("12.34", 2) == 1234);
    CHECK(parse_minor_units("12.3", 2) == 1230);
    CHECK(parse_minor_units("12", 0) == 12);
    for (const char* bad : {"", ".5", "1.", "-1", "1.234", "1e3", "99999999999999999999", " 1"})
        CHECK_FALSE(parse_minor_units(bad, 2));
    CHECK(to_string(Money{-1205, *Currency::parse("GBP")}) == "-12.05 GBP");
    CHECK(to_string(Money{1205, *Currency::parse("JPY")}) == "1205 JPY");
    CHECK(to_string(Money{1205, *Currency::parse("KWD")}) == "1.205 KWD");
}

TEST_CASE("a half is rounded as the rule says, on both sides of zero") {
    CHECK(multiply_divide(5, 1, 2, Rounding::kHalfUp) == 3);
    CHECK(multiply_divide(-5, 1, 2, Rounding::kHalfUp) == -3);
    CHECK(multiply_divide(5, 1, 2, Rounding::kHalfEven) == 2);
    CHECK(multiply_divide(7, 1, 2, Rounding::kHalfEven) == 4);
    CHECK(multiply_divide(INT64_MAX, 3, 3, Rounding::kHalfUp) == INT64_MAX);
}

TEST_CASE("base 64 reads back, and only what it wrote") {
    for (const std::string& bytes : {std::string(), std::string("a"), std::string("\0\xff~", 3)})
        CHECK(from_base64url(to_base64url(bytes)) == bytes);
    CHECK_FALSE(from_base64url("a"));
    CHECK_FALSE(from_base64url("a=="));
    CHECK_FALSE(from_base64url("a_+/"));
}

}  // namespace
}  // namespace shop
