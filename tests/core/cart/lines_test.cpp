// What may be put into a cart, and at what price (core/cart/decide).
#include <catch2/catch.hpp>

#include "tests/core/cart/carts.hpp"

namespace shop::cart {
namespace {

using namespace tests;

TestCatalog shop_with_mug() {
    return TestCatalog().sell("MUG", gbp(599));
}

product::Price from(std::int64_t quantity, std::int64_t pence) {
    product::Price price = price_of(gbp(pence));
    price.key.min_quantity = quantity;
    return price;
}

Scenario cart_with_mugs(const Catalog& catalog, std::int64_t quantity) {
    Scenario scenario = given(on(kCart, created(), LineAdded{line_of("MUG", gbp(599), quantity)}));
    scenario.with(catalog);
    return scenario;
}

TEST_CASE("a shopper adds a product, and the line keeps what was shown") {
    const TestCatalog catalog = shop_with_mug();
    given(on(kCart, created()))
        .with(catalog)
        .when(AddLine{kCart, "MUG", 2})
        .then(on(kCart, LineAdded{line_of("MUG", gbp(599), 2, new_line(command_id(1)))}));
}

TEST_CASE("more of the same product goes to its line") {
    const TestCatalog catalog = shop_with_mug();
    cart_with_mugs(catalog, 2)
        .when(AddLine{kCart, "MUG", 3})
        .then(on(kCart, LineQuantityChanged{.line_id = kLine, .quantity = 5}));
}

TEST_CASE("two products make two lines") {
    TestCatalog catalog = shop_with_mug();
    catalog.sell("BOWL", gbp(899));
    auto scenario = cart_with_mugs(catalog, 1);
    scenario.when(AddLine{kCart, "BOWL", 1}).then_types({"cart.line_added"});
    CHECK(scenario.state<State>(kCart).lines.size() == 2);
}

TEST_CASE("a line at an agreed price is not mixed with one at the list price") {
    const TestCatalog catalog = shop_with_mug();
    sale::Line agreed = line_of("MUG", gbp(450), 1);
    agreed.price_source = {sale::PriceSourceKind::kAgreed, "letter of May", 0};
    given(on(kCart, created(), LineAdded{agreed}))
        .with(catalog)
        .when(AddLine{kCart, "MUG", 1})
        .then_types({"cart.line_added"});
}

TEST_CASE("reaching a tier lowers the price of the whole line, and leaving it raises it again") {
    TestCatalog catalog;
    catalog.sell({.sku = "MUG", .prices = {from(1, 599), from(10, 499)}});
    auto scenario = cart_with_mugs(catalog, 4);
    scenario.when(AddLine{kCart, "MUG", 6})
        .then(on(kCart, LineQuantityChanged{
                            kLine, 10, sale::UnitPrice{gbp(499), {}},
                            sale::PriceSource{sale::PriceSourceKind::kTier, "GBP/base/10", 1}}));
    scenario.when(ChangeQuantity{kCart, kLine, 9})
        .then(on(kCart, LineQuantityChanged{
                            kLine, 9, sale::UnitPrice{gbp(599), {}},
                            sale::PriceSource{sale::PriceSourceKind::kList, "GBP/base/1", 1}}));
    scenario.when(ChangeQuantity{kCart, kLine, 8})
        .then(on(kCart, LineQuantityChanged{.line_id = kLine, .quantity = 8}));
}

TEST_CASE("more at a price that moved takes the line to the new price") {
    TestCatalog catalog = shop_with_mug();
    auto scenario = cart_with_mugs(catalog, 1);
    catalog.sell("MUG", gbp(650));
    scenario.when(AddLine{kCart, "MUG", 1}).then_types({"cart.line_quantity_changed"});
    CHECK(scenario.made<LineQuantityChanged>().unit_price == sale::UnitPrice{gbp(650), {}});
    CHECK(scenario.made<LineQuantityChanged>().price_source->product_version == 2);
}

TEST_CASE("a digital product neither ships nor has stock") {
    TestCatalog catalog;
    catalog.sell({.sku = "EBOOK", .prices = {price_of(gbp(999))}, .kind = product::Kind::kDigital});
    auto scenario = given(on(kCart, created()));
    scenario.with(catalog).when(AddLine{kCart, "EBOOK", 1});
    const sale::Line& line = scenario.made<LineAdded>().line;
    CHECK_FALSE(line.ships);
    CHECK(line.stock_id.is_empty());
    CHECK(line.weight_g == 0);
}

TEST_CASE("what is not sold cannot be put into a cart") {
    TestCatalog catalog = shop_with_mug();
    catalog.sell("OLD", gbp(100)).unpublish("OLD");
    auto scenario = given(on(kCart, created()));
    scenario.with(catalog);
    scenario.when(AddLine{kCart, "NONE", 1}).then_refused("unknown-sku");
    scenario.when(AddLine{kCart, "OLD", 1}).then_refused("unknown-sku");
    scenario.when(AddLine{kCart, "", 1}).then_refused("unknown-sku");
}

TEST_CASE("a product without a price in the cart's currency cannot be added") {
    const TestCatalog catalog = shop_with_mug();
    given(on(kCart, created("EUR")))
        .with(catalog)
        .when(AddLine{kCart, "MUG", 1})
        .then_refused("no-price");
}

TEST_CASE("a price without tax does not count in a shop whose prices include it") {
    TestCatalog catalog;
    product::Price without_tax = price_of(gbp(599));
    without_tax.includes_tax = false;
    catalog.sell({.sku = "MUG", .prices = {without_tax}});
    auto scenario = given(on(kCart, created()));
    scenario.with(catalog).when(AddLine{kCart, "MUG", 1}).then_refused("no-price");
    settings::Store store = settings::default_store();
    store.prices_include_tax = false;
    catalog.publish(store);
    scenario.when(AddLine{kCart, "MUG", 1}).then_types({"cart.line_added"});
}

TEST_CASE("quantities are whole, positive and bounded") {
    const TestCatalog catalog = shop_with_mug();
    const auto quantity =
        GENERATE(std::int64_t{0}, std::int64_t{-1}, kQuantityMax + 1, INT64_MAX, INT64_MIN);
    auto scenario = cart_with_mugs(catalog, 2);
    scenario.when(AddLine{kCart, "MUG", quantity}).then_refused("invalid-request", "/quantity");
    scenario.when(ChangeQuantity{kCart, kLine, quantity})
        .then_refused("invalid-request", "/quantity");
}

TEST_CASE("a line cannot grow beyond the largest quantity") {
    const TestCatalog catalog = shop_with_mug();
    cart_with_mugs(catalog, kQuantityMax)
        .when(AddLine{kCart, "MUG", 1})
        .then_refused("invalid-request", "/quantity");
}

TEST_CASE("an amount nobody can count is refused") {
    TestCatalog catalog;
    catalog.sell("PALACE", gbp(kMoneyMax / 2));
    auto scenario = given(on(kCart, created()));
    scenario.with(catalog).when(AddLine{kCart, "PALACE", 2}).then_types({"cart.line_added"});
    scenario.when(AddLine{kCart, "PALACE", 1}).then_refused("no-price");
}

TEST_CASE("a variant's minimum and step hold for the line as a whole") {
    TestCatalog catalog;
    catalog.sell(
        {.sku = "MUG", .prices = {price_of(gbp(599))}, .min_quantity = 6, .quantity_step = 3});
    struct Case {
        std::int64_t quantity;
        bool accepted;
    };
    const auto c =
        GENERATE(values<Case>({{1, false}, {5, false}, {6, true}, {7, false}, {9, true}}));
    auto scenario = given(on(kCart, created()));
    scenario.with(catalog).when(AddLine{kCart, "MUG", c.quantity});
    if (!c.accepted) {
        scenario.then_refused("invalid-request", "/quantity");
        return;
    }
    scenario.then_types({"cart.line_added"});
    scenario.when(AddLine{kCart, "MUG", 3}).then_types({"cart.line_quantity_changed"});
    scenario.when(AddLine{kCart, "MUG", 1}).then_refused("invalid-request", "/quantity");
}

TEST_CASE("a cart holds five hundred lines and no more") {
    TestCatalog catalog;
    std::vector<NewEvent> events = on(kCart, created());
    for (std::size_t i = 0; i < kLinesMax; ++i) {
        const std::string sku = "SKU" + std::to_string(i);
        catalog.sell(sku, gbp(100));
        const auto added = LineAdded{line_of(sku, gbp(100), 1, LineId::derive({sku}))};
        events.push_back({kCart, added, {}});
    }
    catalog.sell("ONE-MORE", gbp(100));
    auto scenario = given(events);
    scenario.with(catalog);
    scenario.when(AddLine{kCart, "ONE-MORE", 1}).then_refused("cart-full");
    scenario.when(AddLine{kCart, "SKU7", 1}).then_types({"cart.line_quantity_changed"});
}

TEST_CASE("the quantity a line has already changes nothing") {
    const TestCatalog catalog = shop_with_mug();
    cart_with_mugs(catalog, 2).when(ChangeQuantity{kCart, kLine, 2}).then_nothing();
}

TEST_CASE("a line whose product is not sold any more can be removed, not changed") {
    TestCatalog catalog = shop_with_mug();
    catalog.unpublish("MUG");
    auto scenario = cart_with_mugs(catalog, 2);
    scenario.when(ChangeQuantity{kCart, kLine, 1}).then_refused("not-available");
    scenario.when(RemoveLine{kCart, kLine}).then(on(kCart, LineRemoved{kLine}));
    CHECK(scenario.state<State>(kCart).lines.empty());
    scenario.when(RemoveLine{kCart, kLine}).then_refused("unknown-line");
    scenario.when(ChangeQuantity{kCart, kLine, 1}).then_refused("unknown-line");
}

}  // namespace
}  // namespace shop::cart
