// What guests said in tries of an order that failed: forgotten 30 days after the last, unless it
// was sold.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/sale/person_keys.hpp"
#include "tests/core/checkout/phone_order.hpp"
#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {
namespace {

using Keys = std::vector<std::string>;

constexpr Time kEnd{kNoon.us + checkout::kGuestsKept.us};
constexpr Time kLater{kEnd.us + days(365).us};

// A try for which there is nothing in stock, until all of it is undone.
void fail(PhoneOrder& phone) {
    phone.place().refuse_all().release_all();
}

const AnyState& state_of(const PhoneOrder& phone) {
    return *phone.scenario.streams().find_any(phone.checkout_id);
}

// What the runner does once those keys are destroyed …
Scenario& forget(PhoneOrder& phone, Time now, Keys destroyed) {
    return phone.scenario.at(now).when(
        checkout::ForgetGuests{phone.checkout_id, std::move(destroyed)});
}
// … or all that there are.
Scenario& forget(PhoneOrder& phone, Time now) {
    return forget(phone, now, phone.checkout().guest_keys);
}

TEST_CASE("what a guest said in a try that failed is forgotten after 30 days") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    CHECK(due_of(state_of(phone)) == kEnd);
    CHECK_FALSE(expiry(phone.checkout_id, state_of(phone), kEnd - seconds(1)));
    forget(phone, kEnd - seconds(1)).then_nothing();
    const auto over = expiry(phone.checkout_id, state_of(phone), kEnd);
    REQUIRE(over);
    CHECK(over->keys == Keys{"first"});
    CHECK(*over->step.command.get_if<checkout::ForgetGuests>() ==
          checkout::ForgetGuests{phone.checkout_id, over->keys});
    forget(phone, kEnd).then(on(phone.checkout_id, checkout::GuestsForgotten{{"first"}}));
    CHECK_FALSE(due_of(state_of(phone)));
    CHECK_FALSE(expiry(phone.checkout_id, state_of(phone), kLater));
    forget(phone, kLater).then_nothing();
}

TEST_CASE("an order that is tried again keeps what was said in all its tries until it is left") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    phone.scenario.at(kEnd - days(1));
    fail(phone.for_guest("second"));
    CHECK(due_of(state_of(phone)) == kEnd - days(1) + checkout::kGuestsKept);
    forget(phone, kEnd).then_nothing();
    const auto over = expiry(phone.checkout_id, state_of(phone), kLater);
    REQUIRE(over);
    CHECK(over->keys == Keys{"first", "second"});
    forget(phone, kLater)
        .then(on(phone.checkout_id, checkout::GuestsForgotten{{"first", "second"}}));
}

TEST_CASE("nothing is forgotten of an order that is being tried, or was sold") {
    struct Case {
        std::string name;
        void (*go)(PhoneOrder&);
    };
    const std::vector<Case> cases = {
        {"under way", [](PhoneOrder& phone) { phone.place(); }},
        {"being undone", [](PhoneOrder& phone) { phone.place().refuse_all(); }},
        {"sold", [](PhoneOrder& phone) { phone.place().hold_all(); }},
    };
    for (const Case& each : cases) {
        INFO(each.name);
        PhoneOrder phone;
        fail(phone.for_guest("first"));
        each.go(phone.for_guest("second"));
        CHECK_FALSE(due_of(state_of(phone)));
        CHECK_FALSE(expiry(phone.checkout_id, state_of(phone), kLater));
        forget(phone, kLater).then_nothing();
        CHECK(phone.checkout().guest_keys == Keys{"first", "second"});
    }
}

TEST_CASE("of a try for a customer nothing is forgotten but what guests said before") {
    PhoneOrder phone;
    SECTION("nothing, if there was no guest") {
        fail(phone.for_customer("Ada"));
        CHECK_FALSE(due_of(state_of(phone)));
        forget(phone, kLater).then_nothing();
    }
    SECTION("the guest's key, and not the customer's") {
        fail(phone.for_guest("first"));
        fail(phone.for_customer("Ada", {"first"}));
        forget(phone, kEnd).then(on(phone.checkout_id, checkout::GuestsForgotten{{"first"}}));
    }
}

TEST_CASE("an order of which nothing personal was said has nothing to forget") {
    PhoneOrder phone;
    phone.command.party = {};
    phone.command.shipping_address.reset();
    fail(phone);
    CHECK_FALSE(due_of(state_of(phone)));
    forget(phone, kLater).then_nothing();
}

TEST_CASE("an order whose guests were forgotten is sold without their keys, to anybody") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    forget(phone, kEnd);
    SECTION("to another guest") {
        phone.for_guest("second").place().hold_all();
        CHECK(phone.sold().personal_keys() == Keys{"second"});
    }
    SECTION("to a customer who was never given them") {
        phone.for_customer("Ada").place().hold_all();
        CHECK(phone.sold().personal_keys() == Keys{"Ada's key"});
    }
    SECTION("to one who was given them in the same moment") {
        phone.for_customer("Ada", {"first"}).place().hold_all();
        CHECK(phone.sold().personal_keys() == Keys{"Ada's key"});
    }
    CHECK(phone.sold().placed.earlier_keys.empty());
}

// Its keys are destroyed before that is recorded: they are recorded with those of the next one.
TEST_CASE("a try that begins as the guests before it are forgotten is not disturbed") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    phone.scenario.at(kEnd);
    phone.for_guest("second").place();
    forget(phone, kEnd, {"first"}).then_nothing();
    SECTION("and may be sold") {
        phone.hold_all();
        CHECK(phone.sold().own_keys() == Keys{"second"});
    }
    SECTION("or fail, and be forgotten in its time") {
        phone.refuse_all().release_all();
        CHECK(due_of(state_of(phone)) == kEnd + checkout::kGuestsKept);
        forget(phone, kLater)
            .then(on(phone.checkout_id, checkout::GuestsForgotten{{"first", "second"}}));
    }
}

TEST_CASE("no guest is recorded as forgotten unless all their keys were destroyed, and no other") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    fail(phone.for_guest("second"));
    const std::vector<Keys> others = {
        {}, {"first"}, {"second"}, {"first", "second", "third"}, {"first", "third"}};
    for (const Keys& destroyed : others) forget(phone, kEnd, destroyed).then_nothing();
    forget(phone, kEnd, {"first", "second"})
        .then(on(phone.checkout_id, checkout::GuestsForgotten{{"first", "second"}}));
}

TEST_CASE("an order that was tried too often for guests has room again once they are forgotten") {
    PhoneOrder phone;
    for (std::size_t n = 0; n < checkout::kGuestKeysMax; ++n)
        fail(phone.for_guest("key " + std::to_string(n)));
    phone.for_guest("one more").place().scenario.then_refused("too-many-tries");
    forget(phone, kEnd).then_types({"checkout.guests_forgotten"});
    phone.for_guest("one more").place().hold_all();
    CHECK(phone.sold().personal_keys() == Keys{"one more"});
}

TEST_CASE("what was said in a cart whose checkout failed is forgotten with the cart") {
    Purchase purchase;
    purchase.start();
    const auto said = purchase.scenario.made<checkout::Started>();
    purchase.declined().run_out_of_time().released();
    REQUIRE(purchase.checkout().is_closed());
    CHECK_FALSE(due_of(purchase.checkout()));
    const auto over = expiry(purchase.cart, purchase.cart_state(), kLater);
    REQUIRE(over);
    CHECK(over->keys == sale::person_keys(said.party, said.shipping_address, said.billing_address));
    CHECK(over->keys == Keys{"person"});
}

TEST_CASE("each forgetting of an order is a command of its own") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    const auto first = expiry(phone.checkout_id, state_of(phone), kEnd);
    forget(phone, kEnd);
    fail(phone.for_guest("second"));
    const auto second = expiry(phone.checkout_id, state_of(phone), kLater);
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->step.id != second->step.id);
}

}  // namespace
}  // namespace shop::tests
