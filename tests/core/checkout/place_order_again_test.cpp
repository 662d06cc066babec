// PlaceOrder after tries that failed: whose keys go with whoever the order is sold to.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/core/checkout/phone_order.hpp"

namespace shop::tests {
namespace {

using Keys = std::vector<std::string>;

// A try for which there is nothing in stock.
void fail(PhoneOrder& phone) {
    phone.place().scenario.then_types({"checkout.started", "payment.initiated"});
    phone.refuse_all().release_all();
}

TEST_CASE("a guest's order has a key of its own, and those of the guests' tries that failed") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    fail(phone.for_guest("second"));
    phone.for_guest("third").place().hold_all();
    CHECK(phone.sold().own_keys() == Keys{"third"});
    CHECK(phone.sold().placed.earlier_keys == Keys{"first", "second"});
    CHECK(phone.sold().personal_keys() == Keys{"third", "first", "second"});
}

TEST_CASE("an order of which nothing personal is known has the keys of its guests' tries") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    phone.command.party = {};
    phone.command.shipping_address.reset();
    phone.place().hold_all();
    CHECK(phone.sold().own_keys().empty());
    CHECK(phone.sold().personal_keys() == Keys{"first"});
}

TEST_CASE("no try is sealed under the key of a guest's try before it") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    phone.place().scenario.then_refused("order-changed");
    phone.command.party.personal.key = "second";
    phone.place().scenario.then_refused("order-changed");
    phone.for_customer("Ada", {"first"}).seal_with("first").place();
    phone.scenario.then_refused("order-changed");
}

TEST_CASE("a guest's order is sold to a customer who has the keys of the tries before") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    fail(phone.for_guest("second"));
    phone.for_customer("Ada", {}).place().scenario.then_refused("order-changed");
    phone.for_customer("Ada", {"first"}).place().scenario.then_refused("order-changed");
    phone.for_customer("Ada", {"first", "second"}).place().hold_all();
    CHECK(phone.sold().personal_keys() == Keys{"Ada's key", "first", "second"});
}

TEST_CASE("the key of a customer for whom an order was only tried goes to nobody else") {
    PhoneOrder phone;
    fail(phone.for_guest("guest's key"));
    fail(phone.for_customer("Ada", {"guest's key"}));
    SECTION("to no other customer") {
        phone.for_customer("Eve", {"guest's key"}).place().hold_all();
        CHECK(phone.sold().personal_keys() == Keys{"Eve's key", "guest's key"});
    }
    SECTION("to no guest") {
        phone.for_guest("another key").place().hold_all();
        CHECK(phone.sold().personal_keys() == Keys{"another key", "guest's key"});
    }
    SECTION("nor twice to the same") {
        phone.place().hold_all();
        CHECK(phone.sold().personal_keys() == Keys{"Ada's key", "guest's key"});
    }
}

// It has nothing sealed, and nobody to be asked again.
TEST_CASE("what another shop sold is taken whoever was tried here, with the guests' keys") {
    PhoneOrder phone;
    fail(phone.for_guest("first"));
    phone.for_customer("Ada");
    phone.command.source = checkout::Source::kImport;
    phone.command.party.personal = {};
    phone.command.shipping_address.reset();
    phone.place().hold_all();
    CHECK(phone.sold().personal_keys() == Keys{"first"});
}

TEST_CASE("an order is tried for guests a hundred times, and then for customers only") {
    PhoneOrder phone;
    Keys keys;
    while (keys.size() < checkout::kGuestKeysMax) {
        keys.push_back("key " + std::to_string(keys.size()));
        fail(phone.for_guest(keys.back()));
    }
    phone.for_guest("one more").place().scenario.then_refused("too-many-tries");
    phone.for_customer("Ada", keys).place().hold_all();
    CHECK(phone.sold().placed.earlier_keys == keys);
}

}  // namespace
}  // namespace shop::tests
