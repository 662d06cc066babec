// Customers: known, changed, erased.
#include <catch2/catch.hpp>

#include "core/customer/customer.hpp"
#include "tests/support/given.hpp"

namespace shop::tests {
namespace {

const CustomerId kAnna = CustomerId::derive({"anna"});
const Reason kReason{"staff", ""};

customer::Profile profile() {
    customer::Profile profile;
    profile.personal = {"key 1", "Anna"};
    profile.country = "GB";
    return profile;
}

Scenario known() {
    return given(on(kAnna, customer::Registered{profile(), kReason}));
}

TEST_CASE("a customer is registered once") {
    given_nothing()
        .when(customer::Register{kAnna, profile(), kReason})
        .then(on(kAnna, customer::Registered{profile(), kReason}))
        .when(customer::Register{kAnna, profile(), kReason})
        .then_nothing();
}

TEST_CASE("nobody is known without a key, for what is sealed later needs it") {
    given_nothing()
        .when(customer::Register{kAnna, {}, kReason})
        .then_refused("invalid-request", "/contact");
    given_nothing().when(customer::Import{kAnna, {}}).then_refused("invalid-request", "/contact");
}

TEST_CASE("another system's customer is the same one each time it is imported") {
    const CustomerId id = customer::customer_of({"old-shop", "17850"});
    CHECK(id == customer::customer_of({"old-shop", "17850"}));
    CHECK(id != customer::customer_of({"old-shop1", "7850"}));
    given_nothing()
        .when(customer::Import{id, profile()})
        .then(on(id, customer::Imported{profile()}))
        .when(customer::Import{id, profile()})
        .then_nothing();
}

TEST_CASE("a customer's contact changes, under a key that is remembered") {
    Scenario scenario = known();
    scenario.when(customer::ChangeContact{kAnna, Sealed{"key 2", "Ann"}, "FR", kReason})
        .then(on(kAnna, customer::ContactChanged{{"key 2", "Ann"}, "FR", kReason}));
    const auto& state = scenario.state<customer::State>(kAnna);
    CHECK(state.keys == std::vector<std::string>{"key 1", "key 2"});
    CHECK(state.profile.country == "FR");
}

TEST_CASE("a change of a customer leaves alone what it does not name") {
    Scenario scenario = known();
    scenario.when(customer::ChangeContact{kAnna, Sealed{"key 1", "Ann"}, {}, kReason})
        .then(on(kAnna, customer::ContactChanged{{"key 1", "Ann"}, "GB", kReason}));
    scenario.when(customer::ChangeContact{kAnna, {}, "FR", kReason})
        .then(on(kAnna, customer::ContactChanged{{"key 1", "Ann"}, "FR", kReason}));
}

TEST_CASE("a change that rests on an older version is refused") {
    known()
        .when(customer::ChangeContact{kAnna, Sealed{"key 1", "Ann"}, "GB", kReason, 2})
        .then_refused("version-mismatch");
}

TEST_CASE("an erased customer stays erased") {
    Scenario scenario = known();
    scenario.when(customer::Erase{kAnna, {"key 1"}, kReason})
        .then(on(kAnna, customer::Erased{{"key 1"}, kReason}));
    CHECK(scenario.state<customer::State>(kAnna).status == customer::Status::kErased);
    CHECK(scenario.state<customer::State>(kAnna).profile.personal.is_empty());
    scenario.when(customer::Erase{kAnna, {"key 1"}, kReason}).then_nothing();
    scenario.when(customer::Register{kAnna, profile(), kReason}).then_nothing();
    scenario.when(customer::Import{kAnna, profile()}).then_nothing();
    scenario.when(customer::ChangeContact{kAnna, Sealed{"key 3", "Anna"}, "GB", kReason})
        .then_refused("customer-erased");
}

TEST_CASE("a guest's order that was assigned to a customer is erased with them") {
    const OrderId order = OrderId::derive({"order"});
    Scenario scenario = known();
    scenario.when(customer::AssignOrder{kAnna, order, {"key 7", "key 8"}, kReason})
        .then(on(kAnna, customer::OrderAssigned{order, {"key 7", "key 8"}, kReason}));
    scenario.when(customer::AssignOrder{kAnna, order, {"key 7", "key 8"}, kReason}).then_nothing();
    scenario.when(customer::Erase{kAnna, {"key 1", "key 7"}, kReason})
        .then_refused("customer-changed");
    const auto all = scenario.state<customer::State>(kAnna).all_keys();
    CHECK(all == std::vector<std::string>{"key 1", "key 7", "key 8"});
    scenario.when(customer::Erase{kAnna, all, kReason}).then_types({"customer.erased"});
    scenario.when(customer::AssignOrder{kAnna, order, {"key 7"}, kReason})
        .then_refused("customer-erased");
    scenario.when(customer::UnassignOrder{kAnna, order, kReason}).then_nothing();
}

TEST_CASE("a key of an order that a customer has got is not forgotten for another one") {
    const OrderId order = OrderId::derive({"order"});
    Scenario scenario = known();
    scenario.when(customer::AssignOrder{kAnna, order, {"key 7"}, kReason});
    scenario.when(customer::AssignOrder{kAnna, order, {"key 8"}, kReason})
        .then(on(kAnna, customer::OrderAssigned{order, {"key 7", "key 8"}, kReason}));
    scenario.when(customer::AssignOrder{kAnna, order, {}, kReason}).then_nothing();
}

TEST_CASE("an order that was somebody else's stays when the customer is erased") {
    const OrderId order = OrderId::derive({"order"});
    Scenario scenario = known();
    scenario.when(customer::AssignOrder{kAnna, order, {"key 7"}, kReason});
    scenario.when(customer::UnassignOrder{kAnna, order, kReason})
        .then(on(kAnna, customer::OrderUnassigned{order, kReason}));
    scenario.when(customer::UnassignOrder{kAnna, order, kReason}).then_nothing();
    CHECK(scenario.state<customer::State>(kAnna).all_keys() == std::vector<std::string>{"key 1"});
}

TEST_CASE("no order is assigned to somebody who is not known") {
    given_nothing()
        .when(customer::AssignOrder{kAnna, OrderId::derive({"order"}), {}, kReason})
        .then_refused(ErrorCode::kNotFound);
}

TEST_CASE("nobody is erased or changed who is not known") {
    given_nothing().when(customer::Erase{kAnna, {}, kReason}).then_refused(ErrorCode::kNotFound);
    given_nothing()
        .when(customer::ChangeContact{kAnna, Sealed{"key 1", "Anna"}, "GB", kReason})
        .then_refused(ErrorCode::kNotFound);
}

}  // namespace
}  // namespace shop::tests
