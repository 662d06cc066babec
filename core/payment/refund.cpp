// Money that staff gives back.
#include <algorithm>
#include <string>
#include <utility>

#include "core/credit_note/settlement.hpp"
#include "core/decision.hpp"
#include "core/order/money.hpp"
#include "core/payment/moves.hpp"

namespace shop::payment {
namespace {

// What was taken beyond what is due, as far as it was taken by this payment.
Money beyond_due(const State& payment, const Streams& streams) {
    const auto* order = streams.find<order::State>(payment.order_id);
    if (order == nullptr) return payment.free_to_refund();
    const Money beyond = order::beyond_due(order->due(), order::payments_of(*order, streams));
    return std::min(beyond, payment.free_to_refund());
}

shop::Status require_owed(const RefundState& refund) {
    if (refund.is_owed()) return {};
    return fail(ErrorCode::kConflict, "refund-not-refused",
                "This refund was not refused, or was asked for again or settled already.");
}

Result<const RefundState*> find_owed(const State& payment, const RefundId& id) {
    const RefundState* refund = payment.find_refund(id);
    if (refund == nullptr) return fail_field("/again", "the payment has no such refund");
    SHOP_TRY_STATUS(require_owed(*refund));
    return refund;
}

}  // namespace

Result<Decision> decide(const Refund& command, const Streams& streams, const Env&) {
    const State* payment = streams.find<State>(command.payment);
    if (payment == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-payment", "There is no such payment.");
    if (payment->mismatch) return order::payment_mismatch();
    CreditNoteId note;
    Money amount = command.amount.value_or(beyond_due(*payment, streams));
    if (!command.again.is_empty()) {
        SHOP_TRY(refused, find_owed(*payment, command.again));
        if (command.amount && *command.amount != refused->amount)
            return fail_field("/amount", "must be that of the refund that was refused");
        note = refused->credit_note_id;
        amount = refused->amount;
    }
    if (amount.currency != payment->amount.currency)
        return fail_field("/amount", "must be in the payment's currency");
    if (command.amount && amount.minor_units <= 0)
        return fail_field("/amount", "must be more than nothing");
    if (amount.minor_units <= 0)
        return fail(ErrorCode::kConflict, "nothing-to-refund",
                    "Nothing was taken beyond what is due. Credit the order first, or name the "
                    "amount.");
    const Money limit =
        command.again.is_empty() ? payment->free_to_refund() : payment->left_to_refund();
    if (amount > limit) return over_refund_limit(limit);
    const RefundId id =
        refund_of(command.payment, "staff/" + std::to_string(payment->refunds.size()));
    Decision decision;
    request_refund(decision, command.payment, *payment,
                   {.refund_id = id,
                    .capture_id = {},
                    .amount = amount,
                    .credit_note_id = note,
                    .reason = command.reason,
                    .replaces = command.again});
    if (payment->provider == kOfflineProvider)
        credit_note::note_refunded(decision, note,
                                   {credit_note::SettledBy::kRefund, amount, command.payment, id},
                                   streams, {});
    return decision;
}

Result<Decision> decide(const SettleRefund& command, const Streams& streams, const Env&) {
    const State* payment = streams.find<State>(command.payment);
    if (payment == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-payment", "There is no such payment.");
    const RefundState* refused = payment->find_refund(command.refund);
    if (refused == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-refund", "The payment has no such refund.");
    SHOP_TRY_STATUS(require_owed(*refused));
    Decision decision;
    decision.add(command.payment,
                 RefundSettled{command.refund, command.by, refused->amount, command.reason});
    credit_note::note_refunded(
        decision, refused->credit_note_id,
        {credit_note::settled_by(command.by), refused->amount, command.payment, command.refund},
        streams, {});
    return decision;
}

// ---- Money that nobody asked for ----------------------------------------------------------------

namespace {

Result<const State*> find_discovered(const PaymentId& id, const Streams& streams) {
    const State* payment = streams.find<State>(id);
    if (payment == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-payment", "There is no such payment.");
    if (!payment->is_discovered())
        return fail(ErrorCode::kConflict, "not-discovered",
                    "This payment is an order's. Its money goes back there.");
    return payment;
}

}  // namespace

Result<Decision> decide(const GiveBackDiscovered& command, const Streams& streams, const Env&) {
    SHOP_TRY(payment, find_discovered(command.payment, streams));
    if (payment->closed)
        return fail(ErrorCode::kConflict, "discovery-closed",
                    "Somebody has seen to this money, and closed it.");
    if (payment->unasked().minor_units <= 0)
        return fail(ErrorCode::kConflict, "nothing-to-refund",
                    "The money is not there any more, or on its way back.");
    Decision decision;
    give_back_discovered(decision, command.payment, *payment, command.reason);
    return decision;
}

Result<Decision> decide(const CloseDiscovered& command, const Streams& streams, const Env&) {
    SHOP_TRY(payment, find_discovered(command.payment, streams));
    if (!payment->closed && payment->is_going_back())
        return fail(ErrorCode::kConflict, "going-back",
                    "The money is on its way back. Close it once the provider has answered.");
    Decision decision;
    if (!payment->closed) decision.add(command.payment, DiscoveryClosed{command.reason});
    return decision;
}

}  // namespace shop::payment
