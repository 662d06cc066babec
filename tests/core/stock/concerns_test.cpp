// What of a stock item an operator must look at.
#include <catch2/catch.hpp>

#include "core/effect.hpp"
#include "tests/support/given.hpp"

namespace shop::stock {
namespace {

using tests::given;
using tests::kNoon;
using tests::on;

const StockId kStock = stock_of("mug");

Reservation reservation(int line) {
    return {OrderId::derive({"order"}), LineId::derive({std::to_string(line)}), 1};
}

tests::Scenario stocked(std::int64_t units) {
    return given(on(kStock, Opened{{}, "mug", std::string(kMainLocation)},
                    Received{units, ReceiveReason::kPurchase, ""}));
}

std::optional<Concern> concern_at(const tests::Scenario& scenario, Time now) {
    return needs_operator(scenario.state<State>(kStock), now);
}

TEST_CASE("stock that is promised and not there is an operator's until goods come") {
    auto scenario = stocked(5);
    scenario.when(Reserve{kStock, reservation(1), 4}).when(Allocate{kStock, reservation(1)});
    CHECK_FALSE(concern_at(scenario, kNoon).has_value());
    scenario.when(Count{.stock = kStock, .counted = 1});
    CHECK(scenario.state<State>(kStock).short_by() == 3);
    CHECK(is_open(scenario.state<State>(kStock)));
    REQUIRE(concern_at(scenario, kNoon).has_value());
    scenario.when(Receive{kStock, 3});
    CHECK_FALSE(is_open(scenario.state<State>(kStock)));
    CHECK_FALSE(concern_at(scenario, kNoon).has_value());
}

TEST_CASE("what the policy lets be sold ahead is not missing") {
    auto scenario = stocked(5);
    scenario.when(SetPolicy{kStock, true, 3, 0}).when(Reserve{kStock, reservation(1), 8});
    CHECK_FALSE(is_open(scenario.state<State>(kStock)));
    scenario.when(Count{.stock = kStock, .counted = 4})
        .then(on(kStock, Adjusted{-1, 4, AdjustReason::kCount, "", 1}));
    CHECK(is_open(scenario.state<State>(kStock)));
    scenario.when(SetPolicy{kStock, true, kUnlimitedBackorder, 0});
    CHECK_FALSE(is_open(scenario.state<State>(kStock)));
    scenario.when(SetPolicy{kStock, false, 0, 0});
    CHECK_FALSE(is_open(scenario.state<State>(kStock)));
}

TEST_CASE("units that are held for over an hour are an operator's, and sold ones are not") {
    auto scenario = stocked(5);
    CHECK_FALSE(due_of(scenario.state<State>(kStock)).has_value());
    scenario.when(Reserve{kStock, reservation(1), 1});
    scenario.at(kNoon + minutes(10)).when(Reserve{kStock, reservation(2), 1});
    CHECK(due_of(scenario.state<State>(kStock)) == kNoon + hours(1));
    CHECK_FALSE(concern_at(scenario, kNoon + minutes(59)).has_value());
    const auto concern = concern_at(scenario, kNoon + hours(1));
    REQUIRE(concern.has_value());
    CHECK(concern->since == kNoon);
    scenario.when(Allocate{kStock, reservation(1)});
    CHECK(due_of(scenario.state<State>(kStock)) == kNoon + minutes(70));
    CHECK_FALSE(concern_at(scenario, kNoon + hours(1)).has_value());
    scenario.when(Release{kStock, reservation(2)});
    CHECK_FALSE(due_of(scenario.state<State>(kStock)).has_value());
}

}  // namespace
}  // namespace shop::stock
