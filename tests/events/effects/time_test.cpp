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

// What was sealed with them, of whatever expired.
std::vector<std::string> erased_keys(const Shop& shop) {
    std::vector<std::string> keys;
    for (const ExpiringStream& each : shop.erased)
        keys.insert(keys.end(), each.keys.begin(), each.keys.end());
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
        if (expire != nullptr && expire->cart == left) erased_before = shop.erased.size();
        return std::nullopt;
    });
    shop.loop.run_for(days(30) + minutes(59));
    CHECK(shop.erased.empty());
    CHECK(shop.is_placed(bought));
    shop.loop.run_for(hours(1));
    CHECK(erased_before == 1);
    CHECK(erased_keys(shop) == std::vector{"person of " + left.to_string()});
    for (const CartId& cart : {left, nobodys})
        CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kExpired);
    shop.loop.run_for(days(40));
    CHECK(shop.erased.size() == 1);
}

TEST_CASE("an expiry that is cut off once the key is gone is done again, in the same way") {
    Shop shop;
    shop.open();
    const CartId left = shop.fill_cart("Ada", {{"MUG", 1}});
    shop.engine.set_refusal([](const Submission& submission) -> std::optional<Error> {
        if (!submission.command.get_if<cart::Expire>()) return std::nullopt;
        return Error{ErrorCode::kUnavailable, "not-owner", ""};
    });
    shop.loop.run_for(days(30) + hours(2));
    REQUIRE_FALSE(shop.erased.empty());
    CHECK(shop.engine.state<cart::State>(left).status == cart::Status::kOpen);
    const auto bought = shop.engine.submit_now(pay(left, "tok_ok"), CommandId::derive({"late"}));
    REQUIRE_FALSE(bought);
    CHECK(bought.error().type == "cart-expired");
    shop.engine.set_refusal({});
    shop.restart();
    shop.loop.run_for(hours(2));
    CHECK(shop.engine.state<cart::State>(left).status == cart::Status::kExpired);
    CHECK(shop.erased.size() > 1);
    for (const ExpiringStream& each : shop.erased) CHECK(each == shop.erased.front());
}

TEST_CASE("a cart whose key cannot be destroyed is not recorded as expired") {
    Shop shop;
    shop.open();
    const CartId left = shop.fill_cart("Ada", {{"MUG", 1}});
    shop.can_erase = false;
    shop.loop.run_for(days(30) + hours(2));
    CHECK(shop.engine.count("ExpireCart") == 0);
    CHECK(shop.runner->counters().expiries_cut_off > 50);
    shop.can_erase = true;
    shop.loop.run_for(minutes(2));
    CHECK(shop.engine.state<cart::State>(left).status == cart::Status::kExpired);
    CHECK(shop.erased.size() == 1);
}

TEST_CASE("a process that has just begun ends no cart: its clock may be wrong, and be corrected") {
    Shop shop;
    shop.open();
    const CartId left = shop.fill_cart("Ada", {{"MUG", 1}});
    shop.loop.run_for(days(1));
    shop.stop();
    shop.loop.run_for(days(60));
    shop.begin();
    shop.open();
    shop.loop.run_for(minutes(59));
    CHECK(shop.erased.empty());
    SECTION("what is then seen to be wrong costs no cart") {
        shop.engine.set_clock_is_sane(false);
        shop.loop.run_for(days(1));
        CHECK(shop.erased.empty());
    }
    SECTION("control: after an hour it is believed") {
        shop.loop.run_for(minutes(3));
        CHECK(erased_keys(shop) == std::vector{"person of " + left.to_string()});
    }
}

std::vector<CartId> carts_of_one_partition(Shop& shop, std::size_t count) {
    std::vector<CartId> carts;
    for (int i = 0; carts.size() < count; ++i) {
        const CartId cart = shop.fill_cart(std::to_string(i), {{"MUG", 1}});
        if (shop.map.partition_of(cart) == Partition{Topic::kCommerce, 0}) carts.push_back(cart);
    }
    return carts;
}

TEST_CASE("a cart that cannot be read keeps no other from expiring, and somebody is told of it") {
    Shop shop(EffectOptions{.expired_per_look = 1});
    shop.open();
    const std::vector<CartId> carts = carts_of_one_partition(shop, 4);
    const CartId damaged = std::ranges::min(carts);  // of which the engine tells first
    Error error{ErrorCode::kCorrupt, "damaged-state", "The state store is damaged. Delete it."};
    const auto damage = [&](const StreamId& id) -> std::optional<Error> {
        return id == StreamId(damaged) ? std::optional(error) : std::nullopt;
    };
    shop.engine.set_unreadable(damage);
    const auto expired = [&] {
        return std::ranges::count_if(carts, [&](const CartId& cart) {
            return shop.engine.state<cart::State>(cart).status == cart::Status::kExpired;
        });
    };
    const EffectCounters& counted = shop.runner->counters();
    SECTION("damaged, or in a sector that cannot be read") {
        if (GENERATE(false, true)) {
            error.code = ErrorCode::kUnavailable;
            error.type = "disk-failed";
        }
        shop.loop.run_for(days(30) + hours(2));
        CHECK(expired() == 3);
        CHECK(counted.expiries_unreadable == 1);
        const auto items = shop.attention().list({}, 10);
        REQUIRE(items.size() == 1);
        CHECK(items[0].stream == StreamId(damaged));
        CHECK(items[0].reason.find("Delete it.") != std::string::npos);
        CHECK(shop.told.size() == 1);
        shop.engine.set_unreadable({});
        shop.restart();
        shop.loop.run_for(hours(2));
        CHECK(expired() == 4);
        CHECK(shop.attention().size() == 0);
    }
    SECTION("once it can be read again, it expires: it is not forgotten until the next start") {
        shop.loop.run_for(days(30) + hours(2));
        REQUIRE(shop.attention().size() == 1);
        shop.engine.set_unreadable({});
        shop.loop.run_for(minutes(5));
        CHECK(expired() == 4);
        CHECK(shop.attention().size() == 0);
        CHECK(counted.expiries_cut_off == 0);
    }
    SECTION("control: one that cannot be read just now is no damage") {
        error = {ErrorCode::kUnavailable, "in-doubt", ""};
        shop.loop.run_for(days(30) + hours(2));
        CHECK(counted.expiries_unreadable == 0);
        CHECK(counted.expiries_cut_off > 50);
        shop.engine.set_unreadable({});
        shop.loop.run_for(minutes(2));
        CHECK(expired() == 4);
    }
}

TEST_CASE("a cart whose end is refused keeps no other from expiring, and somebody is told of it") {
    Shop shop(EffectOptions{.expired_per_look = 1});
    shop.open();
    const std::vector<CartId> carts = carts_of_one_partition(shop, 4);
    const CartId refused = std::ranges::min(carts);  // of which the engine tells first
    shop.engine.set_refusal([&](const Submission& submission) -> std::optional<Error> {
        const auto* expire = submission.command.get_if<cart::Expire>();
        if (expire == nullptr || expire->cart != refused) return std::nullopt;
        return Error{ErrorCode::kCorrupt, "damaged-log", "The log is damaged."};
    });
    shop.loop.run_for(days(30) + hours(2));
    for (const CartId& cart : carts)
        CHECK((shop.engine.state<cart::State>(cart).status == cart::Status::kOpen) ==
              (cart == refused));
    CHECK(std::ranges::count(erased_keys(shop), "person of " + refused.to_string()) > 0);
    CHECK(shop.runner->counters().expiries_unreadable > 0);
    CHECK(shop.runner->counters().expiries_cut_off == 0);
    REQUIRE_FALSE(shop.told.empty());
    CHECK(shop.told[0].find("The log is damaged.") != std::string::npos);
    shop.engine.set_refusal({});
    shop.loop.run_for(minutes(5));
    CHECK(shop.engine.state<cart::State>(refused).status == cart::Status::kExpired);
    CHECK(shop.attention().size() == 0);
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
    shop.loop.run_for(hours(1) + seconds(28));
    CHECK(shop.engine.count("ExpireCart") == 0);
    shop.loop.run_for(seconds(50));
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
