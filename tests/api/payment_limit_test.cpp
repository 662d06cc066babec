// How many payments of an address may fail (api/payment_limit).
#include "api/payment_limit.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/manual_time.hpp"

namespace shop::api {
namespace {

TEST_CASE("an address that had its declined payments waits, and others do not") {
    tests::ManualClock clock;
    PaymentLimit limit(clock, 3);
    for (int i = 0; i < 3; ++i) CHECK_FALSE(limit.take("192.0.2.1"));
    const auto wait = limit.take("192.0.2.1");
    REQUIRE(wait);
    CHECK(*wait <= minutes(20));
    CHECK(*wait > minutes(19));
    CHECK_FALSE(limit.take("192.0.2.2"));
    clock.advance(*wait + seconds(1));
    CHECK_FALSE(limit.take("192.0.2.1"));
    CHECK(limit.take("192.0.2.1"));
}

TEST_CASE("payments that succeed do not count against an address") {
    tests::ManualClock clock;
    PaymentLimit limit(clock, 2);
    for (int i = 0; i < 100; ++i) {
        CHECK_FALSE(limit.take("192.0.2.1"));
        limit.give_back("192.0.2.1");
    }
    limit.give_back("192.0.2.1");  // no more than there were
    CHECK_FALSE(limit.take("192.0.2.1"));
    CHECK_FALSE(limit.take("192.0.2.1"));
    CHECK(limit.take("192.0.2.1"));
}

TEST_CASE("a flood of addresses does not fill the memory") {
    tests::ManualClock clock;
    RateLimit limit(clock, 2, 1);
    for (int i = 0; i < 100'000; ++i) limit.take(std::to_string(i));
    CHECK(limit.size() <= RateLimit::kNamesMax);
}

TEST_CASE("without a limit nobody waits") {
    tests::ManualClock clock;
    PaymentLimit limit(clock, 0);
    for (int i = 0; i < 1'000; ++i) CHECK_FALSE(limit.take("192.0.2.1"));
}

}  // namespace
}  // namespace shop::api
