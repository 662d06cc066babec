// What the effect runner does because time has passed: carts expire, deadlines come, and neither
// happens by a clock that is not to be believed.
#include <catch2/catch.hpp>

#include "tests/events/effects/effect_shop.hpp"

namespace shop {
namespace {

using namespace tests;
using Shop = EffectShop;

TEST_CASE("a cart nobody touched for 30 days expires, and one that is touched lives on") {
    Shop shop;
    shop.open();
    const CartId left = shop.fill_cart("Ada", {{"MUG", 1}});
    const CartId used = shop.fill_cart("Grace", {{"MUG", 1}});
    const auto status_of = [&](const CartId& cart) {
        return shop.engine.state<cart::State>(cart).status;
    };
    shop.loop.run_for(days(29));
    shop.submit(cart::AddLine{.cart = used, .sku = "TEAPOT", .quantity = 1});
    CHECK(shop.engine.count("ExpireCart") == 0);
    shop.loop.run_for(days(1) + minutes(1));
    CHECK(status_of(left) == cart::Status::kExpired);
    CHECK(status_of(used) == cart::Status::kOpen);
    CHECK(shop.engine.count("ExpireCart") == 1);
    CHECK(shop.runner->counters().carts_expired == 1);
    shop.loop.run_for(days(29));
    CHECK(status_of(used) == cart::Status::kExpired);
}

TEST_CASE("a cart with money attached never expires") {
    Shop shop;
    shop.provider = [](const AnyCall&) {
        return says(payment::ResultUnknown{payment::Operation::kAuthorize});
    };
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(days(40));
    CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kCheckingOut);
    CHECK(shop.engine.count("ExpireCart") == 0);
}

TEST_CASE("many carts that are due expire a page at a time, all of them") {
    EffectOptions options;
    options.expired_per_look = 4;
    Shop shop(options);
    std::vector<CartId> carts;
    for (int i = 0; i < 60; ++i) carts.push_back(shop.fill_cart(std::to_string(i), {{"MUG", 1}}));
    shop.loop.run_for(days(31));
    shop.open();
    shop.loop.run_for(seconds(28));
    CHECK(shop.engine.count("ExpireCart") == 0);  // what is owed goes first
    shop.loop.run_for(seconds(40));
    for (const CartId& cart : carts)
        CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kExpired);
}

TEST_CASE("by a clock that is not to be believed no deadline passes, until it is mended") {
    Shop shop;
    shop.provider = wants_action;
    shop.open();
    shop.check_out("Ada", {{"MUG", 1}});
    const CartId left = shop.fill_cart("Grace", {{"MUG", 1}});
    shop.engine.set_clock_is_sane(false);
    shop.loop.run_for(days(31));
    CHECK(shop.engine.count("ExpireCheckout") == 0);
    CHECK(shop.engine.count("ExpireCart") == 0);
    CHECK(shop.stock("MUG").held_total == 1);
    shop.engine.set_clock_is_sane(true);
    shop.loop.run_for(minutes(2));
    CHECK(shop.engine.count("ExpireCheckout") == 1);
    CHECK(shop.engine.state<cart::State>(left).status == cart::Status::kExpired);
}

}  // namespace
}  // namespace shop
