// RecordProviderResult: what the provider says, in whatever order it arrives.
#include <catch2/catch.hpp>

#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {
namespace {

using checkout::OutcomeKind;
using payment::Status;
using payment::VoidReason;

TEST_CASE("what is known already writes nothing") {
    Purchase purchase;
    purchase.place();
    CHECK(purchase.has_order());
    purchase.authorized().scenario.then_nothing();
    purchase.says(payment::ResultUnknown{}).scenario.then_nothing();
    purchase.says(payment::ResultPending{"sbx_1", ""}).scenario.then_nothing();
    purchase.says(payment::ResultNotFound{}).scenario.then_nothing();
    purchase.says(declined_result()).scenario.then_nothing();
}

TEST_CASE("a webhook that overtakes our own response places the order") {
    Purchase purchase;
    purchase.start().authorized();
    CHECK(purchase.outcome().kind == OutcomeKind::kPlaced);
    CHECK(purchase.scenario.state<order::State>(purchase.order).placed.reservations.size() == 2);
}

TEST_CASE("a time-out is unknown: nothing is released, and the provider is asked") {
    Purchase purchase;
    purchase.start().says(payment::ResultUnknown{payment::Operation::kAuthorize});
    purchase.scenario.then_types({"checkout.stock_held", "payment.outcome_unknown"});
    CHECK(purchase.outcome().kind == OutcomeKind::kPending);
    CHECK(purchase.pending(purchase.checkout_id).empty());
    const auto asked = purchase.pending(purchase.payment_id());
    REQUIRE(asked.size() == 1);
    CHECK(std::holds_alternative<payment::QueryCall>(asked.front().call));
    purchase.pay_again().scenario.then_nothing();  // no second attempt meanwhile
    purchase.authorized();
    CHECK(purchase.outcome().kind == OutcomeKind::kPlaced);
}

TEST_CASE("what the provider never got is sent again under its key, while keys live") {
    Purchase purchase;
    purchase.start().says(payment::ResultUnknown{payment::Operation::kAuthorize});
    Answers answers;
    answers.put(payment::query_effect(purchase.payment_id()),
                payment::ProviderResult{payment::ResultNotFound{}, {}, {}});
    const auto again = purchase.pending(purchase.payment_id(), answers);
    REQUIRE(again.size() == 1);
    CHECK(again.front().id == payment::authorize_effect(purchase.payment_id()));
    CHECK(std::holds_alternative<payment::AuthorizeCall>(again.front().call));
    purchase.now = kNoon + payment::kKeyLife;
    const auto late = purchase.pending(purchase.payment_id(), answers);
    REQUIRE(late.size() == 1);
    CHECK(std::holds_alternative<payment::QueryCall>(late.front().call));
    CHECK(needs_operator(purchase.payment(), purchase.now).has_value());
    CHECK_FALSE(needs_operator(purchase.payment(), kNoon).has_value());
}

TEST_CASE("a payment that wants the shopper says where to go, and is watched") {
    Purchase purchase;
    purchase.start().says(action_result());
    purchase.scenario.then_types({"checkout.stock_held", "payment.submitted",
                                  "payment.action_required", "checkout.action_required"});
    CHECK(purchase.outcome().kind == OutcomeKind::kAction);
    CHECK(purchase.outcome().action_url == "http://sandbox/pay/sbx_1");
    purchase.says(action_result()).scenario.then_nothing();
    CHECK(purchase.pending(purchase.payment_id()).size() == 1);
    purchase.authorized();
    CHECK(purchase.outcome().kind == OutcomeKind::kPlaced);
}

TEST_CASE("a card that was declined and is authorized late pays, if nothing else happened") {
    Purchase purchase;
    purchase.start().declined().authorized();
    CHECK(purchase.outcome().kind == OutcomeKind::kPlaced);
    CHECK(purchase.payment().status == Status::kAuthorized);
}

TEST_CASE("a second payment that succeeds too is voided, and the first is kept") {
    Purchase purchase;
    purchase.start().declined().pay_again().authorized(1);
    CHECK(purchase.payment(2).voiding->reason == VoidReason::kSecondPayment);
    purchase.authorized(2);
    CHECK(purchase.payment(2).status == Status::kAuthorized);
    const auto owed = purchase.pending(purchase.payment_id(2));
    REQUIRE(owed.size() == 1);
    CHECK(std::holds_alternative<payment::VoidCall>(owed.front().call));
    purchase.says(payment::ResultVoided{"sbx_1"}, 2);
    CHECK(purchase.payment(2).status == Status::kVoided);
    CHECK_FALSE(is_open(purchase.payment(2)));
    CHECK(purchase.payment(1).status == Status::kAuthorized);
}

TEST_CASE("an earlier card that is authorized after the order was paid is voided") {
    Purchase purchase;
    purchase.start().declined().pay_again().authorized(2).authorized(1);
    purchase.scenario.then_types({"payment.authorized", "payment.void_requested"});
    CHECK(purchase.payment(1).voiding->reason == VoidReason::kSecondPayment);
}

TEST_CASE("money that comes after the checkout failed is voided at once") {
    Purchase purchase;
    purchase.start().declined().cancel().released().authorized();
    purchase.scenario.then_types({"payment.authorized", "payment.void_requested"});
    CHECK(purchase.payment().voiding->reason == VoidReason::kLate);
    CHECK_FALSE(purchase.has_order());
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
}

TEST_CASE("late money of an earlier attempt does not pay the next one") {
    Purchase purchase;
    purchase.start().declined().cancel().released().start().authorized(1);
    CHECK(purchase.payment(1).voiding->reason == VoidReason::kLate);
    CHECK(purchase.outcome().kind == OutcomeKind::kPending);
    purchase.authorized(2);
    CHECK(purchase.outcome().kind == OutcomeKind::kPlaced);
}

TEST_CASE("another amount or currency is neither placed nor captured") {
    const payment::ResultAuthorized wrong[] = {
        authorized_result(Purchase::kTotal - 1),
        authorized_result(Purchase::kTotal + 1),
        {"sbx_1", money(Purchase::kTotal, "EUR"), {}, false}};
    for (const payment::ResultAuthorized& result : wrong) {
        Purchase purchase;
        purchase.start().says(result);
        purchase.scenario.then_types({"checkout.stock_held", "payment.mismatch_detected"});
        CHECK_FALSE(purchase.has_order());
        CHECK(purchase.outcome().kind == OutcomeKind::kPending);
        CHECK(needs_operator(purchase.payment(), kNoon).has_value());
        CHECK(purchase.pending(purchase.payment_id()).empty());
        purchase.run_out_of_time();
        purchase.scenario.then_types({"checkout.deadline_passed", "payment.void_requested"});
        CHECK(purchase.payment().voiding->reason == VoidReason::kMismatch);
        purchase.says(payment::ResultVoided{"sbx_1"}).released();
        CHECK(purchase.outcome().reason == checkout::FailReason::kMismatch);
        CHECK_FALSE(needs_operator(purchase.payment(), kNoon).has_value());
    }
}

TEST_CASE("a partial authorization does not cover: it is voided, and another card may pay") {
    Purchase purchase;
    purchase.start().says(payment::ResultAuthorized{"sbx_1", gbp(100), {}, true});
    purchase.scenario.then_types(
        {"checkout.stock_held", "payment.authorized", "payment.void_requested"});
    CHECK(purchase.outcome().kind == OutcomeKind::kPending);
    purchase.says(payment::ResultVoided{"sbx_1"});
    CHECK(purchase.outcome().kind == OutcomeKind::kDeclined);
    CHECK(purchase.outcome().code == "partial_authorization");
    purchase.pay_again().authorized(2);
    CHECK(purchase.outcome().kind == OutcomeKind::kPlaced);
}

TEST_CASE("money nobody asked for gets a stream of its own, once") {
    Scenario scenario;
    const payment::RecordProviderResult found{
        {}, "sandbox", {authorized_result(500), {payment::SeenBy::kWebhook, "evt"}, {}}};
    scenario.when(found).then_types({"payment.discovered"});
    scenario.when(found).then_nothing();
    const auto& state = scenario.state<payment::State>(payment::discovered_id("sandbox", "sbx_1"));
    CHECK(state.amount == gbp(500));
    CHECK(needs_operator(state, kNoon).has_value());
    scenario.when(payment::RecordProviderResult{{}, "sandbox", {declined_result(), {}, {}}})
        .then_nothing();
}

TEST_CASE("money under another reference than the payment's is not mixed up with it") {
    Purchase purchase;
    purchase.start().says(action_result());
    purchase.says(payment::ResultAuthorized{"sbx_2", gbp(Purchase::kTotal), {}, false});
    purchase.scenario.then_refused("other-reference");
    CHECK_FALSE(purchase.has_order());
}

TEST_CASE("an order whose number cannot be had waits, and nothing is recorded") {
    Purchase purchase;
    purchase.start();
    purchase.scenario.local_series({});
    purchase.authorized().scenario.then_refused("no-order-number");
    purchase.scenario.local_series(purchase.numbers);
    purchase.authorized();
    CHECK(purchase.has_order());
}

TEST_CASE("the card's token is forgotten with the payment's end") {
    Purchase purchase;
    purchase.start();
    CHECK_FALSE(purchase.payment().token.is_empty());
    purchase.declined();
    CHECK(purchase.payment().token.is_empty());
    CHECK(purchase.checkout().payments.front().plan.token.is_empty());

    Purchase another;
    another.start();
    another.scenario.given(on(another.payment_id(1), payment::AuthorizationExpired{}));
    CHECK(another.payment().token.is_empty());
}

}  // namespace
}  // namespace shop::tests
