// What moved between a cart and the catalog (core/cart/check), and Reprice.
#include <catch2/catch.hpp>

#include "core/cart/check.hpp"
#include "tests/core/cart/carts.hpp"

namespace shop::cart {
namespace {

using namespace tests;

Scenario cart_with_mug(Money price = gbp(599)) {
    return given(on(kCart, created(), LineAdded{line_of("MUG", price, 2)}));
}

Differences now(const Scenario& scenario, const Catalog& catalog, Time at = kNoon) {
    return differences(scenario.state<State>(kCart), catalog, at);
}

TEST_CASE("a cart that agrees with the catalog differs in nothing") {
    const TestCatalog catalog = TestCatalog().sell("MUG", gbp(599));
    CHECK(now(cart_with_mug(), catalog).none());
}

TEST_CASE("a moved price is told, and Reprice records it") {
    TestCatalog catalog = TestCatalog().sell("MUG", gbp(599));
    auto scenario = cart_with_mug();
    catalog.sell("MUG", gbp(650));
    const RepricedLine moved{
        kLine, {gbp(599), {}}, {gbp(650), {}}, {sale::PriceSourceKind::kList, "GBP/base/1", 2}};
    CHECK(now(scenario, catalog) == Differences{{moved}, {}});
    scenario.with(catalog)
        .when(Reprice{kCart, RepriceCause::kPrice})
        .then(on(kCart, Repriced{RepriceCause::kPrice, {moved}}));
    CHECK(scenario.state<State>(kCart).lines[0].unit_price.money == gbp(650));
    scenario.when(Reprice{kCart, RepriceCause::kPrice}).then_nothing();
}

TEST_CASE("a sale that ends moves the price back") {
    product::Price reduced = price_of(gbp(400));
    reduced.key.valid_until = kNoon;
    TestCatalog catalog;
    catalog.sell({.sku = "MUG", .prices = {price_of(gbp(599)), reduced}});
    const auto scenario = cart_with_mug(gbp(400));
    CHECK(now(scenario, catalog, kNoon - seconds(1)).none());
    CHECK(now(scenario, catalog).repriced.at(0).after.money == gbp(599));
}

TEST_CASE("what cannot be bought any more is told line by line") {
    const auto told = [](const TestCatalog& catalog) {
        const Differences found = now(cart_with_mug(), catalog);
        CHECK(found.repriced.empty());
        REQUIRE(found.unavailable.size() == 1);
        CHECK(found.unavailable[0].line_id == kLine);
        CHECK(found.unavailable[0].sku == "MUG");
        return found.unavailable[0].reason;
    };
    TestCatalog catalog;
    CHECK(told(catalog) == Unavailability::kUnpublished);
    catalog.sell("MUG", gbp(599));
    CHECK(told(TestCatalog(catalog).unpublish("MUG")) == Unavailability::kUnpublished);
    CHECK(told(TestCatalog(catalog).remove_variant("MUG")) == Unavailability::kRemoved);
    CHECK(told(catalog.sell({.sku = "MUG", .prices = {}})) == Unavailability::kNoPrice);
    CHECK(told(catalog.sell("MUG", gbp(kMoneyMax))) == Unavailability::kNoPrice);
}

TEST_CASE("Reprice moves what it can and leaves what is not sold any more") {
    TestCatalog catalog = TestCatalog().sell("MUG", gbp(650));
    const LineId other = LineId::derive({"other"});
    given(on(kCart, created(), LineAdded{line_of("OLD", gbp(100), 1, other)},
             LineAdded{line_of("MUG", gbp(599), 1)}))
        .with(catalog)
        .when(Reprice{kCart})
        .then_types({"cart.repriced"});
}

TEST_CASE("an agreed price does not move, and needs none in the catalog") {
    TestCatalog catalog;
    catalog.sell({.sku = "MUG", .prices = {}});
    sale::Line line = line_of("MUG", gbp(450), 1);
    line.price_source = {sale::PriceSourceKind::kAgreed, "letter of May", 0};
    const auto scenario = given(on(kCart, created(), LineAdded{line}));
    CHECK(now(scenario, catalog).none());
    CHECK(now(scenario, catalog.sell("MUG", gbp(599))).none());
    CHECK(now(scenario, catalog.unpublish("MUG")).unavailable.size() == 1);
}

}  // namespace
}  // namespace shop::cart
