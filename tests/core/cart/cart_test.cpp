// The life of a cart, who it goes to and where (core/cart/decide).
#include <catch2/catch.hpp>

#include "tests/core/cart/carts.hpp"

namespace shop::cart {
namespace {

using namespace tests;

const OrderId kOrder{kCart.body};

TEST_CASE("a new cart is in the shop's currency unless it says another") {
    const TestCatalog catalog;
    auto scenario = given_nothing();
    scenario.with(catalog).when(Create{.cart = kCart, .access_token_hash = "hash"});
    scenario.then(on(kCart, created("GBP")));
    scenario.when(Create{.cart = kCart}).then_refused("cart-exists");
    given_nothing()
        .with(catalog)
        .when(
            Create{.cart = kCart, .currency = *Currency::parse("KWD"), .access_token_hash = "hash"})
        .then(on(kCart, created("KWD")));
}

TEST_CASE("a cart is made for a country the shop delivers to") {
    const TestCatalog catalog;
    given_nothing()
        .with(catalog)
        .when(Create{.cart = kCart, .country = "AQ"})
        .then_refused("invalid-request", "/country");
    given_nothing()
        .with(catalog)
        .when(Create{.cart = kCart, .country = "DE"})
        .then_types({"cart.created"});
    given_nothing()
        .with(catalog)
        .when(Create{.cart = kCart, .currency = Currency{{'X', 'X', 'X'}}})
        .then_refused("invalid-request", "/currency");
}

// Every command a shopper has, on a cart in each state that does not allow it.
TEST_CASE("a cart that is being checked out, bought or expired does not change") {
    struct Case {
        std::vector<NewEvent> end;
        const char* type;
    };
    const auto c = GENERATE(values<Case>({
        {on(kCart, Locked{kOrder, 1}), "cart-locked"},
        {on(kCart, Locked{kOrder, 1}, Completed{kOrder}), "cart-completed"},
        {on(kCart, Expired{}), "cart-expired"},
    }));
    const TestCatalog catalog = TestCatalog().sell("MUG", gbp(599));
    auto scenario = given(on(kCart, created(), LineAdded{line_of("MUG", gbp(599), 1)}), c.end);
    scenario.with(catalog);
    scenario.when(AddLine{kCart, "MUG", 1}).then_refused(c.type);
    scenario.when(ChangeQuantity{kCart, kLine, 2}).then_refused(c.type);
    scenario.when(RemoveLine{kCart, kLine}).then_refused(c.type);
    scenario.when(SetContact{kCart, {}}).then_refused(c.type);
    scenario.when(SetShippingAddress{kCart, address_in("GB")}).then_refused(c.type);
    scenario.when(SetBillingAddress{kCart, address_in("GB")}).then_refused(c.type);
    scenario.when(ChooseShippingOption{kCart, "standard"}).then_refused(c.type);
    scenario.when(Reprice{kCart}).then_refused(c.type);
    scenario.then_refused(ErrorCode::kConflict);
}

TEST_CASE("a cart is open again once its checkout has failed") {
    const TestCatalog catalog = TestCatalog().sell("MUG", gbp(599));
    given(on(kCart, created(), Locked{kOrder, 1}, Unlocked{"out_of_stock"}))
        .with(catalog)
        .when(AddLine{kCart, "MUG", 1})
        .then_types({"cart.line_added"});
}

TEST_CASE("a cart that is not there is not found") {
    const TestCatalog catalog;
    auto scenario = given_nothing();
    scenario.with(catalog);
    scenario.when(AddLine{kCart, "MUG", 1}).then_refused("unknown-cart");
    scenario.when(Expire{kCart}).then_refused(ErrorCode::kNotFound);
}

TEST_CASE("who changes a cart on an old view of it is told so") {
    const TestCatalog catalog = TestCatalog().sell("MUG", gbp(599));
    auto scenario = given(on(kCart, created(), LineAdded{line_of("MUG", gbp(599), 1)}));
    scenario.with(catalog);
    scenario.when(RemoveLine{kCart, kLine, 1}).then_refused("version-mismatch");
    scenario.when(AddLine{kCart, "MUG", 1, 3}).then_refused("version-mismatch");
    scenario.when(RemoveLine{kCart, kLine, 2}).then_types({"cart.line_removed"});
}

TEST_CASE("a contact keeps the customer the cart belongs to") {
    const TestCatalog catalog;
    const CustomerId customer = CustomerId::derive({"customer"});
    Created created_for = created();
    created_for.customer_id = customer;
    auto scenario = given(on(kCart, created_for));
    scenario.with(catalog);
    const Sealed personal{"key", "sealed"};
    scenario.when(SetContact{kCart, {{}, personal}})
        .then(on(kCart, ContactSet{{customer, personal}}));
    scenario.when(SetContact{kCart, {{}, personal}}).then_nothing();
}

// So that whoever destroys that key makes all of it unreadable.
TEST_CASE("whatever is personal in a cart is sealed with one key") {
    const TestCatalog catalog;
    const Sealed other{"another key", "sealed"};
    const sale::Address elsewhere{.country = "GB", .postal_area = "N1", .personal = other};
    const std::vector<NewEvent> first = GENERATE(values<std::vector<NewEvent>>({
        on(kCart, ContactSet{{{}, {"key", "sealed"}}}),
        on(kCart, ShippingAddressSet{address_in("GB")}),
        on(kCart, BillingAddressSet{address_in("GB")}),
    }));
    auto scenario = given(on(kCart, created()), first);
    scenario.with(catalog);
    scenario.when(SetContact{kCart, {{}, other}}).then_refused("cart-changed");
    scenario.when(SetShippingAddress{kCart, elsewhere}).then_refused("cart-changed");
    scenario.when(SetBillingAddress{kCart, elsewhere}).then_refused("cart-changed");
    scenario.when(SetContact{kCart, {{}, {"key", "new"}}}).then_types({"cart.contact_set"});
}

TEST_CASE("goods go only where the shop delivers") {
    const TestCatalog catalog;
    auto scenario = given(on(kCart, created()));
    scenario.with(catalog);
    scenario.when(SetShippingAddress{kCart, address_in("AQ")})
        .then_refused("invalid-request", "/country");
    scenario.when(SetShippingAddress{kCart, address_in("")})
        .then_refused("invalid-request", "/country");
    scenario.when(SetShippingAddress{kCart, address_in("DE")})
        .then(on(kCart, ShippingAddressSet{address_in("DE")}));
    scenario.when(SetShippingAddress{kCart, address_in("DE")}).then_nothing();
}

TEST_CASE("an invoice may go anywhere") {
    const TestCatalog catalog;
    given(on(kCart, created()))
        .with(catalog)
        .when(SetBillingAddress{kCart, address_in("AQ")})
        .then(on(kCart, BillingAddressSet{address_in("AQ")}));
}

TEST_CASE("a shopper chooses among the options the cart has") {
    const TestCatalog catalog;
    auto scenario = given(on(kCart, created(), LineAdded{line_of("MUG", gbp(599), 1)}));
    scenario.with(catalog);
    scenario.when(ChooseShippingOption{kCart, "pigeon"}).then_refused("unknown-shipping-option");
    const sale::ShippingChoice choice{"express", "Express, next working day", 1, gbp(795)};
    scenario.when(ChooseShippingOption{kCart, "express"})
        .then(on(kCart, ShippingOptionChosen{choice}));
    scenario.when(ChooseShippingOption{kCart, "express"}).then_nothing();
    scenario.when(SetShippingAddress{kCart, address_in("DE")})
        .then_types({"cart.shipping_address_set"});
    scenario.when(ChooseShippingOption{kCart, "express"}).then_refused("unknown-shipping-option");
}

TEST_CASE("a cart nobody touched for thirty days expires") {
    const TestCatalog catalog;
    auto scenario = given(on(kCart, created()));
    scenario.with(catalog);
    scenario.at(kNoon + kLife - milliseconds(1)).when(Expire{kCart}).then_nothing();
    scenario.at(kNoon + kLife).when(Expire{kCart}).then(on(kCart, Expired{}));
    scenario.when(Expire{kCart}).then_nothing();
}

// Nobody may put into it, or buy it, once its key may be gone.
TEST_CASE("a cart whose time is over cannot be changed, be it recorded as expired or not") {
    TestCatalog catalog;
    catalog.sell("MUG", gbp(599));
    auto scenario = given(on(kCart, created(), ContactSet{{{}, {"key", "sealed"}}}));
    scenario.with(catalog).at(kNoon + kLife);
    scenario.when(AddLine{.cart = kCart, .sku = "MUG", .quantity = 1}).then_refused("cart-expired");
    scenario.when(SetContact{kCart, {{}, {"key", "new"}}}).then_refused("cart-expired");
    scenario.when(Reprice{kCart}).then_refused("cart-expired");
    scenario.at(kNoon + kLife - milliseconds(1));
    scenario.when(SetContact{kCart, {{}, {"key", "new"}}}).then_types({"cart.contact_set"});
}

TEST_CASE("a cart never expires while it is being paid") {
    const TestCatalog catalog;
    given(on(kCart, created(), Locked{kOrder, 1}))
        .at(kNoon + days(100))
        .when(Expire{kCart})
        .then_nothing();
}

}  // namespace
}  // namespace shop::cart
