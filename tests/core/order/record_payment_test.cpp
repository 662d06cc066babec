// Money that comes later than the sale: recorded in parts, once, and no more of it than is due; and
// what goes back of it.
#include <catch2/catch.hpp>

#include "core/credit_note/credit_note.hpp"
#include "core/fulfillment/fulfillment.hpp"
#include "core/order/payment_status.hpp"
#include "tests/core/checkout/phone_order.hpp"
#include "tests/core/order/sold_order.hpp"

namespace shop::tests {
namespace {

using Pence = std::vector<std::int64_t>;
using payment::Status;

// Two mugs and a tea for 25.00, sold on account, and verbs for whoever pays.
struct AccountOrder : PhoneOrder {
    AccountOrder() {
        command.payment.reset();
        place().hold_all();
    }

    order::RecordPayment transfer(std::optional<std::int64_t> pence, int n = 1) const {
        order::RecordPayment pays{.order = order,
                                  .payment = payment_id(n),
                                  .method = {"transfer", "", ""},
                                  .reason = kWhy};
        if (pence) pays.amount = gbp(*pence);
        return pays;
    }
    AccountOrder& pay(std::int64_t pence, int n) {
        scenario.when(transfer(pence, n));
        return *this;
    }
    AccountOrder& credit(std::int64_t pence) {
        credit_note::Wanted wanted{.amount = gbp(pence)};
        wanted.sold.title = "Goodwill";
        return credit(wanted);
    }
    AccountOrder& credit(const credit_note::Wanted& wanted) {
        const auto id = CommandId::derive({"note", std::to_string(++notes_)});
        scenario.when(credit_note::Request{.note = credit_note::note_of(order, id),
                                           .order = order,
                                           .lines = {wanted},
                                           .reason = kWhy});
        return *this;
    }
    const credit_note::State& note() const {
        const auto id = CommandId::derive({"note", std::to_string(notes_)});
        return scenario.state<credit_note::State>(credit_note::note_of(order, id));
    }

    PaymentId payment_id(int n = 1) const {
        return payment::later_payment_of(order, CommandId::derive({std::to_string(n)}));
    }
    const payment::State& payment(int n = 1) const {
        return scenario.state<payment::State>(payment_id(n));
    }
    // Pence that went back of each payment.
    Pence refunded() const {
        Pence all;
        for (const PaymentId& id : sold().later_payments)
            all.push_back(scenario.state<payment::State>(id).refunded.minor_units);
        return all;
    }
    order::PaymentStatus status() const {
        std::vector<const payment::State*> payments;
        for (const PaymentId& id : sold().later_payments)
            payments.push_back(&scenario.state<payment::State>(id));
        return payment_status_of(
            order::ledger_of(sold().placed.totals.total, sold().due(), payments));
    }

  private:
    int notes_ = 0;
};

TEST_CASE("money that comes later is a payment of its own, done when it is recorded") {
    AccountOrder order;
    order::RecordPayment pays = order.transfer(1'000);
    pays.reference = "bank 4711";
    pays.paid_at = kLastYear;
    order.scenario.when(pays).then_types(
        {"order.payment_added", "payment.initiated", "payment.authorized", "payment.captured"});
    for (const NewEvent& event : order.scenario.result()->events)
        CHECK(event.effective_at == kLastYear);
    CHECK(order.scenario.made<order::PaymentAdded>() ==
          order::PaymentAdded{order.payment_id(), kWhy});
    CHECK(order.payment().provider == "offline");
    CHECK(order.payment().provider_reference == "bank 4711");
    CHECK(order.payment().method.type == "transfer");
    CHECK(order.payment().attempt == 1);
    CHECK(order.payment().captured == gbp(1'000));
    CHECK(order.pending(order.payment_id()).empty());
    CHECK_FALSE(is_open(order.payment()));
}

TEST_CASE("an order on account is paid in parts, and is paid when all has come") {
    AccountOrder order;
    CHECK(order.status() == order::PaymentStatus::kPending);
    order.pay(1'000, 1).pay(500, 2);
    CHECK(order.status() == order::PaymentStatus::kPartiallyCaptured);
    order.scenario.when(order.transfer({}, 3));
    CHECK(order.payment(3).captured == gbp(1'000));
    CHECK(order.payment(3).attempt == 3);
    CHECK(order.status() == order::PaymentStatus::kCaptured);
    order.scenario.when(order.transfer({}, 4)).then_refused("nothing-to-pay");
}

TEST_CASE("the same payment again changes nothing, told otherwise it is refused") {
    AccountOrder order;
    order.pay(1'000, 1).pay(1'000, 1).scenario.then_nothing();
    order.pay(1'001, 1).scenario.then_refused("payment-exists");
    order::RecordPayment otherwise = order.transfer(1'000, 1);
    otherwise.method.type = "cash";
    order.scenario.when(otherwise).then_refused("payment-exists");
    order.pay(1'500, 2).pay(1'500, 2).scenario.then_nothing();  // nothing is due any more
    CHECK(order.sold().later_payments.size() == 2);
}

TEST_CASE("a payment is known by its reference, until its money has gone back") {
    AccountOrder order;
    order::RecordPayment pays = order.transfer(1'000, 1);
    pays.reference = "bank 4711";
    order.scenario.when(pays);
    pays.payment = order.payment_id(2);
    order.scenario.when(pays).then_nothing();
    pays.amount = gbp(900);
    order.scenario.when(pays).then_refused("reference-used");
    order.scenario.when(
        payment::Refund{.payment = order.payment_id(1), .amount = gbp(1'000), .reason = kWhy});
    order.scenario.when(pays);
    CHECK(order.payment(2).captured == gbp(900));
}

TEST_CASE("what another system calls a payment counts for more than its reference") {
    AccountOrder order;
    for (const char* id : {"P1", "P2"}) {
        order::RecordPayment rate = order.transfer(1'000);
        rate.external = sale::External{"erp", id};
        rate.payment = payment::later_payment_of(order.order, *rate.external);
        rate.reference = "invoice 7";
        order.scenario.when(rate);
        CHECK(order.scenario.made<payment::Initiated>().external == rate.external);
        order.scenario.when(rate).then_nothing();
    }
    CHECK(order.sold().later_payments.size() == 2);
}

TEST_CASE("more than is still to be paid is recorded only by whoever says that it is more") {
    AccountOrder order;
    order.pay(2'501, 1).scenario.then_refused("paid-too-much");
    order.pay(2'000, 1).pay(501, 2).scenario.then_refused("paid-too-much");
    CHECK(order.scenario.result().error().members ==
          R"("balance":{"minor_units":500,"currency":"GBP"})");
    order::RecordPayment more = order.transfer(501, 2);
    more.beyond_due = true;
    order.scenario.when(more);
    CHECK(order.status() == order::PaymentStatus::kOverpaid);
    order.pay(1, 3).scenario.then_refused("paid-too-much");
    order.scenario.when(payment::Refund{.payment = order.payment_id(2), .reason = kWhy});
    CHECK(order.refunded() == Pence{0, 1});
    CHECK(order.status() == order::PaymentStatus::kPartiallyRefunded);
}

TEST_CASE("a payment that cannot be is refused, and says why") {
    AccountOrder order;
    order.pay(0, 1).scenario.then_refused("invalid-request", "/amount");
    order.pay(-5, 1).scenario.then_refused("invalid-request", "/amount");
    order::RecordPayment pays = order.transfer(5);
    pays.amount = money(5, "EUR");
    order.scenario.when(pays).then_refused("invalid-request", "/amount");
    pays = order.transfer(5);
    pays.paid_at = kNoon + seconds(1);
    order.scenario.when(pays).then_refused("invalid-request", "/paid_at");
    pays = order.transfer(5);
    pays.order = OrderId::derive({"another"});
    order.scenario.when(pays).then_refused("unknown-order");
    order.scenario.when(order::Hold{order.order, order::HoldReason::kPayment, kWhy});
    order.pay(5, 1).scenario.then_types(
        {"order.payment_added", "payment.initiated", "payment.authorized", "payment.captured"});
    order.scenario.when(order::CancelByStaff{order.order, order::CancelReason::kStaff, kWhy});
    CHECK(order.refunded() == Pence{5});
    order.pay(5, 2).scenario.then_refused("order-canceled");
    order.pay(5, 1).scenario.then_nothing();
}

TEST_CASE("an order has no more payments than a person can look through") {
    AccountOrder order;
    for (int n = 1; n <= static_cast<int>(order::kPaymentsMax); ++n) order.pay(1, n);
    order.pay(1, 0).scenario.then_refused("too-many-payments");
    CHECK(order.sold().later_payments.size() == order::kPaymentsMax);
}

// ---- What goes back -----------------------------------------------------------------------------

TEST_CASE("what is credited goes back on the payments that came, the newest first") {
    AccountOrder order;
    order.pay(2'000, 1).pay(500, 2).credit(700);
    CHECK(order.refunded() == Pence{200, 500});
    CHECK(order.note().left_to_settle().is_zero());
    order.credit(1'800);
    CHECK(order.refunded() == Pence{2'000, 500});
    CHECK(order.status() == order::PaymentStatus::kRefunded);
    order.pay(1, 3).scenario.then_refused("paid-too-much");
}

TEST_CASE("a credit of an order that is paid in part is less to be paid first") {
    AccountOrder order;
    order.pay(2'000, 1).credit(700);
    CHECK(order.note().requested.settlements.size() == 2);
    CHECK(order.refunded() == Pence{200});
    CHECK(order.note().left_to_settle().is_zero());
    order.pay(1, 2).scenario.then_refused("paid-too-much");
    const payment::Refund beyond{
        .payment = order.payment_id(1), .amount = gbp(1'801), .reason = kWhy};
    order.scenario.when(beyond).then_refused("refund-limit");
}

TEST_CASE("units that are credited one by one give back what was paid for them to the penny") {
    AccountOrder order;
    const sale::Line& mugs = order.sold().placed.lines.front();
    order.pay(1'999, 1).pay(501, 2);
    for (int n = 0; n < 2; ++n)
        order.credit(credit_note::Wanted{.order_line_id = mugs.line_id, .quantity = 1});
    CHECK(order.sold().progress_of(mugs.line_id).credited_amount == mugs.gross);
    CHECK(order.refunded() == Pence{2'000 - 501, 501});
    CHECK(order.sold().due() == gbp(500));
}

TEST_CASE("lines that are canceled give back what was paid beyond the rest") {
    AccountOrder order;
    order.pay(2'400, 1);
    const LineId tea = order.sold().placed.lines.back().line_id;
    order.scenario.when(order::CancelLines{order.order, {{tea, 1}}, kWhy});
    CHECK(order.refunded() == Pence{400});
    CHECK(order.status() == order::PaymentStatus::kPartiallyRefunded);
}

// ---- Beside a card ------------------------------------------------------------------------------

TEST_CASE("a transfer of all that is due lets the card go that was to pay") {
    SoldOrder order;
    order::RecordPayment pays{.order = order.order,
                              .payment = payment::later_payment_of(order.order, command_id(7)),
                              .method = {"transfer", "", ""},
                              .amount = gbp(1'000),
                              .reason = kWhy};
    order.scenario.when(pays).then_types(
        {"order.payment_added", "payment.initiated", "payment.authorized", "payment.captured"});
    pays.payment = payment::later_payment_of(order.order, command_id(8));
    pays.amount.reset();
    order.scenario.when(pays).then_types({"order.payment_added", "payment.initiated",
                                          "payment.authorized", "payment.captured",
                                          "payment.void_requested"});
    CHECK(order.scenario.made<payment::VoidRequested>().reason ==
          payment::VoidReason::kSecondPayment);
    order.says(payment::ResultVoided{"sbx_1"});
    CHECK(order.payment().status == Status::kVoided);
    order.create_shipped(2, 1).scenario.then_types(
        {"order.confirmed", "fulfillment.created", "fulfillment.shipped"});
    CHECK(order.captures().empty());
}

TEST_CASE("a card is asked for no more than a transfer has left to pay") {
    SoldOrder order;
    order.scenario.when(
        order::RecordPayment{.order = order.order,
                             .payment = payment::later_payment_of(order.order, command_id(7)),
                             .method = {"cash", "", ""},
                             .amount = gbp(1'000),
                             .reason = kWhy});
    order.capture();
    CHECK(order.captures() == Pence{Purchase::kTotal - 1'000});
    order.scenario.when(
        order::RecordPayment{.order = order.order,
                             .payment = payment::later_payment_of(order.order, command_id(8)),
                             .method = {"cash", "", ""},
                             .amount = gbp(1),
                             .reason = kWhy});
    order.scenario.then_refused("paid-too-much");  // the card's money is on its way
}

}  // namespace
}  // namespace shop::tests
