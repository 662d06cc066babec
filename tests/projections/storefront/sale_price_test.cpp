// A price with a validity is shown while it is in force, though nothing happens when it begins or
// ends but that time passes.
#include <algorithm>
#include <catch2/catch.hpp>

#include "projections/generations.hpp"
#include "projections/storefront/product_view.hpp"
#include "tests/support/shop_year.hpp"
#include "tests/support/test_catalog.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using projections::storefront::kViewName;
using projections::storefront::list_price;
using projections::storefront::prices_until;

const Time kBegin{1'800'000'000'000'000};
const Time kEnd = kBegin + hours(48);

product::Price price(std::int64_t pence, std::optional<Time> from = {},
                     std::optional<Time> until = {}) {
    product::Price price;
    price.key = {.currency = gbp(0).currency, .valid_from = from, .valid_until = until};
    price.price.money = gbp(pence);
    return price;
}

struct Shown {
    const TestDatabase& postgres;

    std::string prices() const {
        return postgres.rows("SELECT price FROM storefront.listing ORDER BY price");
    }
    bool page_says(std::int64_t pence) const {
        const std::string text = "%\"price\":{\"minor_units\":" + std::to_string(pence) + ",%";
        return postgres.rows("SELECT 1 FROM storefront.page WHERE head LIKE '" + text +
                             "' AND variants[1] LIKE '" + text + "'") != "";
    }
};

TEST_CASE("the price in force is the narrowest that is, of the smallest quantity") {
    product::PricedVariant mug;
    mug.prices = {price(1'000), price(900, kBegin), price(800, kBegin, kEnd)};
    product::Price dozen = price(700);
    dozen.key.min_quantity = 12;
    mug.prices.push_back(dozen);
    const auto pence_at = [&](Time now) {
        return list_price(mug, gbp(0).currency, now)->price.money.minor_units;
    };
    CHECK(pence_at(kBegin - seconds(1)) == 1'000);
    CHECK(pence_at(kBegin) == 800);
    CHECK(pence_at(kEnd) == 900);
    product::State state;
    state.variants = {mug};
    CHECK(prices_until(state, kBegin - seconds(1)) == kBegin);
    CHECK(prices_until(state, kBegin) == kEnd);
    CHECK_FALSE(prices_until(state, kEnd).has_value());
}

TEST_CASE("lists and pages show a sale from its beginning to its end", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear year(source, 41);
    const ProductId lamp = year.add_product("Lamp", 1'000, 3);
    year.add_product("Vase", 900, 3);
    const VariantId variant = product::new_variant(lamp, "SKU1");
    source.add(lamp, product::PriceSet{variant, price(500, kBegin, kEnd), {}});
    const int version = make_version(postgres, TestRunner::kStorefront);
    TestRunner runner(source.log(), postgres, version);
    runner.catch_up();
    const Shown shown{postgres};
    CHECK(shown.prices() == "900\n1000\n");

    REQUIRE(runner.runner.refresh(kBegin - seconds(1)));
    CHECK(shown.prices() == "900\n1000\n");
    CHECK_FALSE(shown.page_says(500));
    runner.observed.touched.clear();
    REQUIRE(runner.runner.refresh(kBegin));
    CHECK(shown.prices() == "500\n900\n");
    CHECK(shown.page_says(500));
    CHECK(std::ranges::count(runner.observed.touched, projections::name_hash("listing")) == 1);

    // A view that is built meanwhile shows the same.
    const int rebuilt = make_version(postgres, TestRunner::kStorefront);
    TestRunner other(source.log(), postgres, rebuilt);
    other.catch_up();
    REQUIRE(other.runner.refresh(kBegin));
    CHECK(all_rows(postgres, kViewName, rebuilt) == all_rows(postgres, kViewName, version));

    REQUIRE(runner.runner.refresh(kEnd));
    CHECK(shown.prices() == "900\n1000\n");
    CHECK(shown.page_says(1'000));
}

}  // namespace
}  // namespace shop::tests
