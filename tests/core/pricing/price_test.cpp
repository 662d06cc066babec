// Which price counts, and what a quantity costs (core/pricing/price).
#include <catch2/catch.hpp>
#include <random>

#include "core/pricing/price.hpp"
#include "tests/support/given.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::pricing {
namespace {

using tests::gbp;
using tests::kNoon;

product::Price tier(std::int64_t from, std::int64_t pence) {
    product::Price price = tests::price_of(gbp(pence));
    price.key.min_quantity = from;
    return price;
}

product::Price dated(product::Price price, std::optional<Time> from, std::optional<Time> until) {
    price.key.valid_from = from;
    price.key.valid_until = until;
    return price;
}

// The minor units of the chosen price, or -1.
std::int64_t chosen(std::vector<product::Price> prices, std::int64_t quantity, Time now = kNoon) {
    const product::PricedVariant variant{{}, std::move(prices)};
    const product::Price* price =
        choose_price(variant, {.currency = gbp(0).currency, .quantity = quantity, .now = now});
    return price == nullptr ? -1 : price->price.money.minor_units;
}

TEST_CASE("the tier that the quantity reaches sets the price") {
    const std::vector<product::Price> prices = {tier(1, 100), tier(10, 90), tier(50, 80)};
    CHECK(chosen(prices, 1) == 100);
    CHECK(chosen(prices, 9) == 100);
    CHECK(chosen(prices, 10) == 90);
    CHECK(chosen(prices, 49) == 90);
    CHECK(chosen(prices, 1'000'000) == 80);
    CHECK(chosen({tier(10, 90)}, 9) == -1);
    CHECK(chosen({}, 1) == -1);
}

TEST_CASE("a sale counts from its first moment to just before its last") {
    const Time from = kNoon;
    const Time until = kNoon + hours(1);
    const std::vector<product::Price> prices = {tier(1, 100), dated(tier(1, 70), from, until)};
    CHECK(chosen(prices, 1, from - milliseconds(1)) == 100);
    CHECK(chosen(prices, 1, from) == 70);
    CHECK(chosen(prices, 1, until - milliseconds(1)) == 70);
    CHECK(chosen(prices, 1, until) == 100);
}

TEST_CASE("a dated price replaces the standing one, even if it is higher") {
    CHECK(chosen({tier(1, 100), dated(tier(1, 120), kNoon, {})}, 1) == 120);
    CHECK(
        chosen({dated(tier(1, 120), kNoon - days(2), {}), dated(tier(1, 130), kNoon - days(1), {})},
               1) == 130);
}

TEST_CASE("a sale below the tier's price counts for large quantities too") {
    const std::vector<product::Price> prices = {tier(1, 100), tier(10, 90),
                                                dated(tier(1, 80), kNoon, {})};
    CHECK(chosen(prices, 10) == 80);
}

TEST_CASE("prices of another currency, list or kind of tax are passed over") {
    product::Price foreign = tests::price_of(tests::money(50, "EUR"));
    product::Price wholesale = tier(1, 50);
    wholesale.key.list = "wholesale";
    product::Price without_tax = tier(1, 50);
    without_tax.includes_tax = false;
    CHECK(chosen({foreign, wholesale, without_tax}, 1) == -1);
    CHECK(chosen({foreign, wholesale, without_tax, tier(1, 60)}, 1) == 60);
}

TEST_CASE("more of a thing never costs more a piece") {
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto number = [&](std::int64_t min, std::int64_t max) {
        return std::uniform_int_distribution<std::int64_t>(min, max)(random);
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<product::Price> prices = {tier(1, number(50, 150))};
        for (std::int64_t n = number(0, 6); n > 0; --n) {
            product::Price price = tier(number(1, 20), number(50, 150));
            if (number(0, 1) == 0)
                price = dated(price, kNoon + days(number(-2, 1)), kNoon + days(number(0, 2)));
            prices.push_back(price);
        }
        std::int64_t last = chosen(prices, 1);
        for (std::int64_t quantity = 2; quantity <= 25; ++quantity) {
            const std::int64_t now = chosen(prices, quantity);
            REQUIRE(now <= last);
            last = now;
        }
    }
}

TEST_CASE("a quantity costs its price times, and fractions of a penny are rounded once") {
    struct Case {
        sale::UnitPrice price;
        std::int64_t quantity;
        Money costs;
    };
    const sale::UnitPrice per_gram{gbp(1), sale::PrecisePrice{125, 4}};  // 0.0125
    const sale::UnitPrice yen{tests::money(1, "JPY"), sale::PrecisePrice{5, 1}};
    const sale::UnitPrice dinar{tests::money(1, "KWD"), sale::PrecisePrice{15, 5}};  // 0.00015
    const std::vector<Case> cases = {
        {{gbp(199), {}}, 3, gbp(597)},
        {{gbp(199), {}}, 0, gbp(0)},
        {per_gram, 250, gbp(313)},  // 312.5
        {per_gram, 248, gbp(310)},
        {yen, 3, tests::money(2, "JPY")},  // 1.5
        {dinar, 1'000, tests::money(150, "KWD")},
        {{gbp(kMoneyMax), {}}, 1, gbp(kMoneyMax)},
    };
    for (const Case& c : cases) {
        INFO(to_string(c.costs));
        CHECK(extend(c.price, c.quantity, Rounding::kHalfUp) == c.costs);
    }
    CHECK(extend(per_gram, 250, Rounding::kHalfEven) == gbp(312));
}

TEST_CASE("an amount beyond the limit is seen before it is computed") {
    CHECK(is_within_limit({gbp(kMoneyMax), {}}, 1));
    CHECK_FALSE(is_within_limit({gbp(kMoneyMax), {}}, 2));
    CHECK(is_within_limit({gbp(1'000'000), {}}, 1'000'000));
    CHECK_FALSE(is_within_limit({gbp(1'000'001), {}}, 1'000'000));
    const sale::PrecisePrice huge{INT64_MAX, 0};
    CHECK_FALSE(is_within_limit({gbp(1), huge}, 1'000'000));
    CHECK(is_within_limit({gbp(1), sale::PrecisePrice{1, 6}}, 1'000'000));
}

TEST_CASE("a price is named by its key") {
    CHECK(text_of(tier(10, 90).key) == "GBP/base/10");
    CHECK(text_of(dated(tier(1, 90), kNoon, {}).key) == "GBP/base/1/2026-11-25T12:00:00.000000Z/");
    CHECK(source_of(tier(10, 90), 7) ==
          sale::PriceSource{sale::PriceSourceKind::kTier, "GBP/base/10", 7});
}

}  // namespace
}  // namespace shop::pricing
