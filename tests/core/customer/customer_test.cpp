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
    scenario.when(customer::ChangeContact{kAnna, {"key 2", "Ann"}, "FR", kReason})
        .then(on(kAnna, customer::ContactChanged{{"key 2", "Ann"}, "FR", kReason}));
    const auto& state = scenario.state<customer::State>(kAnna);
    CHECK(state.keys == std::vector<std::string>{"key 1", "key 2"});
    CHECK(state.profile.country == "FR");
}

TEST_CASE("a change that rests on an older version is refused") {
    known()
        .when(customer::ChangeContact{kAnna, {"key 1", "Ann"}, "GB", kReason, 2})
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
    scenario.when(customer::ChangeContact{kAnna, {"key 3", "Anna"}, "GB", kReason})
        .then_refused("customer-erased");
}

TEST_CASE("nobody is erased or changed who is not known") {
    given_nothing().when(customer::Erase{kAnna, {}, kReason}).then_refused(ErrorCode::kNotFound);
    given_nothing()
        .when(customer::ChangeContact{kAnna, {"key 1", "Anna"}, "GB", kReason})
        .then_refused(ErrorCode::kNotFound);
}

}  // namespace
}  // namespace shop::tests
