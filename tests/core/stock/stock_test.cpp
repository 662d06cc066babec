// A stock item: what is on hand, what is promised, and what nobody may promise twice.
#include <catch2/catch.hpp>

#include "core/stock/stock.hpp"
#include "tests/support/given.hpp"

namespace shop::stock {
namespace {

using tests::given;
using tests::given_nothing;
using tests::on;

const StockId kStock = stock_of("mug");
const VariantId kVariant = VariantId::derive({"mug"});
const OrderId kOrder = OrderId::derive({"order"});

Reservation reservation(int line, std::int32_t attempt = 1) {
    return {kOrder, LineId::derive({std::to_string(line)}), attempt};
}

Opened opened() {
    return {kVariant, "mug", std::string(kMainLocation)};
}

tests::Scenario stocked(std::int64_t units) {
    return given(on(kStock, opened(), Received{units, ReceiveReason::kPurchase, ""}));
}

TEST_CASE("an item is opened once") {
    const Open open{kStock, kVariant, "mug"};
    given_nothing().when(open).then(on(kStock, opened())).when(open).then_nothing();
}

TEST_CASE("goods can be received only for an item that is known, and only a sensible number") {
    given_nothing().when(Receive{kStock, 5}).then_refused("unknown-stock");
    stocked(10).when(Receive{kStock, 0}).then_refused("invalid-request", "/quantity");
    stocked(10).when(Receive{kStock, -1}).then_refused("invalid-request", "/quantity");
    stocked(10)
        .when(Receive{kStock, kQuantityMax + 1})
        .then_refused("invalid-request", "/quantity");
    stocked(10).when(Receive{kStock, kQuantityMax}).then_refused("stock-full");
    stocked(10).when(Adjust{kStock, kQuantityMax}).then_refused("stock-full");
    stocked(10)
        .when(Receive{kStock, 5, ReceiveReason::kReturn, "RMA 7"})
        .then(on(kStock, Received{5, ReceiveReason::kReturn, "RMA 7"}));
}

TEST_CASE("whoever first receives or counts goods of an item may make it known") {
    const Open open{kStock, kVariant, "mug"};
    Receive receive{kStock, 5};
    receive.opens = open;
    given_nothing().when(receive).then(on(kStock, opened(), Received{5}));
    stocked(10).when(receive).then(on(kStock, Received{5}));
    given_nothing()
        .when(Count{.stock = kStock, .counted = 3, .expected = 0, .opens = open})
        .then_types({"stock.opened", "stock.adjusted"});
    given_nothing()
        .when(SetPolicy{.stock = kStock, .safety_stock = 1, .opens = open})
        .then_types({"stock.opened", "stock.policy_set"});
}

TEST_CASE("staff who has not seen the stock as it is now changes nothing") {
    const std::uint64_t stale = 1;
    stocked(10)
        .when(Receive{.stock = kStock, .quantity = 5, .expected_version = stale})
        .then_refused("version-mismatch");
    stocked(10)
        .when(Count{.stock = kStock, .counted = 3, .expected_version = stale})
        .then_refused("version-mismatch");
    stocked(10)
        .when(SetPolicy{.stock = kStock, .safety_stock = 1, .expected_version = stale})
        .then_refused("version-mismatch");
    stocked(10)
        .when(Receive{.stock = kStock, .quantity = 5, .expected_version = stale + 1})
        .then(on(kStock, Received{5}));
}

TEST_CASE("a correction never takes more than is there") {
    stocked(3).when(Adjust{kStock, -4}).then_refused("stock-below-zero");
    stocked(3).when(Adjust{kStock, 0}).then_nothing();
    stocked(3)
        .when(Adjust{kStock, -3, AdjustReason::kDamage, "fell"})
        .then(on(kStock, Adjusted{-3, {}, AdjustReason::kDamage, "fell", 0}));
}

TEST_CASE("what another system knows of a stock comes once, under its own time") {
    const Time before = Time{} + days(3);
    Receive receipt{kStock, 5};
    receipt.external = sale::External{"erp", "R-1"};
    receipt.moved_at = before;
    Received received{5, ReceiveReason::kPurchase, ""};
    received.external = receipt.external;
    Adjust adjust{kStock, -2, AdjustReason::kDamage};
    adjust.external = receipt.external;  // ids are unique per kind of record
    Adjusted adjusted{-2, {}, AdjustReason::kDamage, "", 0};
    adjusted.external = adjust.external;
    Receive other = receipt;
    other.external = sale::External{"shop 2", "R-1"};
    auto came = on(kStock, received);
    came.front().effective_at = before;
    received.external = other.external;
    auto came_from_other = on(kStock, received);
    came_from_other.front().effective_at = before;
    stocked(1)
        .when(receipt)
        .then(came)
        .when(receipt)
        .then_nothing()
        .when(adjust)
        .then(on(kStock, adjusted))
        .when(adjust)
        .then_nothing()
        .when(other)
        .then(came_from_other);
}

TEST_CASE("a count may find fewer units than are promised, and says how many are missing") {
    auto scenario = stocked(5);
    scenario.when(Reserve{kStock, reservation(1), 4})
        .when(Count{.stock = kStock, .counted = 1})
        .then(on(kStock, Adjusted{-4, 1, AdjustReason::kCount, "", 3}));
    CHECK(scenario.state<State>(kStock).available() == -3);
    scenario.when(Reserve{kStock, reservation(2), 1}).then_types({"stock.reservation_refused"});
}

TEST_CASE("a count of a stock that moved meanwhile is refused") {
    stocked(5)
        .when(Count{.stock = kStock, .counted = 7, .expected = 4})
        .then_refused("stock-moved");
    stocked(5).when(Count{.stock = kStock, .counted = -1}).then_refused("invalid-request");
}

TEST_CASE("an import brings an item to a level, and the same import again does nothing") {
    const SetLevel level{kStock, kVariant, "mug", 24};
    auto scenario = given_nothing();
    scenario.when(level)
        .then(on(kStock, opened(), Received{24, ReceiveReason::kOpening, ""}))
        .when(level)
        .then_nothing()
        .when(SetLevel{kStock, kVariant, "mug", 20})
        .then(on(kStock, Adjusted{-4, 20, AdjustReason::kCorrection, "", 0}));
    given_nothing().when(SetLevel{kStock, kVariant, "mug", -1}).then_refused("invalid-request");
}

TEST_CASE("a reservation takes units out of what is available, once") {
    const Reserve reserve{kStock, reservation(1), 6};
    auto scenario = stocked(10);
    scenario.when(reserve).then(on(kStock, Reserved{reservation(1), 6, 0}));
    CHECK(scenario.state<State>(kStock).available() == 4);
    scenario.when(reserve).then_nothing();
    CHECK(find_outcome(scenario.state<State>(kStock), reserve)->kind == OutcomeKind::kHeld);
}

TEST_CASE("more than is there is refused, and the refusal says what undecided checkouts hold") {
    stocked(10)
        .when(Reserve{kStock, reservation(1), 6})
        .when(Reserve{kStock, reservation(2), 5})
        .then(on(kStock, ReservationRefused{reservation(2), 5, 4, 6}))
        .when(Reserve{kStock, reservation(2), 5})
        .then_nothing()
        .when(Reserve{kStock, reservation(2, 2), 4})
        .then(on(kStock, Reserved{reservation(2, 2), 4, 0}));
}

TEST_CASE("safety stock is never sold, backorders up to their limit are") {
    stocked(10)
        .when(SetPolicy{kStock, true, 0, 4})
        .when(Reserve{kStock, reservation(1), 7})
        .then_types({"stock.reservation_refused"})
        .when(SetPolicy{kStock, true, 3, 4})
        .when(Reserve{kStock, reservation(1, 2), 9})
        .then(on(kStock, Reserved{reservation(1, 2), 9, 3}))
        .when(Reserve{kStock, reservation(2), 1})
        .then_types({"stock.reservation_refused"})
        .when(SetPolicy{kStock, true, kUnlimitedBackorder, 0})
        .when(Reserve{kStock, reservation(2, 2), 1'000})
        .then_types({"stock.reserved"});
    stocked(1).when(SetPolicy{kStock, true, -2, 0}).then_refused("invalid-request");
    stocked(1).when(SetPolicy{kStock, true, 0, -1}).then_refused("invalid-request");
    stocked(1).when(SetPolicy{kStock, true, 0, 0}).then_nothing();
}

TEST_CASE("why staff received goods or changed the policy is recorded") {
    stocked(10)
        .when(Receive{kStock, 5, ReceiveReason::kReturn, "RMA 7", "unopened"})
        .then(on(kStock, Received{5, ReceiveReason::kReturn, "RMA 7", "unopened"}))
        .when(SetPolicy{kStock, true, 3, 0, {"season", "Christmas"}})
        .then(on(kStock, PolicySet{true, 3, 0, {"season", "Christmas"}}))
        .when(SetPolicy{kStock, true, 3, 0, {"another reason", ""}})
        .then_nothing();
}

TEST_CASE("what is not tracked can always be sold") {
    stocked(0)
        .when(SetPolicy{kStock, false, 0, 0})
        .when(Reserve{kStock, reservation(1), 1'000})
        .then(on(kStock, Reserved{reservation(1), 1'000, 0}));
}

TEST_CASE("a release gives the units back, and a late reservation of that attempt gets none") {
    const Release release{kStock, reservation(1), ReleaseReason::kDeclined};
    auto scenario = stocked(10);
    scenario.when(Reserve{kStock, reservation(1), 6})
        .when(release)
        .then(on(kStock, Released{reservation(1), 6, ReleaseReason::kDeclined}))
        .when(release)
        .then_nothing()
        .when(Reserve{kStock, reservation(1), 6})
        .then_nothing();
    CHECK(scenario.state<State>(kStock).available() == 10);
}

TEST_CASE("a release that overtakes its reservation wins, even before the item is opened") {
    given_nothing()
        .when(Release{kStock, reservation(1)})
        .then(on(kStock, Released{reservation(1), 0, ReleaseReason::kRefused}))
        .when(SetLevel{kStock, kVariant, "mug", 10})
        .then_types({"stock.opened", "stock.received"})
        .when(Reserve{kStock, reservation(1), 6})
        .then_nothing();
}

TEST_CASE("the late release of an earlier attempt takes nothing from a later one") {
    auto scenario = stocked(10);
    scenario.when(Release{kStock, reservation(1, 1)})
        .when(Reserve{kStock, reservation(1, 2), 6})
        .then_types({"stock.reserved"})
        .when(Release{kStock, reservation(1, 1)})
        .then_nothing()
        .when(Allocate{kStock, reservation(1, 2)})
        .then_types({"stock.allocated"})
        .when(Release{kStock, reservation(1, 1)})
        .then_nothing();
    CHECK(scenario.state<State>(kStock).allocated_total == 6);
}

TEST_CASE("held units become sold ones; sold units come back when the order is canceled") {
    const Allocate allocate{kStock, reservation(1)};
    auto scenario = stocked(10);
    scenario.when(allocate).then_refused("not-held");
    scenario.when(Reserve{kStock, reservation(1), 6})
        .when(allocate)
        .then(on(kStock, Allocated{reservation(1), 6}))
        .when(allocate)
        .then_nothing();
    CHECK(scenario.state<State>(kStock).on_hand == 10);
    CHECK(scenario.state<State>(kStock).available() == 4);
    scenario.when(Release{kStock, reservation(1), ReleaseReason::kCanceled})
        .then(on(kStock, Released{reservation(1), 6, ReleaseReason::kCanceled}))
        .when(allocate)
        .then_nothing();
    CHECK(scenario.state<State>(kStock).available() == 10);
}

TEST_CASE("answers about reservations are forgotten after a week") {
    auto scenario = stocked(10);
    for (int line = 0; line < 63; ++line) scenario.when(Release{kStock, reservation(line)});
    CHECK(scenario.state<State>(kStock).ended.size() == 63);
    scenario.at(tests::kNoon + kAnswersKept + seconds(1)).when(Release{kStock, reservation(63)});
    CHECK(scenario.state<State>(kStock).ended.size() == 1);
}

}  // namespace
}  // namespace shop::stock
