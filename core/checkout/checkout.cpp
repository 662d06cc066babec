#include "core/checkout/checkout.hpp"

#include <algorithm>
#include <string>

#include "core/base/assert.hpp"
#include "core/payment/ids.hpp"
#include "core/sale/person_keys.hpp"

namespace shop::checkout {
namespace {

PaymentView& payment_in(State& state, PaymentId id) {
    const auto at = std::ranges::find_if(
        state.payments, [&](const PaymentView& view) { return view.plan.payment_id == id; });
    SHOP_ASSERT(at != state.payments.end());
    return *at;
}

// How an answered authorization leaves the payment.
PaymentStatus status_after(const std::string& outcome) {
    if (outcome == kDeclinedOutcome) return PaymentStatus::kDeclined;
    return PaymentStatus::kEnded;
}

// A customer's key is not the order's: it goes with them alone.
void note_guest_keys(State& state, const Started& event) {
    if (!event.cart_id.is_empty() || !event.party.customer_id.is_empty()) return;
    sale::add_new_keys(state.guest_keys, sale::person_keys(event.party, event.shipping_address,
                                                           event.billing_address));
}

// Nothing needs the frozen quote's lines and persons any more.
void forget_quote(State& state) {
    state.quote.lines.clear();
    state.quote.payments.clear();
    state.quote.party = {};
    state.quote.shipping_address.reset();
    state.quote.billing_address.reset();
    state.held.clear();
}

EffectId effect_of(const CheckoutId& checkout, std::string_view step, const LineId& line,
                   std::int32_t attempt) {
    return EffectId::derive(
        checkout.slot(), {checkout.to_string(), step, line.to_string(), std::to_string(attempt)});
}

}  // namespace

CheckoutId checkout_of(const CartId& cart) {
    return {cart.body};
}
CheckoutId checkout_of(const OrderId& order) {
    return {order.body};
}
OrderId order_of(const CartId& cart) {
    return {cart.body};
}
OrderId order_of(const CheckoutId& checkout) {
    return {checkout.body};
}
CartId cart_of(const OrderId& order) {
    return {order.body};
}

LineId line_of(const OrderId& order, std::string_view key) {
    return LineId::derive(order.slot(), {"line", order.to_string(), key});
}

EffectId reserve_effect(const CheckoutId& checkout, const LineId& line, std::int32_t attempt) {
    return effect_of(checkout, "reserve", line, attempt);
}
EffectId release_effect(const CheckoutId& checkout, const LineId& line, std::int32_t attempt) {
    return effect_of(checkout, "release", line, attempt);
}

void evolve(State& state, const Started& event, Time time) {
    const std::int32_t payments_before = state.payments_total;
    const std::int32_t declined_before = state.payments_declined;
    std::vector<std::string> guest_keys = std::move(state.guest_keys);
    state = State{};
    state.quote = event;
    state.guest_keys = std::move(guest_keys);
    note_guest_keys(state, event);
    state.started_at = time;
    state.stock_attempt = event.stock_attempt;
    for (const PlannedPayment& plan : event.payments)
        state.payments.push_back(PaymentView{.plan = plan});
    state.payments_declined = declined_before;
    state.payments_total = payments_before + static_cast<std::int32_t>(event.payments.size());
}

void evolve(State& state, const StockHeld& event, Time) {
    state.status = Status::kPaying;
    state.held = event.reservations;
}

void evolve(State& state, const StockRetried& event, Time time) {
    if (state.parallel_attempt == 0) state.parallel_attempt = state.stock_attempt;
    state.stock_attempt = event.attempt;
    state.held = event.held;
    state.retried_at = time;
    const LineId first = event.refused.empty() ? LineId{} : event.refused.front().line_id;
    if (first != state.waiting_for) {
        state.waiting_for = first;
        state.waiting_since = time;
        state.retries_here = 0;
    }
    ++state.retries_here;
}

void evolve(State& state, const PaymentAdded& event, Time) {
    state.payments.push_back(PaymentView{.plan = event.payment});
    ++state.payments_total;
}

void evolve(State& state, const ActionRequired& event, Time) {
    PaymentView& view = payment_in(state, event.payment_id);
    view.status = PaymentStatus::kAwaiting;
    view.action_kind = event.kind;
    view.action_url = event.url;
    view.action_deadline = event.deadline;
}

void evolve(State& state, const DeadlinePassed&, Time) {
    state.deadline_passed = true;
}

void evolve(State& state, const EffectAnswered& event, Time) {
    for (const EffectAnswer& answer : event.answers) {
        std::erase(state.owed, answer.effect_id);
        for (PaymentView& view : state.payments) {
            if (payment::authorize_effect(view.plan.payment_id) != answer.effect_id) continue;
            const bool was_declined = view.status == PaymentStatus::kDeclined;
            view.status = status_after(answer.outcome);
            if (view.status == PaymentStatus::kDeclined && !was_declined) ++state.payments_declined;
            view.code = answer.code;
            view.plan.token = {};
        }
    }
    if (state.is_closed()) forget_quote(state);
}

void evolve(State& state, const Completed&, Time) {
    state.status = Status::kCompleted;
    forget_quote(state);
}

// From here on every line's release is owed, held or not, and the end of each payment.
void evolve(State& state, const Failed& event, Time time) {
    state.status = Status::kFailed;
    state.failure = event;
    state.failed_at = time;
    const CheckoutId checkout = checkout_of(state.quote.order_id);
    for (const sale::Line& line : state.quote.lines)
        if (!line.stock_id.is_empty())
            state.owed.push_back(release_effect(checkout, line.line_id, state.stock_attempt));
    for (const PaymentView& view : state.payments)
        if (!view.has_ended())
            state.owed.push_back(payment::authorize_effect(view.plan.payment_id));
    if (state.is_closed()) forget_quote(state);
}

void evolve(State& state, const GuestsForgotten& event, Time) {
    for (const std::string& key : event.keys) std::erase(state.guest_keys, key);
}

std::optional<Time> guests_end(const State& state) {
    if (!state.is_closed() || state.guest_keys.empty()) return std::nullopt;
    return state.failed_at + kGuestsKept;
}

Outcome checkout_outcome(const State& state) {
    Outcome outcome{.order_id = state.quote.order_id};
    if (state.status == Status::kCompleted) outcome.kind = OutcomeKind::kPlaced;
    if (state.is_closed()) {
        outcome.kind = OutcomeKind::kFailed;
        outcome.reason = state.failure->reason;
        outcome.lines = state.failure->lines;
    }
    if (!state.is_active() || state.deadline_passed || state.payments.empty()) return outcome;
    const PaymentView& last = state.payments.back();
    if (last.has_ended()) {
        outcome.kind = OutcomeKind::kDeclined;
        outcome.payment_id = last.plan.payment_id;
        outcome.code = last.code;
    } else if (last.status == PaymentStatus::kAwaiting) {
        outcome.kind = OutcomeKind::kAction;
        outcome.payment_id = last.plan.payment_id;
        outcome.action_kind = last.action_kind;
        outcome.action_url = last.action_url;
        outcome.action_deadline = last.action_deadline;
    }
    return outcome;
}

}  // namespace shop::checkout
