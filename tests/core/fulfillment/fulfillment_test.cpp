// Fulfillments: which units may leave, in what states, and what the stock items are told.
#include <catch2/catch.hpp>

#include "core/fulfillment/progress.hpp"
#include "tests/core/order/sold_order.hpp"

namespace shop::tests {
namespace {

fulfillment::LineUnits mugs_of(const SoldOrder& order) {
    const fulfillment::Progress progress(
        order.sold(), fulfillment::find_all(order.order, order.scenario.streams()));
    return progress.of(order.sold().placed.lines.front().line_id);
}

TEST_CASE("a fulfillment of some units confirms the order and leaves the rest open") {
    SoldOrder order;
    order.create(1, 1).scenario.then_types({"order.confirmed", "fulfillment.created"});
    CHECK(order.sold().status == order::Status::kConfirmed);
    CHECK(order.fulfillment(1).created.lines.size() == 2);
    CHECK(order.fulfillment(1).created.reason == kWhy);
    CHECK(mugs_of(order) == fulfillment::LineUnits{2, 0, 1, 0});
    order.create(1, 0).scenario.then_types({"fulfillment.created"});
    CHECK(mugs_of(order).open() == 0);
}

TEST_CASE("a fulfillment that names no lines takes all that is left") {
    SoldOrder order;
    order.create(1, 0).create(0, 0);
    const auto& lines = order.fulfillment(2).created.lines;
    REQUIRE(lines.size() == 2);  // the delivery is nothing that leaves
    CHECK(lines.at(0).quantity == 1);
    CHECK(lines.at(0).stock_id == order.sold().placed.lines.front().stock_id);
    order.create(0, 0).scenario.then_refused("nothing-to-fulfill");
}

TEST_CASE("no more units leave than are open, of goods that the order has, named once") {
    SoldOrder order;
    const LineId mug = order.units(1, 0).front().line_id;
    const LineId unknown = LineId::derive({"no line"});
    const LineId delivery = order.sold().placed.lines.back().line_id;
    struct Case {
        std::vector<order::LineQuantity> lines;
        const char* pointer;
    };
    const Case cases[] = {
        {{{mug, 3}}, "/lines/0/quantity"},          {{{mug, 0}}, "/lines/0/quantity"},
        {{{mug, -1}}, "/lines/0/quantity"},         {{{mug, 1}, {unknown, 1}}, "/lines/1/line_id"},
        {{{mug, 1}, {mug, 1}}, "/lines/1/line_id"}, {{{delivery, 1}}, "/lines/0/line_id"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.pointer);
        order.scenario.when(fulfillment::Create{.order = order.order, .lines = each.lines});
        order.scenario.then_refused("invalid-request", each.pointer);
        order.scenario.when(order::CancelLines{order.order, each.lines, kWhy});
        order.scenario.then_refused("invalid-request", each.pointer);
    }
    order.create(1, 0).cancel_lines(1, 0).create(1, 0);
    order.scenario.then_refused("invalid-request", "/lines/0/quantity");
}

TEST_CASE("units of a canceled fulfillment may go into another one") {
    SoldOrder order;
    order.create(2, 1).scenario.when(fulfillment::Cancel{order.fulfillment_id(1), kWhy});
    order.scenario.then_types({"fulfillment.canceled"});
    order.create(2, 0).scenario.then_types({"fulfillment.created"});
    CHECK(order.fulfillment(2).created.number == 2);
}

TEST_CASE("nothing leaves before the stock has set the units aside") {
    Purchase purchase;
    purchase.place().scenario.when(fulfillment::Create{.order = purchase.order});
    purchase.scenario.then_refused("stock-not-allocated");
}

TEST_CASE("nothing leaves of an order that is on hold, canceled or not there") {
    SoldOrder order;
    order.create(1, 0).hold();
    order.create(1, 0).scenario.then_refused("order-on-hold");
    order.ship(1).scenario.then_refused("order-on-hold");
    order.cancel_by_staff().create(1, 0).scenario.then_refused("order-canceled");
    order.scenario.when(fulfillment::Create{.order = OrderId::derive({"none"})});
    order.scenario.then_refused("unknown-order");
}

TEST_CASE("a fulfillment goes its way and no other") {
    SoldOrder order;
    const FulfillmentId id = order.create(1, 0).fulfillment_id(1);
    order.scenario.when(fulfillment::Deliver{id, kWhy}).then_refused("wrong-fulfillment-status");
    order.scenario.when(fulfillment::Fail{id, kWhy}).then_refused("wrong-fulfillment-status");
    order.ship(1);
    CHECK(order.fulfillment(1).shipped->tracking == std::vector<std::string>{"T1"});
    order.ship(1).scenario.then_refused("wrong-fulfillment-status");
    order.scenario.when(fulfillment::Cancel{id, kWhy}).then_refused("wrong-fulfillment-status");
    order.scenario.when(fulfillment::Deliver{id, kWhy}).then_types({"fulfillment.delivered"});
    order.scenario.when(fulfillment::Fail{id, kWhy}).then_refused("wrong-fulfillment-status");
    order.create_shipped(1, 0).scenario.when(fulfillment::Fail{order.fulfillment_id(2), kWhy});
    order.scenario.then_types({"fulfillment.failed"});
    const FulfillmentId none = order.fulfillment_id(9);
    order.scenario.when(fulfillment::Ship{none, {}, kWhy}).then_refused("unknown-fulfillment");
    CHECK(mugs_of(order) == fulfillment::LineUnits{2, 0, 0, 2});
}

TEST_CASE("goods leave in the past, never in the future") {
    SoldOrder order;
    order.create(2, 1);
    fulfillment::Ship ship{order.fulfillment_id(1), {}, kWhy};
    ship.shipment.shipped_at = kNoon + seconds(1);
    order.scenario.when(ship).then_refused("invalid-request", "/shipped_at");
    ship.shipment.shipped_at = kNoon - days(2);
    order.scenario.when(ship);
    for (const NewEvent& event : order.scenario.result()->events)
        CHECK(event.effective_at == kNoon - days(2));
    for (const Effect& owed : order.pending(order.fulfillment_id(1)))
        CHECK(std::get<stock::Ship>(owed.call).moved_at == kNoon - days(2));
}

TEST_CASE("each stock item is told what left, and an operator if it does not have it") {
    SoldOrder order;
    order.create_shipped(2, 1);
    const auto owed = order.pending(order.fulfillment_id(1));
    REQUIRE(owed.size() == 2);
    const auto& call = std::get<stock::Ship>(owed.front().call);
    CHECK(call.quantity == 2);
    CHECK(call.fulfillment_id == order.fulfillment_id(1));
    CHECK(is_open(order.fulfillment(1)));

    Answers answers;
    answers.put(owed.front().id, stock::Outcome{stock::OutcomeKind::kShipped, 0, 0});
    CHECK(order.pending(order.fulfillment_id(1), answers).size() == 1);
    CHECK_FALSE(order.advance(order.fulfillment_id(1), answers).has_value());
    CHECK_FALSE(needs_operator(order.fulfillment(1), kNoon + seconds(59)).has_value());
    CHECK(needs_operator(order.fulfillment(1), kNoon + seconds(60)).has_value());

    answers.put(owed.back().id, stock::Outcome{stock::OutcomeKind::kShipped, 0, 0});
    const auto step = order.advance(order.fulfillment_id(1), answers);
    const auto command = step.value().command.as<fulfillment::RecordAnswers>();
    order.scenario.when(command).then_types({"fulfillment.effect_answered"});
    order.scenario.when(command).then_nothing();
    CHECK_FALSE(is_open(order.fulfillment(1)));
    CHECK_FALSE(needs_operator(order.fulfillment(1), kNoon + days(1)).has_value());
}

}  // namespace
}  // namespace shop::tests
