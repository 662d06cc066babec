// What a checkout owes, and what the answers make of it: reserve in parallel; if units are missing
// that others hold undecided, release all and take the lines one by one; then pay; or release.
#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "core/checkout/stock_lines.hpp"
#include "core/effect.hpp"
#include "core/payment/ids.hpp"
#include "core/payment/offline.hpp"

namespace shop::checkout {
namespace {

constexpr std::int64_t kRetryDelaysMax = 10;  // the delay at one line grows up to so many times

// Retries at one line come ever more slowly, up to kRetryDelaysMax times the first delay.
Time next_try(const State& state) {
    const std::int64_t delays = std::min<std::int64_t>(state.retries_here, kRetryDelaysMax);
    return *state.retried_at + Duration{kStockRetryDelay.us * delays};
}

stock::ReleaseReason release_reason(FailReason reason) {
    switch (reason) {
        case FailReason::kOutOfStock:
        case FailReason::kTotalChanged:
            return stock::ReleaseReason::kRefused;
        case FailReason::kDeclined:
        case FailReason::kMismatch:
        case FailReason::kProviderUnavailable:
            return stock::ReleaseReason::kDeclined;
        case FailReason::kExpired:
            return stock::ReleaseReason::kExpired;
        case FailReason::kCanceled:
            return stock::ReleaseReason::kCanceled;
    }
    return stock::ReleaseReason::kRefused;
}

bool is_serial(const State& state) {
    return state.parallel_attempt != 0;
}

// What the stock said of the lines, in the order it matters; nothing while an answer is missing
// that must come first.
struct StockAnswers {
    std::vector<HeldLine> held;
    std::vector<RefusedLine> refused;
    bool hopeless = false;  // not all would be held even if all undecided units came free
    bool complete = false;
};

// By all lines that draw on the stock item: of one cart too, one line holds what another one lacks.
std::int64_t wanted_of(const State& state, const StockId& stock) {
    std::int64_t wanted = 0;
    for (const sale::Line* line : stocked_lines(state))
        if (line->stock_id == stock) wanted += line->quantity;
    return wanted;
}

void take_refusal(const State& state, const sale::Line& line, const stock::Outcome& outcome,
                  StockAnswers& seen) {
    seen.refused.push_back({line.line_id, line.quantity, outcome.available});
    seen.hopeless |= outcome.available + outcome.held_undecided < wanted_of(state, line.stock_id);
}

StockAnswers read_answers(const CheckoutId& id, const State& state, const Answers& answers) {
    StockAnswers seen{.held = state.held};
    const auto lines = is_serial(state) ? lines_in_stock_order(state) : stocked_lines(state);
    const auto held = held_lines(state);
    for (const sale::Line* line : lines) {
        if (held.contains(line->line_id)) continue;
        const auto effect = reserve_effect(id, line->line_id, state.stock_attempt);
        const auto* outcome = answers.find<stock::Outcome>(effect);
        if (outcome == nullptr) return seen;
        if (outcome->kind == stock::OutcomeKind::kHeld) {
            seen.held.push_back({line->line_id, state.stock_attempt});
            continue;
        }
        take_refusal(state, *line, *outcome, seen);
        if (is_serial(state)) break;
    }
    seen.complete = true;
    return seen;
}

// Before the serial walk begins, the units of the parallel attempt are given back.
bool parallel_is_released(const CheckoutId& id, const State& state, const Answers& answers) {
    if (!state.held.empty()) return true;  // it has begun
    return std::ranges::all_of(stocked_lines(state), [&](const sale::Line* line) {
        return answers.has(release_effect(id, line->line_id, state.parallel_attempt));
    });
}

Effect release_of(const CheckoutId& id, const State& state, const sale::Line& line,
                  std::int32_t attempt, stock::ReleaseReason reason) {
    return {
        .id = release_effect(id, line.line_id, attempt),
        .owner = id,
        .call =
            stock::Release{line.stock_id, {state.quote.order_id, line.line_id, attempt}, reason},
        .since = state.started_at,
        .not_before = {}};
}

Effect reserve_of(const CheckoutId& id, const State& state, const sale::Line& line) {
    const std::int32_t attempt = state.stock_attempt;
    const bool waits = state.retried_at && line.line_id == state.waiting_for;
    return {.id = reserve_effect(id, line.line_id, attempt),
            .owner = id,
            .call =
                stock::Reserve{
                    line.stock_id, {state.quote.order_id, line.line_id, attempt}, line.quantity},
            .since = state.started_at,
            .not_before = waits ? next_try(state) : Time{}};
}

Effect authorize_of(const CheckoutId& id, const State& state) {
    const PlannedPayment& plan = state.payments.front().plan;
    return {.id = payment::authorize_effect(plan.payment_id),
            .owner = id,
            .call = payment::AuthorizeCall{plan.payment_id, state.quote.order_id, plan.provider,
                                           plan.amount, plan.token, plan.capture, plan.return_url,
                                           plan.reference},
            .since = state.started_at,
            .not_before = {}};
}

void append_reserves(const CheckoutId& id, const State& state, const Answers& answers,
                     std::vector<Effect>& effects) {
    if (is_serial(state) && !parallel_is_released(id, state, answers)) {
        for (const sale::Line* line : stocked_lines(state)) {
            Effect release = release_of(id, state, *line, state.parallel_attempt,
                                        stock::ReleaseReason::kRefused);
            if (!answers.has(release.id)) effects.push_back(std::move(release));
        }
        return;
    }
    const auto lines = is_serial(state) ? lines_in_stock_order(state) : stocked_lines(state);
    const auto known = held_lines(state);
    for (const sale::Line* line : lines) {
        if (known.contains(line->line_id)) continue;
        Effect reserve = reserve_of(id, state, *line);
        const auto* outcome = answers.find<stock::Outcome>(reserve.id);
        if (outcome == nullptr) effects.push_back(std::move(reserve));
        const bool held = outcome != nullptr && outcome->kind == stock::OutcomeKind::kHeld;
        if (is_serial(state) && !held) return;
    }
}

void append_releases(const CheckoutId& id, const State& state, const Answers& answers,
                     std::vector<Effect>& effects) {
    const auto reason = release_reason(state.failure->reason);
    const std::unordered_set<EffectId> owed(state.owed.begin(), state.owed.end());
    for (const sale::Line* line : stocked_lines(state)) {
        Effect release = release_of(id, state, *line, state.stock_attempt, reason);
        release.since = state.failed_at;
        if (owed.contains(release.id) && !answers.has(release.id))
            effects.push_back(std::move(release));
    }
}

// The id of a step says what it does to what, so that it is taken once.
CommandId step_id(const CheckoutId& id, std::string_view step, const std::string& of) {
    return CommandId::derive(id.slot(), {"step", id.to_string(), step, of});
}

std::string attempts_of(const State& state) {
    return std::to_string(state.quote.attempt) + "/" + std::to_string(state.stock_attempt);
}

bool is_out_of_patience(const State& state, const RefusedLine& line, Time now) {
    return is_serial(state) && line.line_id == state.waiting_for && state.waiting_since &&
           now >= *state.waiting_since + kStockPatience;
}

Step refused_step(const CheckoutId& id, const State& state, StockAnswers seen, Time now) {
    const std::int32_t attempt = state.stock_attempt;
    if (seen.hopeless || is_out_of_patience(state, seen.refused.front(), now))
        return {step_id(id, Refuse::kType, attempts_of(state)),
                Refuse{id, attempt, std::move(seen.refused)}};
    // All that the parallel attempt got is given back; the serial walk keeps what it has.
    if (!is_serial(state)) seen.held.clear();
    return {step_id(id, RetryStock::kType, attempts_of(state)),
            RetryStock{id, attempt, std::move(seen.held), std::move(seen.refused)}};
}

// An authorization's first answer moves the checkout on, whatever it is: what says nothing of the
// authorization leaves it unknown.
payment::ProviderResult first_answer(const payment::ProviderResult& result) {
    const auto* failed = std::get_if<payment::ResultFailed>(&result.of);
    const bool says_nothing =
        std::holds_alternative<payment::ResultNotFound>(result.of) ||
        std::holds_alternative<payment::ResultUnknown>(result.of) ||
        (failed != nullptr && failed->operation != payment::Operation::kAuthorize);
    if (!says_nothing) return result;
    return {payment::ResultUnknown{payment::Operation::kAuthorize}, result.seen, {}};
}

// The money moved when the sale was made.
Step offline_step(const CheckoutId& id, const State& state) {
    const PlannedPayment& plan = state.payments.front().plan;
    const Effect authorize = authorize_of(id, state);
    payment::ProviderResult result = payment::offline_answer(authorize.call);
    result.effective_at = state.quote.sold_at;
    return result_step(authorize.id, {plan.payment_id, plan.provider, std::move(result)});
}

std::optional<Step> step_of_held(const CheckoutId& id, const State& state, const Answers& answers) {
    if (state.payments.empty())
        return Step{step_id(id, Complete::kType, attempts_of(state)),
                    Complete{id, state.stock_attempt}};
    const PlannedPayment& plan = state.payments.front().plan;
    if (plan.provider == payment::kOfflineProvider) return offline_step(id, state);
    const auto* answer =
        answers.find<payment::ProviderResult>(payment::authorize_effect(plan.payment_id));
    if (answer == nullptr) return std::nullopt;
    return result_step(payment::authorize_effect(plan.payment_id),
                       {plan.payment_id, plan.provider, first_answer(*answer)});
}

// All releases of a failed checkout, once all are there.
std::optional<Step> step_of_failed(const CheckoutId& id, const State& state,
                                   const Answers& answers) {
    std::vector<EffectAnswer> released;
    const std::unordered_set<EffectId> owed(state.owed.begin(), state.owed.end());
    for (const sale::Line* line : stocked_lines(state)) {
        const EffectId release = release_effect(id, line->line_id, state.stock_attempt);
        if (!owed.contains(release)) continue;
        if (!answers.has(release)) return std::nullopt;
        released.push_back({release, "released", ""});
    }
    if (released.empty()) return std::nullopt;
    return Step{step_id(id, RecordReleases::kType, attempts_of(state)),
                RecordReleases{id, std::move(released)}};
}

}  // namespace

void append_pending(const CheckoutId& id, const State& state, const Answers& answers, Time,
                    std::vector<Effect>& effects) {
    if (state.status == Status::kFailed) return append_releases(id, state, answers, effects);
    if (state.status != Status::kStarted || state.deadline_passed) return;
    const std::size_t before = effects.size();
    append_reserves(id, state, answers, effects);
    if (effects.size() > before || state.payments.empty()) return;
    const StockAnswers seen = read_answers(id, state, answers);
    if (!seen.complete || !seen.refused.empty()) return;
    Effect authorize = authorize_of(id, state);
    const bool is_sent = state.payments.front().plan.provider != payment::kOfflineProvider;
    if (is_sent && !answers.has(authorize.id)) effects.push_back(std::move(authorize));
}

std::optional<Step> advance(const CheckoutId& id, const State& state, const Answers& answers,
                            Time now) {
    if (state.status == Status::kFailed) return step_of_failed(id, state, answers);
    if (state.status != Status::kStarted || state.deadline_passed) return std::nullopt;
    if (is_serial(state) && !parallel_is_released(id, state, answers)) return std::nullopt;
    StockAnswers seen = read_answers(id, state, answers);
    if (!seen.complete) return std::nullopt;
    if (seen.refused.empty()) return step_of_held(id, state, answers);
    return refused_step(id, state, std::move(seen), now);
}

bool is_open(const State& state) {
    return state.is_active() || (state.status == Status::kFailed && !state.is_closed());
}

}  // namespace shop::checkout
