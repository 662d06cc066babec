// Money that goes back: by staff, again after a refusal, and what was taken though it was not to
// be.
#include <catch2/catch.hpp>

#include "tests/core/credit_note/credited_order.hpp"

namespace shop::tests {
namespace {

using Pence = std::vector<std::int64_t>;

payment::Refund back(const CreditedOrder& order, std::optional<std::int64_t> pence = {}) {
    payment::Refund command{.payment = order.payment_id(), .reason = kWhy};
    if (pence) command.amount = gbp(*pence);
    return command;
}

TEST_CASE("never more goes back than was taken") {
    CreditedOrder order;
    order.scenario.when(back(order, 1)).then_refused("refund-limit");
    order.deliver_all();
    order.scenario.when(back(order, 2'896)).then_refused("refund-limit");
    CHECK(order.scenario.result().error().members ==
          R"("left":{"minor_units":2895,"currency":"GBP"})");
    order.scenario.when(back(order, 2'000)).then_types({"payment.refund_requested"});
    order.scenario.when(back(order, 896)).then_refused("refund-limit");
    order.refunded(1).scenario.then_types({"payment.refunded"});
    order.scenario.when(back(order, 896)).then_refused("refund-limit");
    order.scenario.when(back(order, 895)).then_types({"payment.refund_requested"});
    order.refunded(2);
    CHECK(order.payment().refunded == gbp(2'895));
    CHECK(order.payment().left_to_refund().is_zero());
}

TEST_CASE("money that is refused as it should be has its reason") {
    CreditedOrder order;
    order.deliver_all();
    order.scenario.when(back(order)).then_refused("nothing-to-refund");
    order.scenario.when(back(order, 0)).then_refused("invalid-request", "/amount");
    order.scenario.when(back(order, -5)).then_refused("invalid-request", "/amount");
    payment::Refund other = back(order);
    other.amount = money(5, "EUR");
    order.scenario.when(other).then_refused("invalid-request", "/amount");
    other.payment = order.payment_id(7);
    order.scenario.when(other).then_refused("unknown-payment");
    payment::Refund again = back(order);
    again.again = RefundId::derive({"?"});
    order.scenario.when(again).then_refused("invalid-request", "/again");
}

TEST_CASE("a refused refund is owed still, and is asked for again, once") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).refund_failed(1);
    order.scenario.then_types({"payment.refund_failed"});
    CHECK(needs_operator(order.payment(), kNoon).has_value());
    CHECK(is_open(order.payment()));
    CHECK(order.note().left_to_settle() == gbp(500));
    order.refund_failed(1).scenario.then_nothing();

    payment::Refund again = back(order);
    again.again = order.refund(1).refund_id;
    order.scenario.when(again).then_types({"payment.refund_requested"});
    CHECK_FALSE(needs_operator(order.payment(), kNoon).has_value());
    CHECK(order.refund(2).refund_id != order.refund(1).refund_id);
    order.scenario.when(again).then_refused("refund-not-refused");
    order.refunded(2).scenario.then_types({"payment.refunded", "credit_note.settled"});
    CHECK(order.note().left_to_settle().is_zero());
    CHECK_FALSE(is_open(order.payment()));
}

payment::SettleRefund settle(const CreditedOrder& order, std::size_t refund) {
    return {.payment = order.payment_id(),
            .refund = order.refund(refund).refund_id,
            .by = payment::SettledOtherwise::kOffline,
            .reason = kWhy};
}

TEST_CASE("a refused refund is settled by other means, once, and nothing of it is owed") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)});
    order.scenario.when(settle(order, 1)).then_refused("refund-not-refused");
    order.refund_failed(1).scenario.when(settle(order, 1));
    order.scenario.then_types({"payment.refund_settled", "credit_note.settled"});
    CHECK(order.scenario.made<credit_note::Settled>().by == credit_note::SettledBy::kOffline);
    CHECK(order.note().left_to_settle().is_zero());
    CHECK_FALSE(needs_operator(order.payment(), kNoon).has_value());
    CHECK_FALSE(is_open(order.payment()));

    order.scenario.when(settle(order, 1)).then_refused("refund-not-refused");
    payment::Refund again = back(order);
    again.again = order.refund(1).refund_id;
    order.scenario.when(again).then_refused("refund-not-refused");
    CHECK(order.payment().left_to_refund() == gbp(2'395));
    order.scenario.when(back(order)).then_refused("nothing-to-refund");
    order.scenario.when(back(order, 2'396)).then_refused("refund-limit");
    order.refunded(1).scenario.then_types({"payment.refunded"});  // its note is settled already
}

TEST_CASE("a refund that came back from the bank is settled by other means") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).refunded(1).refund_failed(1);
    order.scenario.when(settle(order, 1));
    order.scenario.then_types({"payment.refund_settled", "credit_note.settled"});
    CHECK(order.note().left_to_settle().is_zero());
    CHECK(order.payment().refunded.is_zero());
}

TEST_CASE("what is owed of a canceled order is settled by other means too") {
    CreditedOrder order;
    order.capture().captured(1).cancel_by_staff();
    order.says(payment::ResultFailed{.operation = payment::Operation::kRefund,
                                     .capture_id = {},
                                     .code = "refund_refused",
                                     .refund_id = order.refund(1).refund_id});
    order.scenario.when(settle(order, 1)).then_types({"payment.refund_settled"});
    CHECK(order.payment().left_to_refund().is_zero());
    order.scenario.when(back(order)).then_refused("nothing-to-refund");
}

TEST_CASE("what was not refused is not settled by other means") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)});
    payment::SettleRefund command = settle(order, 1);
    command.refund = RefundId::derive({"?"});
    order.scenario.when(command).then_refused("unknown-refund");
    command = settle(order, 1);
    command.payment = order.payment_id(7);
    order.scenario.when(command).then_refused("unknown-payment");
    order.refunded(1).scenario.when(settle(order, 1)).then_refused("refund-not-refused");
}

TEST_CASE("a refund that fails after it had been done opens the note again") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).refunded(1).refund_failed(1);
    order.scenario.then_types({"payment.refund_failed", "credit_note.reopened"});
    CHECK(order.scenario.made<payment::RefundFailed>().after_success);
    CHECK(order.note().left_to_settle() == gbp(500));
    CHECK(order.payment().refunded.is_zero());
    CHECK(needs_operator(order.payment(), kNoon).has_value());
    order.refund_failed(1).scenario.then_nothing();
    order.refunded(1);  // the bank made it after all
    order.scenario.then_types({"payment.refunded", "credit_note.settled"});
    CHECK_FALSE(needs_operator(order.payment(), kNoon).has_value());
}

TEST_CASE("a refund that is pending is known as such, and asked about") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)});
    const payment::ResultRefundPending pending{"sbx_1", order.refund(1).refund_id};
    order.says(pending).scenario.then_types({"payment.refund_pending"});
    order.says(pending).scenario.then_nothing();
    const auto owed = order.pending(order.payment_id());
    REQUIRE(owed.size() == 1);
    CHECK(std::get<payment::RefundCall>(owed.front().call).amount == gbp(500));
    CHECK(order.payment().left_to_refund() == gbp(2'395));
    order.refunded(1).scenario.then_types({"payment.refunded", "credit_note.settled"});
}

TEST_CASE("a refund of another amount counts for nothing, and goes to an operator") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)});
    order.says(payment::ResultRefunded{"sbx_1", gbp(499), order.refund(1).refund_id});
    order.scenario.then_types({"payment.mismatch_detected"});
    CHECK(order.note().left_to_settle() == gbp(500));
    order.scenario.when(back(order, 1)).then_refused("payment-mismatch");
}

// Rules 8 and 9.
TEST_CASE("money that was taken though it was not to be goes back at once, once") {
    Purchase late;  // the checkout had failed
    late.start().declined().cancel().released();
    late.says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), {}});
    late.scenario.then_types({"payment.authorized", "payment.captured", "payment.void_requested",
                              "payment.refund_requested"});
    CHECK(late.payment().refunds.at(0).amount == gbp(Purchase::kTotal));
    const auto owed = late.pending(late.payment_id());
    REQUIRE(owed.size() == 1);
    CHECK(std::holds_alternative<payment::RefundCall>(owed.front().call));
    late.says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), {}}).scenario.then_nothing();
    late.says(payment::ResultRefunded{"sbx_1", gbp(Purchase::kTotal),
                                      late.payment().refunds.at(0).refund_id});
    CHECK_FALSE(is_open(late.payment()));
    CHECK_FALSE(needs_operator(late.payment(), kNoon).has_value());

    Purchase second;  // the order was paid by another card
    second.start().declined().pay_again().authorized(2);
    second.says(payment::ResultCaptured{"sbx_9", gbp(Purchase::kTotal), {}}, 1);
    CHECK(second.payment(1).voiding->reason == payment::VoidReason::kSecondPayment);
    REQUIRE(second.payment(1).refunds.size() == 1);
    CHECK(second.payment(1).refunds.at(0).amount == gbp(Purchase::kTotal));
    CHECK(second.payment(2).refunds.empty());
}

TEST_CASE("a provider that tells of all that was taken tells of each capture under way") {
    CreditedOrder order;
    order.create_shipped(1, 0).create_shipped(1, 1);
    order.says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), {}});
    order.scenario.then_types({"payment.captured", "payment.captured"});
    CHECK(order.payment().captured == gbp(Purchase::kTotal));
}

TEST_CASE("a sum that was taken before is not a capture that is still to be made") {
    CreditedOrder order;  // two mugs at 10.00, a tea at 5.00, the delivery at 3.95
    order.create_shipped(1, 0).captured(1);
    const Money first = order.payment().captured;
    order.create_shipped(1, 0).captured(2);
    const Money both = order.payment().captured;
    order.create_shipped(0, 1);
    for (const Money& told : {first, both, gbp(1'000)})
        order.says(payment::ResultCaptured{"sbx_1", told, {}}).scenario.then_nothing();
    CHECK(order.payment().is_capture_under_way());
    CHECK_FALSE(order.payment().mismatch);
    order.says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), {}});
    order.scenario.then_types({"payment.captured"});
    CHECK_FALSE(order.payment().is_capture_under_way());
}

TEST_CASE("a sum that fits two captures under way tells of neither") {
    CreditedOrder order;
    order.create_shipped(1, 0).captured(1);
    order.create_shipped(1, 0).capture_refused(2);  // its money is asked for again, with the next
    order.create_shipped(0, 1);
    order.says(payment::ResultCaptured{"sbx_1", order.payment().captures.at(2).amount, {}});
    CHECK(order.payment().captures.at(2).status == payment::MoveStatus::kDone);

    CreditedOrder twice;
    twice.create(1, 0).create(1, 1).ship(1).ship(2);
    const Money mug = twice.payment().captures.at(0).amount;
    twice.says(payment::ResultCaptured{"sbx_1", mug, {}});
    CHECK(twice.payment().captured == mug);
}

}  // namespace
}  // namespace shop::tests
