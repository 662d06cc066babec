#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "core/decision.hpp"
#include "core/order/money.hpp"
#include "core/order/order.hpp"

namespace shop::order {
namespace {

std::unexpected<Error> already_captured() {
    return fail(ErrorCode::kConflict, "already-captured",
                "The money was taken, or is being taken.");
}

std::unexpected<Error> on_hold() {
    return fail(ErrorCode::kConflict, "order-on-hold",
                "The order is on hold; release the hold first.");
}

// An order that staff may still change.
Result<const State*> find_live(const OrderId& id, const Streams& streams) {
    const State* order = streams.find<State>(id);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    if (order->status == Status::kCanceled)
        return fail(ErrorCode::kConflict, "order-canceled", "The order was canceled.");
    return order;
}

// Money of it was taken or is being taken, be it of another amount than was asked for.
bool is_taken(const OrderPayment& payment) {
    return payment.state->is_being_taken();
}

}  // namespace

Result<Decision> decide(const Confirm& command, const Streams& streams, const Env&) {
    SHOP_TRY(order, find_live(command.order, streams));
    if (order->held) return on_hold();
    Decision decision;
    if (!order->was_confirmed)
        decision.add(command.order, Confirmed{ConfirmedBy::kStaff, command.reason});
    return decision;
}

Result<Decision> decide(const Hold& command, const Streams& streams, const Env&) {
    SHOP_TRY(order, find_live(command.order, streams));
    Decision decision;
    if (!order->held || order->held->hold != command.hold)
        decision.add(command.order, Held{command.hold, command.reason});
    return decision;
}

Result<Decision> decide(const ReleaseHold& command, const Streams& streams, const Env&) {
    SHOP_TRY(order, find_live(command.order, streams));
    Decision decision;
    if (order->held) decision.add(command.order, HoldReleased{command.reason});
    return decision;
}

Result<Decision> decide(const AddNote& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    return Decision{}.add(command.order, NoteAdded{order->notes + 1, command.text});
}

shop::Status check_assignable(const State& order, const CustomerId& customer) {
    const CustomerId& placed_for = order.placed.party.customer_id;
    if (placed_for.is_empty() || placed_for == customer) return {};
    return fail(ErrorCode::kConflict, "order-has-customer",
                "The order was placed for another customer; only a guest's can be assigned.");
}

Result<Decision> decide(const AssignCustomer& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    SHOP_TRY_STATUS(check_assignable(*order, command.customer));
    Decision decision;
    if (order->customer_id != command.customer)
        decision.add(command.order, CustomerAssigned{command.customer, command.reason});
    return decision;
}

Result<Decision> decide(const Capture& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    if (order->held) return on_hold();
    const auto payments = payments_of(*order, streams);
    Decision decision;
    if (!has_mismatch(payments))
        take({.amount = left_to_take(order->due(), payments),
              .fulfillment = {},
              .final = true,
              .reason = command.reason,
              .at = {}},
             payments, decision);
    if (!decision.events.empty()) return decision;
    if (std::ranges::any_of(payments, is_taken)) return already_captured();
    return fail(ErrorCode::kConflict, "nothing-authorized",
                "No money is held for this order, so none can be taken.");
}

Result<Decision> decide(const RecordAnswers& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    Decision decision;
    if (order == nullptr) return decision;
    std::unordered_set<EffectId> owed(order->owed.begin(), order->owed.end());
    for (const OwedRelease& release : order->owed_releases) owed.insert(release.effect);
    EffectAnswered answered;
    for (const checkout::EffectAnswer& answer : command.answers)
        if (owed.contains(answer.effect_id)) answered.answers.push_back(answer);
    if (!answered.answers.empty()) decision.add(command.order, std::move(answered));
    return decision;
}

}  // namespace shop::order
