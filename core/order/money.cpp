#include "core/order/money.hpp"

#include <algorithm>
#include <ranges>
#include <string>
#include <utility>

#include "core/decision.hpp"
#include "core/order/penny.hpp"
#include "core/payment/moves.hpp"

namespace shop::order {
namespace {

using Payments = std::vector<OrderPayment>;

// Taken or being taken for the order: what came of a payment that is not to be used goes back, and
// nothing is paid by it.
Money asked_of(const payment::State& payment) {
    Money asked{0, payment.amount.currency};
    if (payment.voiding) return asked;
    for (const payment::CaptureState& capture : payment.captures)
        if (capture.status != payment::MoveStatus::kFailed) asked += capture.amount;
    return asked;
}

// Given back, be it by other means, or on its way.
Money returned_of(const payment::State& payment) {
    if (payment.voiding) return {0, payment.amount.currency};
    Money returned = payment.settled_otherwise();
    for (const payment::RefundState& refund : payment.refunds)
        if (refund.status != payment::MoveStatus::kFailed) returned += refund.amount;
    return returned;
}

// A final capture lets go of whatever is left of an authorization.
Money left_in(const payment::State& payment) {
    const Money nothing{0, payment.amount.currency};
    if (!payment.has_money() || payment.voiding || payment.mismatch) return nothing;
    const bool is_final =
        std::ranges::any_of(payment.captures, [](const payment::CaptureState& capture) {
            return capture.final && capture.status != payment::MoveStatus::kFailed;
        });
    return is_final ? nothing : payment.left_to_capture();
}

bool may_be_voided(const payment::State& payment) {
    return payment.status == payment::Status::kAuthorized && !payment.voiding &&
           !payment.mismatch && !payment.is_capture_under_way();
}

// Behind captures.
bool has_rest(const payment::State& payment) {
    return payment.status == payment::Status::kCaptured && !payment.is_capture_under_way() &&
           left_in(payment).minor_units > 0;
}

void refund(const OrderPayment& payment, const Money& amount, const Reason& reason,
            Decision& decision) {
    const std::string cause = "rest/" + std::to_string(payment.state->refunds.size());
    payment::request_refund(decision, payment.id, *payment.state,
                            {.refund_id = payment::refund_of(payment.id, cause),
                             .capture_id = {},
                             .amount = amount,
                             .credit_note_id = {},
                             .reason = reason,
                             .replaces = {}});
}

}  // namespace

Payments payments_of(const State& order, const Streams& streams) {
    Payments payments;
    for (const PaymentId& id : order.payment_ids())
        if (const auto* payment = streams.find<payment::State>(id))
            payments.push_back({id, payment});
    return payments;
}

bool has_mismatch(const Payments& payments) {
    return std::ranges::any_of(
        payments, [](const OrderPayment& payment) { return payment.state->has_wrong_move(); });
}

std::unexpected<Error> payment_mismatch() {
    return fail(
        ErrorCode::kConflict, "payment-mismatch",
        "The provider took or gave back another amount than was asked for. Money of the order "
        "moves once that is put right there, or accepted.");
}

Money beyond_due(const Money& due, const Payments& payments) {
    Money beyond = -due;
    for (const OrderPayment& payment : payments) beyond += payment.state->free_to_refund();
    return beyond;
}

namespace {

void refund_beyond(const Money& due, const Payments& payments, const Reason& reason,
                   Decision& decision) {
    if (has_mismatch(payments)) return;
    Money beyond = beyond_due(due, payments);
    for (const OrderPayment& payment : payments | std::views::reverse) {
        const Money amount = std::min(beyond, payment.state->free_to_refund());
        if (amount.minor_units > 0) {
            refund(payment, amount, reason, decision);
            beyond = beyond - amount;
        }
    }
}

}  // namespace

void give_back(const Money& due, const Payments& payments, const Reason& reason,
               Decision& decision) {
    refund_beyond(due, payments, reason, decision);
    let_go_if_paid(due, payments, decision);
}

void give_back_all(const State& order, const Payments& payments, const Reason& reason,
                   Decision& decision) {
    refund_beyond(order.given_amount, payments, reason, decision);
    let_go_if_paid({0, order.placed.terms.currency}, payments, decision);
}

void let_go_if_paid(const Money& due, const Payments& payments, Decision& decision) {
    const bool is_any_awaited = std::ranges::any_of(payments, [](const OrderPayment& payment) {
        return payment.state->is_capture_under_way();
    });
    if (has_mismatch(payments) || is_any_awaited) return;
    if (left_to_take(due, payments).minor_units <= 0)
        let_go(payments, payment::VoidReason::kCanceled, decision);
}

void let_go(const Payments& payments, payment::VoidReason why, Decision& decision) {
    for (const OrderPayment& payment : payments) {
        if (may_be_voided(*payment.state))
            payment::request_void(decision, payment.id, *payment.state, why);
        else if (has_rest(*payment.state))
            payment::request_release(decision, payment.id, *payment.state);
        else
            payment::settle_captures(decision, payment.id, *payment.state);
    }
}

void take(const Taking& taking, const Payments& payments, Decision& decision) {
    Money wanted = taking.amount;
    Money in_all = left_to_take(taking.due, payments);
    for (const OrderPayment& payment : payments) {
        if (wanted.minor_units <= 0) return;
        const bool is_once = payment.state->captures_once;
        const Money amount = std::min(is_once ? in_all : wanted, left_in(*payment.state));
        if (amount.minor_units <= 0) continue;
        const std::size_t n = payment.state->captures.size();
        payment::request_capture(decision, payment.id, *payment.state,
                                 {.capture_id = payment::capture_of(payment.id, n),
                                  .amount = amount,
                                  .fulfillment_id = taking.fulfillment,
                                  .final = taking.final || is_once,
                                  .reason = taking.reason},
                                 taking.at);
        wanted = wanted - amount;
        in_all = in_all - amount;
    }
}

Money left_to_take(const Money& due, const Payments& payments) {
    Money left = due;
    for (const OrderPayment& payment : payments)
        left = left - asked_of(*payment.state) + returned_of(*payment.state);
    return left;
}

Money to_take_for_shipped(const State& order, const fulfillment::Progress& progress,
                          const Payments& payments) {
    Money cost{0, order.placed.terms.currency};
    if (!progress.has_any_shipped()) return cost;
    for (const sale::Line& line : order.placed.lines) {
        if (line.kind != sale::LineKind::kItem) {
            cost += line.gross;
            continue;
        }
        const LineProgress done = order.progress_of(line.line_id);
        const std::int64_t shipped = progress.of(line.line_id).shipped;
        cost += amount_of_more(line, {done.canceled, done.canceled_amount}, shipped);
    }
    for (const OrderPayment& payment : payments) cost = cost - asked_of(*payment.state);
    return std::min(cost, left_to_take(order.due(), payments));
}

bool has_lapsed(const Money& due, const Payments& payments, Time now) {
    const auto has_expired = [now](const OrderPayment& payment) {
        return payment.state->has_expired(now);
    };
    Money missing = left_to_take(due, payments);
    for (const OrderPayment& payment : payments)
        if (!has_expired(payment)) missing = missing - left_in(*payment.state);
    return missing.minor_units > 0 && std::ranges::any_of(payments, has_expired);
}

}  // namespace shop::order
