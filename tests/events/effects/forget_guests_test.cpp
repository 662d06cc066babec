// What the effect runner does with what guests said in orders by phone that failed: that of carts
// which were left (time_test.cpp), in the same look.
#include <catch2/catch.hpp>
#include <map>

#include "tests/events/effects/effect_shop.hpp"

namespace shop {
namespace {

using namespace tests;
using Keys = std::vector<std::string>;

class PhoneShop : public EffectShop {
  public:
    using EffectShop::EffectShop;

    // A guest wants more than there is; the key of what they say is named like the order.
    CheckoutId fail_by_phone(const std::string& name) {
        place_by_phone(name, 11);
        CHECK(engine.state<checkout::State>(checkout_of(name)).is_closed());
        return checkout_of(name);
    }
    void place_by_phone(const std::string& name, std::int64_t quantity) {
        checkout::PlaceOrder command;
        command.order = checkout::order_of(checkout_of(name));
        command.party.personal = {"key of " + name, "sealed"};
        checkout::OrderLine line;
        line.sku = "MUG";
        line.quantity = quantity;
        command.lines = {line};
        submit(std::move(command));
        loop.run_for(seconds(1));
    }
    static CheckoutId checkout_of(const std::string& name) {
        return checkout::checkout_of(OrderId::derive({"by phone", name}));
    }
    Keys keys_of(const CheckoutId& checkout) const {
        return engine.state<checkout::State>(checkout).guest_keys;
    }
    Keys erased_keys() const {
        Keys keys;
        for (const ExpiringStream& each : erased)
            keys.insert(keys.end(), each.keys.begin(), each.keys.end());
        return keys;
    }
    void refuse_to_forget(Error error) {
        engine.set_refusal([error](const Submission& submission) -> std::optional<Error> {
            if (submission.command.get_if<checkout::ForgetGuests>()) return error;
            return std::nullopt;
        });
    }
};

TEST_CASE("what a guest said by phone is destroyed after 30 days, and then recorded") {
    PhoneShop shop;
    shop.open();
    const CheckoutId failed = shop.fail_by_phone("Ada");
    shop.place_by_phone("Grace", 1);
    std::size_t erased_before = 0;
    shop.engine.set_refusal([&](const Submission& submission) -> std::optional<Error> {
        if (submission.command.get_if<checkout::ForgetGuests>()) erased_before = shop.erased.size();
        return std::nullopt;
    });
    shop.loop.run_for(days(30) + minutes(58));
    CHECK(shop.erased.empty());
    CHECK(shop.keys_of(failed) == Keys{"key of Ada"});
    shop.loop.run_for(minutes(5));
    CHECK(erased_before == 1);
    CHECK(shop.erased == std::vector<ExpiringStream>{{failed, {"key of Ada"}}});
    CHECK(shop.keys_of(failed).empty());
    CHECK(shop.runner->counters().guests_forgotten == 1);
    CHECK(shop.runner->counters().carts_expired == 0);
    shop.loop.run_for(days(40));
    CHECK(shop.engine.count("ForgetGuests") == 1);
    // Control: who bought is not forgotten.
    CHECK(shop.keys_of(PhoneShop::checkout_of("Grace")) == Keys{"key of Grace"});
}

TEST_CASE("an order by phone that is tried again is forgotten 30 days after that") {
    PhoneShop shop;
    shop.open();
    shop.fail_by_phone("Ada");
    shop.loop.run_for(days(29));
    checkout::PlaceOrder again;
    again.order = checkout::order_of(PhoneShop::checkout_of("Ada"));
    again.party.personal = {"another key", "sealed"};
    again.lines.emplace_back().sku = "MUG";
    again.lines.front().quantity = 12;
    shop.submit(std::move(again));
    shop.loop.run_for(days(29));
    CHECK(shop.erased.empty());
    shop.loop.run_for(days(2));
    CHECK(shop.erased_keys() == Keys{"key of Ada", "another key"});
}

TEST_CASE("guests whose keys cannot be destroyed are not recorded as forgotten") {
    PhoneShop shop;
    shop.open();
    const CheckoutId failed = shop.fail_by_phone("Ada");
    shop.can_erase = false;
    shop.loop.run_for(days(30) + hours(2));
    CHECK(shop.engine.count("ForgetGuests") == 0);
    CHECK(shop.runner->counters().expiries_cut_off > 50);
    shop.can_erase = true;
    shop.loop.run_for(minutes(2));
    CHECK(shop.keys_of(failed).empty());
}

TEST_CASE("a forgetting that is cut off once the keys are gone is done again, in the same way") {
    PhoneShop shop;
    shop.open();
    const CheckoutId failed = shop.fail_by_phone("Ada");
    shop.refuse_to_forget({ErrorCode::kUnavailable, "not-owner", ""});
    shop.loop.run_for(days(30) + hours(2));
    REQUIRE_FALSE(shop.erased.empty());
    CHECK(shop.keys_of(failed) == Keys{"key of Ada"});
    SECTION("by the next process") {
        shop.engine.set_refusal({});
        shop.restart();
        shop.loop.run_for(hours(2));
        CHECK(shop.keys_of(failed).empty());
        for (const ExpiringStream& each : shop.erased) CHECK(each == shop.erased.front());
    }
    SECTION("and an order that is placed meanwhile is sold as ever") {
        shop.place_by_phone("Grace", 1);
        shop.submit(stock_level("MUG", 100));
        checkout::PlaceOrder again;
        again.order = checkout::order_of(failed);
        again.party.personal = {"another key", "sealed"};
        again.lines.emplace_back().sku = "MUG";
        shop.submit(std::move(again));
        shop.loop.run_for(seconds(1));
        CHECK(shop.engine.has(checkout::order_of(failed)));
        shop.engine.set_refusal({});
        shop.loop.run_for(days(40));
        CHECK(std::ranges::count(shop.erased_keys(), "another key") == 0);
    }
}

TEST_CASE("a process that has just begun forgets no guest, and none by a clock that is wrong") {
    PhoneShop shop;
    shop.open();
    const CheckoutId failed = shop.fail_by_phone("Ada");
    shop.stop();
    shop.loop.run_for(days(60));
    shop.begin();
    shop.open();
    shop.loop.run_for(minutes(59));
    CHECK(shop.erased.empty());
    SECTION("what is then seen to be wrong costs nothing") {
        shop.engine.set_clock_is_sane(false);
        shop.loop.run_for(days(1));
        CHECK(shop.erased.empty());
    }
    SECTION("control: after an hour it is believed") {
        shop.loop.run_for(minutes(3));
        CHECK(shop.keys_of(failed).empty());
    }
}

TEST_CASE("an order by phone that cannot be read keeps nothing else from being forgotten") {
    PhoneShop shop;
    shop.open();
    const CheckoutId damaged = shop.fail_by_phone("Ada");
    const CheckoutId whole = shop.fail_by_phone("Grace");
    const CartId cart = shop.fill_cart("Eve", {{"MUG", 1}});
    const Error error{ErrorCode::kCorrupt, "damaged-state", "The state store is damaged."};
    shop.engine.set_unreadable([&](const StreamId& id) -> std::optional<Error> {
        return id == StreamId(damaged) ? std::optional(error) : std::nullopt;
    });
    shop.loop.run_for(days(30) + hours(2));
    CHECK(shop.keys_of(damaged) == Keys{"key of Ada"});
    CHECK(shop.keys_of(whole).empty());
    CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kExpired);
    CHECK(shop.runner->counters().expiries_unreadable == 1);
    const auto items = shop.attention().list({}, 10);
    REQUIRE(items.size() == 1);
    CHECK(items[0].stream == StreamId(damaged));
    shop.engine.set_unreadable({});
    shop.loop.run_for(minutes(5));
    CHECK(shop.keys_of(damaged).empty());
    CHECK(shop.attention().size() == 0);
}

TEST_CASE(
    "an order by phone whose forgetting is refused keeps no other guest from being forgotten") {
    PhoneShop shop(EffectOptions{.expired_per_look = 1});
    shop.open();
    std::map<CheckoutId, std::string> keys;  // of one partition
    for (int i = 0; keys.size() < 4; ++i) {
        const CheckoutId failed = shop.fail_by_phone(std::to_string(i));
        if (shop.map.partition_of(failed) == Partition{Topic::kCommerce, 0})
            keys.emplace(failed, "key of " + std::to_string(i));
    }
    const auto& [refused, key] = *keys.begin();  // of which the engine tells first
    const Error error{ErrorCode::kCorrupt, "damaged-log", "The log is damaged."};
    shop.engine.set_refusal([&, at = refused](const Submission& submission) {
        const auto* forget = submission.command.get_if<checkout::ForgetGuests>();
        return forget != nullptr && forget->checkout == at ? std::optional(error) : std::nullopt;
    });
    shop.loop.run_for(days(30) + hours(2));
    for (const auto& [checkout, own] : keys)
        CHECK(shop.keys_of(checkout) == (checkout == refused ? Keys{own} : Keys{}));
    CHECK(std::ranges::count(shop.erased_keys(), key) > 0);
    CHECK(shop.runner->counters().expiries_unreadable > 0);
    CHECK(shop.runner->counters().expiries_cut_off == 0);
    REQUIRE_FALSE(shop.told.empty());
    CHECK(shop.told[0].find("The log is damaged.") != std::string::npos);
    shop.engine.set_refusal({});
    shop.loop.run_for(minutes(5));
    CHECK(shop.keys_of(refused).empty());
    CHECK(shop.attention().size() == 0);
}

TEST_CASE(
    "what was said in a cart whose checkout failed goes with the cart, once it is open again") {
    PhoneShop shop;
    shop.provider = [](const AnyCall&) {
        return says(payment::ResultDeclined{"", "no", "", true});
    };
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(days(29));
    CHECK(shop.engine.state<checkout::State>(checkout::checkout_of(cart)).is_closed());
    CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kOpen);
    CHECK(shop.erased.empty());
    shop.loop.run_for(days(1) + hours(3));
    CHECK(shop.erased_keys() == Keys{"person of " + cart.to_string()});
    CHECK(shop.engine.count("ForgetGuests") == 0);
}

}  // namespace
}  // namespace shop
