#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "core/decision.hpp"
#include "core/json/encode.hpp"
#include "core/order/money.hpp"
#include "core/order/order.hpp"
#include "core/payment/moves.hpp"
#include "core/payment/offline.hpp"

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

std::unexpected<Error> order_changed() {
    return fail(ErrorCode::kConflict, "order-changed",
                "The order was given to a customer, or has got a note, meanwhile. Try again.");
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
    const auto keys = order->own_keys();
    const bool is_new_key = std::ranges::find(keys, command.text.key) == keys.end();
    if (is_new_key && order->customer_id != command.customer) return order_changed();
    return Decision{}.add(command.order, NoteAdded{order->notes + 1, command.text},
                          command.noted_at);
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
    const auto is_given = [&](const std::string& key) {
        return std::ranges::find(command.keys, key) != command.keys.end();
    };
    if (!std::ranges::all_of(order->personal_keys(), is_given)) return order_changed();
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
              .due = order->due(),
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

// ---- Money that comes later ---------------------------------------------------------------------

namespace {

bool is_told_alike(const payment::State& payment, const RecordPayment& command) {
    return payment.method.type == command.method.type &&
           payment.provider_reference == command.reference &&
           (!command.amount || payment.amount == *command.amount);
}

// The payment that has the command's reference, if its money is here still: one that was recorded
// by mistake and given back may be recorded anew.
const payment::State* find_by_reference(const std::vector<OrderPayment>& payments,
                                        const std::string& reference) {
    const auto at = std::ranges::find_if(payments, [&](const OrderPayment& payment) {
        return payment.state->provider == payment::kOfflineProvider &&
               payment.state->provider_reference == reference &&
               payment.state->left_to_refund().minor_units > 0;
    });
    return at == payments.end() ? nullptr : at->state;
}

// True if it is there already.
Result<bool> find_known(const RecordPayment& command, const std::vector<OrderPayment>& payments,
                        const Streams& streams) {
    const auto* same = streams.find<payment::State>(command.payment);
    if (same != nullptr && !is_told_alike(*same, command))
        return fail(ErrorCode::kConflict, "payment-exists",
                    "This payment is there with another amount, method or reference. If it was "
                    "wrong, refund it and record another one.");
    if (same != nullptr || command.external || command.reference.empty()) return same != nullptr;
    const payment::State* alike = find_by_reference(payments, command.reference);
    if (alike != nullptr && !is_told_alike(*alike, command))
        return fail(ErrorCode::kConflict, "reference-used",
                    "A payment of this order has this reference, and another amount or method. "
                    "If it is another one, give it a reference of its own.");
    return alike != nullptr;
}

std::int32_t next_attempt(const std::vector<OrderPayment>& payments) {
    std::int32_t last = 0;
    for (const OrderPayment& payment : payments) last = std::max(last, payment.state->attempt);
    return last + 1;
}

std::unexpected<Error> paid_too_much(const Money& balance) {
    Error error{ErrorCode::kConflict, "paid-too-much",
                "Still to be paid are " + to_string(balance) +
                    ". If more has come, say that it is beyond what is due."};
    error.members = "\"balance\":" + json::to_json(balance, json::Defaults::kWrite);
    return std::unexpected(std::move(error));
}

// What is recorded: the command's amount, or all that is still to be paid.
Result<Money> amount_of(const RecordPayment& command, const Money& balance) {
    if (!command.amount && balance.minor_units <= 0)
        return fail(ErrorCode::kConflict, "nothing-to-pay",
                    "The order is paid. Name the amount if more has come.");
    const Money amount = command.amount.value_or(balance);
    if (amount.currency != balance.currency)
        return fail_field("/amount", "must be in the order's currency");
    if (amount.minor_units <= 0) return fail_field("/amount", "must be more than nothing");
    if (amount > balance && !command.beyond_due)
        return paid_too_much(std::max(balance, Money{0, balance.currency}));
    return amount;
}

Money missing_for_shipped(const OrderId& id, const State& order,
                          const std::vector<OrderPayment>& payments, const Streams& streams) {
    const fulfillment::Progress progress(order, fulfillment::find_all(id, streams));
    return to_take_for_shipped(order, progress, payments);
}

void settle_captures(const std::vector<OrderPayment>& payments, Decision& decision) {
    for (const OrderPayment& payment : payments)
        payment::settle_captures(decision, payment.id, *payment.state);
}

}  // namespace

Result<Decision> decide(const RecordPayment& command, const Streams& streams, const Env& env) {
    const State* order = streams.find<State>(command.order);
    const auto payments =
        order == nullptr ? std::vector<OrderPayment>() : payments_of(*order, streams);
    SHOP_TRY(is_known, find_known(command, payments, streams));
    if (is_known) return Decision{};
    SHOP_TRY_STATUS(find_live(command.order, streams));
    if (has_mismatch(payments)) return payment_mismatch();
    if (payments.size() >= kPaymentsMax)
        return fail(ErrorCode::kConflict, "too-many-payments", "An order has up to 200 payments.");
    if (command.paid_at && *command.paid_at > env.now)
        return fail_field("/paid_at", "must not be in the future");
    const Money balance = left_to_take(order->due(), payments);
    SHOP_TRY(amount, amount_of(command, balance));
    Decision decision;
    decision.add(command.order, PaymentAdded{command.payment, command.reason}, command.paid_at);
    payment::add_offline_payment(decision, command.payment,
                                 {.order_id = command.order,
                                  .attempt = next_attempt(payments),
                                  .provider = std::string(payment::kOfflineProvider),
                                  .method = command.method,
                                  .token = {},
                                  .return_url = {},
                                  .amount = amount,
                                  .capture = payment::CaptureMode::kAuto,
                                  .reference = command.reference,
                                  .external = command.external},
                                 command.paid_at, env.now);
    if (amount >= balance)
        let_go(payments, payment::VoidReason::kSecondPayment, decision);
    else if (amount >= missing_for_shipped(command.order, *order, payments, streams))
        settle_captures(payments, decision);
    return decision;
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
