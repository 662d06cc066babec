// Carts whose time is over, with the engine's own store and real keys.
#include "tests/api/endpoints/cart_shop.hpp"

namespace shop::api {
namespace {

using namespace tests;
using http::Method;

TEST_CASE("who left a cart is unreadable once its time is over, and is listed for backups") {
    CartShop shop;
    for (const std::string_view what : {"contact", "shipping-address"})
        CHECK(shop.call_together({shop.put(what)}).front().status == 200);
    const auto said = shop.state<cart::State>(shop.cart);
    shop.pass(seconds(5));
    shop.pass(cart::kLife - minutes(1));
    CHECK(shop.services().keys.open(said.contact->personal));
    shop.pass(hours(3));
    CHECK(shop.state<cart::State>(shop.cart).status == cart::Status::kExpired);
    CHECK_FALSE(shop.services().keys.open(said.contact->personal));
    CHECK_FALSE(shop.services().keys.open(said.shipping_address->personal));
    const auto listed = shop.services().erasures.all();
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    CHECK(listed->front().keys == std::vector{said.contact->personal.key});
    CHECK(listed->front().customer.is_empty());

    const std::string shown = shop.call_together({shop.of_cart(Method::kGet, "")}).front().body;
    CHECK(shown.find("\"[erased]\"") != std::string::npos);
    CHECK(shown.find("ada@example.com") == std::string::npos);
    CHECK(shop.call_together({shop.put("contact")}).front().problem == "cart-expired");
}

}  // namespace
}  // namespace shop::api
