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
    shop.loop.run_for(days(1) + hours(1) + minutes(1));
    CHECK(status_of(left) == cart::Status::kExpired);
    CHECK(status_of(used) == cart::Status::kOpen);
    CHECK(shop.engine.count("ExpireCart") == 1);
    CHECK(shop.runner->counters().carts_expired == 1);
    shop.loop.run_for(days(29));
    CHECK(status_of(used) == cart::Status::kExpired);
}

// Of the carts: what they were sealed with.
std::vector<std::string> erased_keys(const Shop& shop) {
    std::vector<std::string> keys;
    for (const Erasure& erasure : shop.erasures)
        keys.insert(keys.end(), erasure.keys.begin(), erasure.keys.end());
    return keys;
}

TEST_CASE("a cart's key is destroyed before it is recorded as expired, and no other") {
    Shop shop;
    shop.open();
    const CartId left = shop.fill_cart("Ada", {{"MUG", 1}});
    const CartId bought = shop.check_out("Grace", {{"MUG", 1}});
    const CartId nobodys = CartId::derive({"nobody's"});
    shop.submit(cart::Create{.cart = nobodys, .currency = gbp(0).currency});
    std::size_t erased_before = 0;
    shop.engine.set_refusal([&](const Submission& submission) -> std::optional<Error> {
        const auto* expire = submission.command.get_if<cart::Expire>();
        if (expire != nullptr && expire->cart == left) erased_before = shop.erasures.size();
        return std::nullopt;
    });
    shop.loop.run_for(days(30) + minutes(59));
    CHECK(shop.erasures.empty());
    CHECK(shop.is_placed(bought));
    shop.loop.run_for(hours(1));
    CHECK(erased_before == 1);
    CHECK(erased_keys(shop) == std::vector{"person of " + left.to_string()});
    for (const CartId& cart : {left, nobodys})
        CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kExpired);
    shop.loop.run_for(days(40));
    CHECK(shop.erasures.size() == 1);
}

TEST_CASE("an expiry that is cut off once the key is gone is done again, and the same is listed") {
    Shop shop;
    shop.open();
    const CartId left = shop.fill_cart("Ada", {{"MUG", 1}});
    shop.engine.set_refusal([](const Submission& submission) -> std::optional<Error> {
        if (!submission.command.get_if<cart::Expire>()) return std::nullopt;
        return Error{ErrorCode::kUnavailable, "not-owner", ""};
    });
    shop.loop.run_for(days(30) + hours(2));
    REQUIRE_FALSE(shop.erasures.empty());
    CHECK(shop.engine.state<cart::State>(left).status == cart::Status::kOpen);
    const auto bought = shop.engine.submit_now(pay(left, "tok_ok"), CommandId::derive({"late"}));
    REQUIRE_FALSE(bought);
    CHECK(bought.error().type == "cart-expired");
    shop.engine.set_refusal({});
    shop.restart();
    shop.loop.run_for(minutes(2));
    CHECK(shop.engine.state<cart::State>(left).status == cart::Status::kExpired);
    CHECK(shop.erasures.size() > 1);
    for (const Erasure& erasure : shop.erasures) CHECK(erasure == shop.erasures.front());
}

TEST_CASE("a cart whose key cannot be destroyed is not recorded as expired") {
    Shop shop;
    shop.open();
    const CartId left = shop.fill_cart("Ada", {{"MUG", 1}});
    shop.can_erase = false;
    shop.loop.run_for(days(30) + hours(2));
    CHECK(shop.engine.count("ExpireCart") == 0);
    shop.can_erase = true;
    shop.loop.run_for(minutes(2));
    CHECK(shop.engine.state<cart::State>(left).status == cart::Status::kExpired);
    CHECK(shop.erasures.size() == 1);
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
