// What a cart costs (core/cart/quote).
#include <catch2/catch.hpp>

#include "core/cart/quote.hpp"
#include "tests/core/cart/carts.hpp"

namespace shop::cart {
namespace {

using namespace tests;

// Two mugs at 5.99 and a bowl at 8.99, prices with 20 % of tax in them: 20.97.
State cart_of_three(const std::string& country = "GB") {
    State cart;
    cart.currency = gbp(0).currency;
    cart.country = country;
    cart.lines = {line_of("MUG", gbp(599), 2), line_of("BOWL", gbp(899), 1, LineId::derive({"b"}))};
    return cart;
}

State shipped_by(State cart, const std::string& option) {
    cart.shipping = sale::ShippingChoice{option, "as it was", 0, gbp(1)};
    return cart;
}

Quote quoted(const State& cart, const TestCatalog& catalog = {}, Time now = kNoon) {
    return quote_of(kCart, cart, *catalog.settings(), now);
}

TEST_CASE("an empty cart costs nothing") {
    State cart;
    cart.currency = gbp(0).currency;
    const Quote quote = quoted(cart);
    CHECK(quote.totals.total == gbp(0));
    CHECK(quote.totals.tax_lines.empty());
    CHECK(shipping_options(cart, *TestCatalog().settings(), kNoon).empty());
}

TEST_CASE("prices with tax: the total is the sum of the labels and the tax is in it") {
    const Quote quote = quoted(cart_of_three());
    CHECK(quote.terms.prices_include_tax);
    CHECK(quote.totals.items == gbp(2097));
    CHECK(quote.totals.total == gbp(2097));
    CHECK(quote.totals.tax == gbp(200 + 150));
    CHECK_FALSE(quote.shipping_line);
    CHECK_FALSE(quote.shipping);
}

TEST_CASE("prices without tax: the tax comes on top") {
    TestCatalog catalog;
    settings::Store store = settings::default_store();
    store.prices_include_tax = false;
    catalog.publish(store);
    const Quote quote = quoted(shipped_by(cart_of_three(), "standard"), catalog);
    CHECK(quote.totals.items == gbp(2097));
    CHECK(quote.totals.shipping == gbp(395));
    CHECK(quote.totals.tax == gbp(240 + 180 + 79));
    CHECK(quote.totals.total == gbp(2097 + 395 + 499));
}

TEST_CASE("the chosen shipping is priced and taxed as it is now") {
    const Quote quote = quoted(shipped_by(cart_of_three(), "standard"));
    REQUIRE(quote.shipping);
    CHECK(quote.shipping->price == gbp(395));
    CHECK(quote.shipping->title == "Standard, 2 to 4 working days");
    CHECK(quote.shipping->rules_version == 1);
    REQUIRE(quote.shipping_line);
    CHECK(quote.shipping_line->kind == sale::LineKind::kShipping);
    CHECK(quote.shipping_line->gross == gbp(395));
    CHECK(quote.shipping_line->tax.at(0).amount == gbp(66));
    CHECK(quote.lines.size() == 2);
    CHECK(quote.totals.shipping == gbp(395));
    CHECK(quote.totals.total == gbp(2097 + 395));
}

TEST_CASE("the shipping line has one id per cart, whatever else changes") {
    const Quote first = quoted(shipped_by(cart_of_three(), "standard"));
    const Quote later = quoted(shipped_by(cart_of_three("DE"), "standard"), {}, kNoon + days(1));
    CHECK(first.shipping_line->line_id == later.shipping_line->line_id);
    CHECK(first.shipping_line->line_id == shipping_line(kCart));
    CHECK(shipping_line(kCart) != shipping_line(CartId::derive({"another"})));
}

TEST_CASE("an option the destination does not have is dropped from the quote") {
    CHECK(quoted(shipped_by(cart_of_three("GB"), "express")).shipping);
    const Quote quote = quoted(shipped_by(cart_of_three("DE"), "express"));
    CHECK_FALSE(quote.shipping);
    CHECK_FALSE(quote.shipping_line);
    CHECK(quote.totals.total == gbp(2097));
}

TEST_CASE("nothing that ships means no shipping") {
    State cart = shipped_by(cart_of_three(), "standard");
    for (sale::Line& line : cart.lines) line.ships = false;
    CHECK_FALSE(quoted(cart).shipping);
    CHECK(shipping_options(cart, *TestCatalog().settings(), kNoon).empty());
}

TEST_CASE("a country the shop does not deliver to has no options") {
    TestCatalog catalog;
    settings::Store store = settings::default_store();
    store.countries = {"DE"};
    catalog.publish(store);
    CHECK(shipping_options(cart_of_three("GB"), *catalog.settings(), kNoon).empty());
    CHECK(shipping_options(cart_of_three("DE"), *catalog.settings(), kNoon).size() == 2);
}

TEST_CASE("options come in the order of the settings, priced by the cart's weight or subtotal") {
    State cart = cart_of_three();
    cart.lines[0].quantity = 4;  // 1.5 kg with the bowl
    std::vector<ShippingOption> options{{"standard", "Standard, 2 to 4 working days", gbp(595)},
                                        {"express", "Express, next working day", gbp(1195)},
                                        {"economy", "Economy, 5 to 7 working days", gbp(295)}};
    CHECK(shipping_options(cart, *TestCatalog().settings(), kNoon) == options);
    cart.lines[1].unit_price.money = gbp(7'500 - 4 * 599);
    options[2].price = gbp(0);
    CHECK(shipping_options(cart, *TestCatalog().settings(), kNoon) == options);
}

TEST_CASE("the tax is that of the destination, and the label's price stays") {
    const Quote german = quoted(cart_of_three("DE"));
    CHECK(german.totals.total == gbp(2097));
    CHECK(german.totals.tax_lines.at(0).jurisdiction == "DE");
    CHECK(german.totals.tax_lines.at(0).rate == "0.19");
    const Quote american = quoted(cart_of_three("US"));
    CHECK(american.totals.total == gbp(2097));
    CHECK(american.totals.tax == gbp(0));
    CHECK(american.totals.tax_lines.at(0).exempt_reason == "export");
}

TEST_CASE("the shipping address counts before the country the cart was made for") {
    State cart = cart_of_three("DE");
    cart.shipping_address = address_in("FR");
    CHECK(quoted(cart).totals.tax_lines.at(0).jurisdiction == "FR");
}

TEST_CASE("without a destination the shop's own country counts") {
    CHECK(quoted(cart_of_three("")).totals.tax_lines.at(0).jurisdiction == "GB");
}

TEST_CASE("a new rate counts from its day, and the terms say under which rules was quoted") {
    TestCatalog catalog;
    settings::Tax tax = settings::default_tax();
    tax.countries[0].rates["standard"] = "0.175";
    catalog.publish(tax, kNoon + days(1));
    const Quote before = quoted(cart_of_three(), catalog);
    const Quote after = quoted(cart_of_three(), catalog, kNoon + days(1));
    CHECK(before.totals.tax_lines.at(0).rate == "0.2");
    CHECK(before.terms.tax_version == 1);
    CHECK(after.totals.tax_lines.at(0).rate == "0.175");
    CHECK(after.terms.tax_version == 2);
    CHECK(after.terms.shipping_version == 1);
}

TEST_CASE("a shop without any settings sells by those of a new shop") {
    const Quote quote = quote_of(kCart, cart_of_three(), CatalogSettings{}, kNoon);
    CHECK(quote.totals.total == gbp(2097));
    CHECK(quote.terms.tax_version == 0);
}

}  // namespace
}  // namespace shop::cart
