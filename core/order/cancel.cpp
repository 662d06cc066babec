// What is not going to be delivered: the whole order, by shopper or staff, or some of its units.
#include <algorithm>
#include <utility>

#include "core/checkout/draft.hpp"
#include "core/fulfillment/progress.hpp"
#include "core/order/money.hpp"
#include "core/order/order.hpp"
#include "core/order/penny.hpp"

namespace shop::order {
namespace {

using fulfillment::Found;

// Before the order was placed, what ends is its checkout; after that failed there is nothing more
// to cancel. `failed` says who cancels it, and why.
Result<Decision> cancel_checkout(const OrderId& order, checkout::Failed failed,
                                 const Streams& streams, const Env& env) {
    const auto* checkout = streams.find<checkout::State>(checkout::checkout_of(order));
    if (checkout == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    if (!checkout->is_active()) return Decision{};
    checkout::Draft draft(*checkout, streams, env);
    failed.reason = checkout::FailReason::kCanceled;
    draft.fail(std::move(failed), payment::VoidReason::kCanceled);
    return std::move(draft).take();
}

// Ends a placed order, and all that it was to be: nothing is due any more but what was given back
// by other means already.
Result<Decision> end_order(const OrderId& id, const State& order, Canceled canceled,
                           const std::vector<Found>& fulfillments, const Streams& streams) {
    const auto payments = payments_of(order, streams);
    if (has_mismatch(payments)) return payment_mismatch();
    Decision decision;
    for (const Found& found : fulfillments)
        if (found.state->status == fulfillment::Status::kCreated)
            decision.add(found.id, fulfillment::Canceled{canceled.by_staff});
    const Reason why = canceled.by_staff;
    decision.add(id, std::move(canceled));
    give_back_all(order, payments, why, decision);
    return decision;
}

bool is_live(const Found& found) {
    return found.state->status != fulfillment::Status::kCanceled;
}

// What those units cost, less what of the line was credited already, and no more than is left of
// the order.
LineAmount amount_of(const State& order, const LineQuantity& wanted,
                     const fulfillment::LineUnits& units, const Money& left_of_order) {
    const sale::Line& line = *order.find_line(wanted.line_id);
    const std::int64_t gone = units.canceled + units.shipped;
    const Money cost = amount_of_more(line, {gone, amount_of_first(line, gone)}, wanted.quantity);
    const LineProgress done = order.progress_of(wanted.line_id);
    const Money left = line.gross - done.canceled_amount - done.credited_amount;
    return {wanted.line_id, wanted.quantity, std::min({cost, left, left_of_order})};
}

// All that is left of the order, nothing of which is in a fulfillment.
bool is_all(const State& order, const std::vector<LineQuantity>& wanted,
            const fulfillment::Progress& progress) {
    if (progress.has_any_planned() || progress.has_any_shipped()) return false;
    std::int64_t left = 0;
    for (const sale::Line& line : order.placed.lines) left += progress.of(line.line_id).open();
    for (const LineQuantity& line : wanted) left -= line.quantity;
    return left == 0;
}

}  // namespace

Result<Decision> decide(const Cancel& command, const Streams& streams, const Env& env) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr) return cancel_checkout(command.order, {}, streams, env);
    if (order->status == Status::kCanceled) return Decision{};
    const auto fulfillments = fulfillment::find_all(command.order, streams);
    if (std::ranges::any_of(fulfillments, is_live))
        return fail(ErrorCode::kConflict, "in-fulfillment",
                    "The order is being packed or has left. Ask the shop.");
    return end_order(command.order, *order, {command.reason, {}}, fulfillments, streams);
}

Result<Decision> decide(const CancelByStaff& command, const Streams& streams, const Env& env) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr)
        return cancel_checkout(
            command.order,
            {.cause = std::string(enum_name(command.reason)), .by_staff = command.by_staff},
            streams, env);
    if (order->status == Status::kCanceled) return Decision{};
    const auto fulfillments = fulfillment::find_all(command.order, streams);
    if (std::ranges::any_of(fulfillments,
                            [](const Found& found) { return found.state->has_left(); }))
        return fail(ErrorCode::kConflict, "already-shipped",
                    "Some of the order has left. Cancel the lines that have not, and credit what "
                    "comes back.");
    return end_order(command.order, *order, {command.reason, command.by_staff}, fulfillments,
                     streams);
}

Result<Decision> decide(const CancelLines& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    if (order->status == Status::kCanceled)
        return fail(ErrorCode::kConflict, "order-canceled", "The order is canceled already.");
    if (command.lines.empty()) return fail_field("/lines", "Name the lines to be canceled.");
    const auto fulfillments = fulfillment::find_all(command.order, streams);
    const fulfillment::Progress progress(*order, fulfillments);
    SHOP_TRY_STATUS(progress.has_open(command.lines));
    if (is_all(*order, command.lines, progress))
        return end_order(command.order, *order, {CancelReason::kStaff, command.reason},
                         fulfillments, streams);
    const auto payments = payments_of(*order, streams);
    if (has_mismatch(payments)) return payment_mismatch();
    LinesCanceled canceled{
        order->cancellations + 1, {}, {0, order->placed.terms.currency}, command.reason};
    for (const LineQuantity& wanted : command.lines) {
        canceled.lines.push_back(amount_of(*order, wanted, progress.of(wanted.line_id),
                                           order->left_to_credit() - canceled.amount));
        canceled.amount += canceled.lines.back().amount;
    }
    const Money due = order->due() - canceled.amount;
    Decision decision;
    decision.add(command.order, std::move(canceled));
    give_back(due, payments, command.reason, decision);
    return decision;
}

}  // namespace shop::order
