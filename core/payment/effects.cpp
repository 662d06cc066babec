// What a payment owes its provider: a question while its end is unknown, a void, a capture. The
// first authorization of a checkout is the checkout's own (core/checkout/effects.cpp). Of an
// offline payment nothing is sent: what it would owe is answered where it stands (offline.hpp).
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/effect.hpp"
#include "core/payment/observation.hpp"
#include "core/payment/offline.hpp"

namespace shop::payment {
namespace {

// Webhooks tell sooner; polling is for those that get lost.
constexpr Duration kFirstPoll = seconds(2);
constexpr Duration kExpiryWarning = days(1);
constexpr Duration kVoidRetry = minutes(1);  // after the first refusal; doubles with each
constexpr std::int32_t kVoidRetryDoublings = 10;

bool needs_void(const State& state) {
    return state.voiding && !state.has_definite_end();
}

bool needs_release(const State& state) {
    return state.releasing && !state.closed;
}

EffectId void_effect_of(const PaymentId& id, const VoidState& voiding) {
    return void_effect(id, enum_name(voiding.reason), voiding.refusals);
}

// A refused void goes out again, under a new key, ever later.
Time next_void(const VoidState& voiding) {
    if (voiding.refusals == 0) return {};
    const std::int32_t doublings = std::min(voiding.refusals, kVoidRetryDoublings);
    return voiding.requested_at + Duration{kVoidRetry.us * ((1LL << doublings) - 1)};
}

Effect void_of(const PaymentId& id, const State& state, const VoidState& voiding) {
    return {.id = void_effect_of(id, voiding),
            .owner = id,
            .call = VoidCall{id, state.order_id, state.provider, state.provider_reference,
                             authorize_effect(id), state.held_amount(),
                             voiding.reason == VoidReason::kExpired},
            .since = voiding.requested_at,
            .not_before = next_void(voiding)};
}

Effect release_of(const PaymentId& id, const State& state) {
    Effect effect = void_of(id, state, *state.releasing);
    std::get<VoidCall>(effect.call).amount = state.rest();
    return effect;
}

Effect capture_of(const PaymentId& id, const State& state, const CaptureState& capture) {
    return {.id = capture_effect(id, capture.capture_id),
            .owner = id,
            .call = CaptureCall{id, state.order_id, state.provider, state.provider_reference,
                                capture.capture_id, capture.amount, capture.final},
            .since = capture.requested_at,
            .not_before = {}};
}

Effect refund_of(const PaymentId& id, const State& state, const RefundState& refund) {
    return {.id = refund_effect(id, refund.refund_id),
            .owner = id,
            .call = RefundCall{id, state.order_id, state.provider, state.provider_reference,
                               refund.refund_id, refund.amount},
            .since = refund.requested_at,
            .not_before = {}};
}

Effect authorize_of(const PaymentId& id, const State& state) {
    return {.id = authorize_effect(id),
            .owner = id,
            .call = AuthorizeCall{id, state.order_id, state.provider, state.amount, state.token,
                                  state.capture_mode, state.return_url, state.provider_reference},
            .since = state.initiated_at,
            .not_before = {}};
}

Effect query_of(const PaymentId& id, const State& state, Time not_before) {
    return {.id = query_effect(id),
            .owner = id,
            .call = QueryCall{id, state.order_id, state.provider, state.provider_reference,
                              authorize_effect(id)},
            .since = state.initiated_at,
            .not_before = not_before};
}

Effect ask_whether_expired(const PaymentId& id, const State& state) {
    Effect effect = query_of(id, state, {});
    effect.since = *state.authorization_expires_at;
    return effect;
}

// Rule: a time-out is unknown. Ask first; if the provider knows nothing of it, send it again under
// its key, as long as the provider keeps keys.
Effect resolve_unknown(const PaymentId& id, const State& state, const Answers& answers, Time now) {
    const auto* asked = answers.find<ProviderResult>(query_effect(id));
    const bool not_there = asked != nullptr && std::holds_alternative<ResultNotFound>(asked->of);
    if (not_there && now < state.initiated_at + kKeyLife) return authorize_of(id, state);
    return query_of(id, state, {});
}

// The effects whose answers may tell something new, the strongest first.
std::vector<EffectId> asked_of(const PaymentId& id, const State& state) {
    std::vector<EffectId> effects;
    if (state.voiding && !state.releasing) effects.push_back(void_effect_of(id, *state.voiding));
    if (state.releasing) effects.push_back(void_effect_of(id, *state.releasing));
    for (const CaptureState& capture : state.captures)
        if (capture.is_under_way()) effects.push_back(capture_effect(id, capture.capture_id));
    for (const RefundState& refund : state.refunds)
        if (refund.is_under_way()) effects.push_back(refund_effect(id, refund.refund_id));
    effects.push_back(authorize_effect(id));
    effects.push_back(query_effect(id));
    return effects;
}

std::string at_provider(const State& state) {
    return " (" + state.provider + ", " + state.provider_reference + ")";
}

Concern nobody_asked(const State& state, const Money& unasked) {
    const Money held = state.unasked_held();
    const bool is_part = held.minor_units > 0 && held < unasked;
    return {"The provider has " + to_string(unasked) + " nobody asked for" +
                (is_part ? ", " + to_string(held) + " of it held only" : "") + at_provider(state) +
                ". Give it back, or close it and say why.",
            state.initiated_at};
}

// With all that accepting it has to name.
Concern other_amount(const State& state, const MismatchDetected& told) {
    std::string of;
    if (!told.capture_id.is_empty()) of = " of " + told.capture_id.to_string();
    if (!told.refund_id.is_empty()) of = " of " + told.refund_id.to_string();
    std::string what_to_do;
    if (state.is_discovered())
        what_to_do = " Have it put right there, or close it and say why.";
    else if (state.has_money())
        what_to_do = " Accept it, or have it put right there.";
    return {"The provider says " + to_string(told.observed) + of + " where " +
                to_string(told.expected) + " is right" + at_provider(state) + "." + what_to_do,
            state.mismatch_at};
}

// What time alone does not mend.
std::optional<Concern> standing_concern(const State& state) {
    if (state.closed) return std::nullopt;
    if (const Money unasked = state.unasked(); unasked.minor_units > 0)
        return nobody_asked(state, unasked);
    const auto refused = std::ranges::find_if(state.refunds, &RefundState::is_owed);
    if (refused != state.refunds.end())
        return Concern{"A refund of " + to_string(refused->amount) + " failed (" +
                           refused->failure + "), and is owed still" + at_provider(state) +
                           ". Ask for it again.",
                       refused->failed_at};
    if (state.has_wrong_move() || (state.mismatch && !state.has_definite_end()))
        return other_amount(state, *state.mismatch);
    if (const CaptureState* capture = state.owed_capture())
        return Concern{"A capture of " + to_string(capture->amount) + " was refused (" +
                           capture->failure + "), and is to be taken still" + at_provider(state) +
                           ". Capture the order again, record what was paid otherwise, or credit "
                           "it.",
                       capture->requested_at};
    const std::optional<VoidState>& voiding = needs_void(state) ? state.voiding : state.releasing;
    if (voiding && voiding->is_stuck())
        return Concern{"The provider keeps refusing to void" + at_provider(state) + ".",
                       voiding->requested_at};
    return std::nullopt;
}

// Of money that is held and will not be much longer, or is not any more.
Concern expiring(const State& state, Time since) {
    const std::string money = "The authorization of " + to_string(state.left_to_capture());
    const std::string end = to_rfc3339(*state.authorization_expires_at);
    return {.reason = money + " ends at " + end + at_provider(state) +
                      ". Ship what it is for, or capture it, before; nothing leaves afterwards.",
            .since = since,
            .kind = ConcernKind::kExpiring};
}

// A final capture lets go of what it leaves: it waits for those that were asked for before.
void append_captures(const PaymentId& id, const State& state, std::vector<Effect>& effects) {
    bool is_first = true;
    for (const CaptureState& capture : state.captures) {
        if (!capture.is_under_way()) continue;
        if (is_first || !capture.final) effects.push_back(capture_of(id, state, capture));
        is_first = false;
    }
}

void append_owed(const PaymentId& id, const State& state, const Answers& answers, Time now,
                 std::vector<Effect>& effects) {
    if (needs_void(state)) return effects.push_back(void_of(id, state, *state.voiding));
    // An operator looks at it; what is not captured is voided at the deadline.
    if (state.mismatch) return;
    append_captures(id, state, effects);
    for (const RefundState& refund : state.refunds)
        if (refund.is_under_way()) effects.push_back(refund_of(id, state, refund));
    if (needs_release(state)) effects.push_back(release_of(id, state));
    switch (state.status) {
        case Status::kInitiated:
            if (!state.after_stock) effects.push_back(authorize_of(id, state));
            return;
        case Status::kUnknown:
            return effects.push_back(resolve_unknown(id, state, answers, now));
        case Status::kActionRequired:
        case Status::kPending:
            return effects.push_back(query_of(id, state, state.initiated_at + kFirstPoll));
        case Status::kAuthorized:
            if (state.has_expired(now)) effects.push_back(ask_whether_expired(id, state));
            return;
        case Status::kCaptured:
        case Status::kDeclined:
        case Status::kVoided:
        case Status::kExpired:
        case Status::kDiscovered:
            return;
    }
}

std::optional<Step> offline_step(const PaymentId& id, const State& state, Time now) {
    std::vector<Effect> owed;
    append_owed(id, state, {}, now, owed);
    if (owed.empty()) return std::nullopt;
    return result_step(owed.front().id, {id, state.provider, offline_answer(owed.front().call)});
}

}  // namespace

void append_pending(const PaymentId& id, const State& state, const Answers& answers, Time now,
                    std::vector<Effect>& effects) {
    if (state.provider != kOfflineProvider) append_owed(id, state, answers, now, effects);
}

std::optional<Step> advance(const PaymentId& id, const State& state, const Answers& answers,
                            Time now) {
    if (state.provider == kOfflineProvider) return offline_step(id, state, now);
    for (const EffectId& effect : asked_of(id, state)) {
        const auto* result = answers.find<ProviderResult>(effect);
        if (result == nullptr || observe(state, *result, now).empty()) continue;
        return result_step(effect, {id, state.provider, *result});
    }
    return std::nullopt;
}

bool is_open(const State& state) {
    if (needs_void(state) || needs_release(state) || state.is_capture_under_way()) return true;
    if (std::ranges::any_of(state.refunds, &RefundState::is_under_way)) return true;
    if (standing_concern(state)) return true;
    if (state.status == Status::kInitiated) return !state.after_stock;
    return !state.has_definite_end();
}

std::optional<Concern> needs_operator(const State& state, Time now) {
    if (auto concern = standing_concern(state)) return concern;
    const Time key_end = state.initiated_at + kKeyLife;
    if (state.status == Status::kUnknown && now >= key_end)
        return Concern{"The provider does not say what became of the payment. Ask them.", key_end};
    if (const auto due = due_of(state); due && now >= *due) return expiring(state, *due);
    return std::nullopt;
}

std::optional<Time> due_of(const State& state) {
    if (!state.may_expire()) return std::nullopt;
    return *state.authorization_expires_at - kExpiryWarning;
}

}  // namespace shop::payment
