#include <algorithm>
#include <string>
#include <utility>

#include "core/checkout/draft.hpp"
#include "core/order/order.hpp"

namespace shop::order {
namespace {

std::unexpected<Error> no_order() {
    return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
}

std::unexpected<Error> already_captured() {
    return fail(ErrorCode::kConflict, "already-captured",
                "The money was taken, or is being taken, so the order can only be refunded.");
}

// Before the order was placed, what ends is its checkout; after that failed there is nothing more
// to cancel.
Result<Decision> cancel_checkout(const checkout::State& checkout, const Streams& streams,
                                 const Env& env) {
    if (!checkout.is_active()) return Decision{};
    checkout::Draft draft(checkout, streams, env);
    draft.fail(checkout::FailReason::kCanceled, {}, payment::VoidReason::kCanceled);
    return std::move(draft).take();
}

}  // namespace

Result<Decision> decide(const Cancel& command, const Streams& streams, const Env& env) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr) {
        const auto* checkout = streams.find<checkout::State>(checkout::checkout_of(command.order));
        if (checkout == nullptr) return no_order();
        return cancel_checkout(*checkout, streams, env);
    }
    Decision decision;
    if (order->status == Status::kCanceled) return decision;
    decision.add(command.order, Canceled{command.reason, false});
    for (const PaymentId& id : order->placed.payment_ids) {
        const auto* payment = streams.find<payment::State>(id);
        if (payment == nullptr) continue;
        if (payment->is_being_taken()) return already_captured();
        if (payment->status == payment::Status::kAuthorized && !payment->voiding)
            decision.add(
                id, payment::VoidRequested{payment->held_amount(), payment::VoidReason::kCanceled});
    }
    return decision;
}

Result<Decision> decide(const Capture& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr) return no_order();
    for (const PaymentId& id : order->placed.payment_ids) {
        const auto* payment = streams.find<payment::State>(id);
        if (payment == nullptr) continue;
        if (payment->is_being_taken()) return already_captured();
        if (payment->status != payment::Status::kAuthorized || payment->voiding) continue;
        Decision decision;
        decision.add(id, payment::CaptureRequested{
                             .capture_id = payment::capture_of(id, payment->captures.size()),
                             .amount = payment->authorized,
                             .fulfillment_id = {},
                             .final = true,
                             .reason = command.reason});
        return decision;
    }
    return fail(ErrorCode::kConflict, "nothing-authorized",
                "No money is held for this order, so none can be taken.");
}

Result<Decision> decide(const RecordAnswers& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    Decision decision;
    if (order == nullptr) return decision;
    EffectAnswered answered;
    for (const checkout::EffectAnswer& answer : command.answers)
        if (std::ranges::find(order->owed, answer.effect_id) != order->owed.end())
            answered.answers.push_back(answer);
    if (!answered.answers.empty()) decision.add(command.order, std::move(answered));
    return decision;
}

}  // namespace shop::order
