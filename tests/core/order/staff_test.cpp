// What staff does to an order: confirm, hold, release, cancel, note, assign.
#include <catch2/catch.hpp>

#include "tests/core/order/sold_order.hpp"

namespace shop::tests {
namespace {

TEST_CASE("an order is confirmed once, and not while it is on hold") {
    SoldOrder order;
    const order::Confirm confirm{order.order, kWhy};
    order.hold().scenario.when(confirm).then_refused("order-on-hold");
    order.scenario.when(order::ReleaseHold{order.order, kWhy}).when(confirm);
    order.scenario.then_types({"order.confirmed"});
    CHECK(order.scenario.made<order::Confirmed>().by == order::ConfirmedBy::kStaff);
    order.scenario.when(confirm).then_nothing();
    order.create(1, 0).scenario.then_types({"fulfillment.created"});
}

TEST_CASE("a hold ends where the order was before") {
    for (const bool is_confirmed : {false, true}) {
        SoldOrder order;
        if (is_confirmed) order.scenario.when(order::Confirm{order.order, kWhy});
        order.hold().scenario.then_types({"order.held"});
        CHECK(order.sold().status == order::Status::kOnHold);
        order.hold().scenario.then_nothing();
        order.scenario.when(order::Hold{order.order, order::HoldReason::kStock, kWhy});
        order.scenario.then_types({"order.held"});
        order.scenario.when(order::ReleaseHold{order.order, kWhy});
        order.scenario.then_types({"order.hold_released"});
        CHECK(order.sold().status ==
              (is_confirmed ? order::Status::kConfirmed : order::Status::kPlaced));
        order.scenario.when(order::ReleaseHold{order.order, kWhy}).then_nothing();
    }
}

TEST_CASE("a canceled order is neither held, confirmed, nor canceled in part") {
    SoldOrder order;
    order.cancel_by_staff();
    order.hold().scenario.then_refused("order-canceled");
    order.scenario.when(order::Confirm{order.order, kWhy}).then_refused("order-canceled");
    order.scenario.when(order::ReleaseHold{order.order, kWhy}).then_refused("order-canceled");
    order.cancel_lines(1, 0).scenario.then_refused("order-canceled");
    order.cancel_by_staff().scenario.then_nothing();
    order.cancel().scenario.then_nothing();
}

TEST_CASE("staff cancels what has not left, with its fulfillments") {
    SoldOrder order;
    order.create(1, 0).create(1, 0).cancel_by_staff();
    order.scenario.then_types({"fulfillment.canceled", "fulfillment.canceled", "order.canceled",
                               "payment.void_requested"});
    CHECK(order.sold().canceled->reason == order::CancelReason::kInventory);
    CHECK(order.sold().canceled->by_staff == kWhy);
    CHECK(order.pending(order.order).size() == 2);  // both lines' units are given back
}

TEST_CASE("what has left in part is not canceled as a whole") {
    SoldOrder order;
    order.create(1, 0).create_shipped(1, 0).cancel_by_staff();
    order.scenario.then_refused("already-shipped");
}

TEST_CASE("a shopper cancels until the order is being packed") {
    SoldOrder order;
    order.create(1, 0).cancel().scenario.then_refused("in-fulfillment");
    order.scenario.when(fulfillment::Cancel{order.fulfillment_id(1), kWhy});
    order.cancel().scenario.then_types({"order.canceled", "payment.void_requested"});
}

TEST_CASE("staff ends a checkout that is under way, as its shopper may") {
    Purchase purchase;
    purchase.start().scenario.when(
        order::CancelByStaff{purchase.order, order::CancelReason::kFraud, kWhy});
    CHECK(purchase.checkout().status == checkout::Status::kFailed);
    CHECK(purchase.checkout().failure->cause == "fraud");
    CHECK(purchase.checkout().failure->by_staff == kWhy);
    purchase.scenario.when(order::CancelByStaff{OrderId::derive({"none"})});
    purchase.scenario.then_refused("unknown-order");
}

TEST_CASE("units that are canceled cost nothing any more, and their stock is told") {
    SoldOrder order;
    order.cancel_lines(1, 1).scenario.then_types({"order.lines_canceled"});
    const auto& canceled = order.scenario.made<order::LinesCanceled>();
    CHECK(canceled.amount == gbp(1'500));
    CHECK(canceled.lines.at(0).amount == gbp(1'000));
    CHECK(order.sold().due() == gbp(1'395));
    const auto owed = order.pending(order.order);
    REQUIRE(owed.size() == 2);
    const auto& call = std::get<stock::Release>(owed.front().call);
    CHECK(call.quantity == 1);
    CHECK(call.cancellation == 1);

    Answers answers;
    for (const Effect& effect : owed)
        answers.put(effect.id, stock::Outcome{stock::OutcomeKind::kReleased, 0, 0});
    const auto step = order.advance(order.order, answers);
    const auto command = step.value().command.as<order::RecordAnswers>();
    order.scenario.when(command).then_types({"order.effect_answered"});
    CHECK_FALSE(is_open(order.sold()));
}

TEST_CASE("an order all lines of which are canceled is canceled") {
    SoldOrder order;
    order.cancel_lines(1, 1).cancel_lines(1, 0);
    order.scenario.then_types({"order.canceled", "payment.void_requested"});
    CHECK(order.sold().due() == gbp(0));
}

TEST_CASE("units in a fulfillment are not canceled by their line") {
    SoldOrder order;
    order.create(2, 0).cancel_lines(1, 0);
    order.scenario.then_refused("invalid-request", "/lines/0/quantity");
    order.cancel_lines(0, 1).scenario.then_types({"order.lines_canceled"});
    order.scenario.when(order::CancelLines{order.order, {}, kWhy});
    order.scenario.then_refused("invalid-request", "/lines");
}

TEST_CASE("notes of an order are numbered") {
    SoldOrder order;
    const order::AddNote note{order.order, {"person", "sealed"}, {}};
    order.scenario.when(note).then(on(order.order, order::NoteAdded{1, note.text}));
    order.scenario.when(note).then(on(order.order, order::NoteAdded{2, note.text}));
}

TEST_CASE("an order is given to a customer") {
    SoldOrder order;
    const order::AssignCustomer assign{order.order, CustomerId::derive({"eve"}),
                                       order.sold().personal_keys(), kWhy};
    order.scenario.when(assign).then_types({"order.customer_assigned"});
    CHECK(order.sold().customer_id == assign.customer);
    order.scenario.when(assign).then_nothing();
}

TEST_CASE("a note under a key that the order's customer has not got is not written") {
    SoldOrder order;
    const CustomerId eve = CustomerId::derive({"eve"});
    const auto keys = order.sold().personal_keys();
    const order::AddNote own{order.order, {"a key of its own", "sealed"}, {}};
    order.scenario.when(order::AssignCustomer{order.order, eve, keys, kWhy});
    order.scenario.when(own).then_refused("order-changed");
    order.scenario.when(order::AddNote{order.order, {keys.front(), "sealed"}, {}})
        .then_types({"order.note_added"});
    order.scenario.when(order::AddNote{order.order, own.text, eve})
        .then_types({"order.note_added"});
    order.scenario.when(own).then_types({"order.note_added"});
}

TEST_CASE("an order is given to nobody who has not got all of its keys") {
    SoldOrder order;
    const CustomerId eve = CustomerId::derive({"eve"});
    auto keys = order.sold().personal_keys();
    order.scenario.when(order::AddNote{order.order, {"a key of its own", "sealed"}, {}});
    order.scenario.when(order::AssignCustomer{order.order, eve, keys, kWhy})
        .then_refused("order-changed");
    keys.emplace_back("a key of its own");
    order.scenario.when(order::AssignCustomer{order.order, eve, keys, kWhy})
        .then_types({"order.customer_assigned"});
}

TEST_CASE("an order that was placed for a customer is given to nobody else") {
    order::State order;
    order.placed.party.customer_id = CustomerId::derive({"adam"});
    CHECK(order::check_assignable(order, CustomerId::derive({"adam"})));
    const auto refused = order::check_assignable(order, CustomerId::derive({"eve"}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "order-has-customer");
}

TEST_CASE("an order knows what its personal values are sealed under, each key once") {
    order::State order;
    CHECK(order.personal_keys().empty());
    order.placed.party.personal = {"key 1", "Ada"};
    order.placed.shipping_address = sale::Address{"GB", "SW", {"key 1", "home"}};
    order.placed.billing_address = sale::Address{"GB", "SW", {"key 2", "office"}};
    evolve(order, order::NoteAdded{1, {"key 2", "called"}}, Time{});
    evolve(order, order::NoteAdded{2, {"key 3", "called again"}}, Time{});
    evolve(order, order::NoteAdded{3, {"key 3", "and again"}}, Time{});
    CHECK(order.personal_keys() == std::vector<std::string>{"key 1", "key 2", "key 3"});
}

TEST_CASE(
    "what guests said in tries that failed is erased with the order, which seals none by it") {
    order::State order;
    order.placed.party.personal = {"key 1", "Ada"};
    order.placed.earlier_keys = {"a try's key"};
    evolve(order, order::NoteAdded{1, {"key 2", "called"}}, Time{});
    CHECK(order.own_keys() == std::vector<std::string>{"key 1", "key 2"});
    CHECK(order.personal_keys() == std::vector<std::string>{"key 1", "key 2", "a try's key"});
}

}  // namespace
}  // namespace shop::tests
