// What happens to a checkout that is under way: stock, deadline, the end of a failed one.
#include <algorithm>
#include <utility>

#include "core/checkout/draft.hpp"
#include "core/checkout/stock_lines.hpp"

namespace shop::checkout {
namespace {

// The checkout if it still waits for its stock as it did at that attempt; all else is old news.
const State* find_reserving(const CheckoutId& id, std::int32_t stock_attempt,
                            const Streams& streams) {
    const State* state = streams.find<State>(id);
    const bool current = state != nullptr && state->status == Status::kStarted &&
                         !state->deadline_passed && state->stock_attempt == stock_attempt;
    return current ? state : nullptr;
}

// A payment that waited for the stock was never sent to its provider.
void drop_unsubmitted_payments(Draft& draft) {
    std::vector<EffectAnswer> answers;
    for (const PaymentView& view : draft.state().payments) {
        if (view.has_ended()) continue;
        const PaymentId& id = view.plan.payment_id;
        draft.add_to(
            id, payment::Voided{
                    Money{0, view.plan.amount.currency}, payment::VoidReason::kNotSubmitted, {}});
        answers.push_back({payment::authorize_effect(id), "not_submitted", ""});
    }
    if (!answers.empty()) draft.answer(std::move(answers));
}

bool all_payments_ended(const State& state) {
    return std::ranges::all_of(state.payments,
                               [](const PaymentView& view) { return view.has_ended(); });
}

FailReason reason_at_deadline(const State& state) {
    const bool declined =
        !state.payments.empty() && state.payments.back().status == PaymentStatus::kDeclined;
    return declined ? FailReason::kDeclined : FailReason::kExpired;
}

}  // namespace

Result<Decision> decide(const Complete& command, const Streams& streams, const Env& env) {
    const State* state = find_reserving(command.checkout, command.stock_attempt, streams);
    if (state == nullptr || !state->payments.empty()) return Decision{};
    Draft draft(*state, streams, env);
    SHOP_TRY_STATUS(draft.place({}));
    return std::move(draft).take();
}

Result<Decision> decide(const RetryStock& command, const Streams& streams, const Env& env) {
    const State* state = find_reserving(command.checkout, command.stock_attempt, streams);
    if (state == nullptr) return Decision{};
    Draft draft(*state, streams, env);
    draft.add(StockRetried{state->stock_attempt + 1, command.held, command.refused});
    return std::move(draft).take();
}

Result<Decision> decide(const Refuse& command, const Streams& streams, const Env& env) {
    const State* state = find_reserving(command.checkout, command.stock_attempt, streams);
    if (state == nullptr) return Decision{};
    Draft draft(*state, streams, env);
    drop_unsubmitted_payments(draft);
    draft.fail(FailReason::kOutOfStock, command.refused, payment::VoidReason::kCanceled);
    return std::move(draft).take();
}

Result<Decision> decide(const RecordReleases& command, const Streams& streams, const Env& env) {
    const State* state = streams.find<State>(command.checkout);
    if (state == nullptr || state->status != Status::kFailed) return Decision{};
    std::vector<EffectAnswer> owed;
    for (const EffectAnswer& answer : command.answers)
        if (std::ranges::find(state->owed, answer.effect_id) != state->owed.end())
            owed.push_back(answer);
    if (owed.empty()) return Decision{};
    Draft draft(*state, streams, env);
    draft.answer(std::move(owed));
    return std::move(draft).take();
}

// A payment without an end may be authorized this very moment. So the provider is asked to cancel
// it unless it is; what it answers decides.
Result<Decision> decide(const Expire& command, const Streams& streams, const Env& env) {
    const State* state = streams.find<State>(command.checkout);
    const bool due = state != nullptr && state->is_active() && !state->deadline_passed &&
                     env.now >= state->quote.deadline;
    if (!due) return Decision{};
    Draft draft(*state, streams, env);
    if (all_payments_ended(*state)) {
        draft.fail(reason_at_deadline(*state), {}, payment::VoidReason::kExpired);
        return std::move(draft).take();
    }
    draft.add(DeadlinePassed{});
    draft.void_open_payments(payment::VoidReason::kExpired);
    return std::move(draft).take();
}

Result<Decision> decide(const ForgetGuests& command, const Streams& streams, const Env& env) {
    const State* state = streams.find<State>(command.checkout);
    const auto end = state == nullptr ? std::nullopt : guests_end(*state);
    Decision decision;
    if (end && env.now >= *end && command.keys == state->guest_keys)
        decision.add(command.checkout, GuestsForgotten{command.keys});
    return decision;
}

}  // namespace shop::checkout
