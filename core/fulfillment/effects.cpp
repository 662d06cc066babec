// What a fulfillment that left owes its stock items: each notes that its units are gone.
#include <string>
#include <unordered_set>
#include <utility>

#include "core/effect.hpp"

namespace shop::fulfillment {
namespace {

constexpr Duration kStockPatience = minutes(1);  // then an operator hears of it

}  // namespace

void append_pending(const FulfillmentId& id, const State& state, const Answers& answers, Time,
                    std::vector<Effect>& effects) {
    if (state.owed.empty()) return;
    const std::unordered_set<EffectId> owed(state.owed.begin(), state.owed.end());
    for (const Line& line : state.created.lines) {
        const EffectId effect = ship_effect(id, line.line_id);
        if (!owed.contains(effect) || answers.has(effect)) continue;
        effects.push_back({.id = effect,
                           .owner = id,
                           .call = stock::Ship{.stock = line.stock_id,
                                               .order_id = state.created.order_id,
                                               .line_id = line.line_id,
                                               .fulfillment_id = id,
                                               .quantity = line.quantity,
                                               .moved_at = state.shipped->shipped_at},
                           .since = state.shipped_at,
                           .not_before = {}});
    }
}

// All answers in one record, once all are there.
std::optional<Step> advance(const FulfillmentId& id, const State& state, const Answers& answers,
                            Time) {
    if (state.owed.empty()) return std::nullopt;
    RecordAnswers command{id, {}};
    for (const EffectId& effect : state.owed) {
        if (!answers.has(effect)) return std::nullopt;
        command.answers.push_back({effect, "shipped", ""});
    }
    return Step{CommandId::derive(id.slot(), {"step", id.to_string(), "shipped"}),
                std::move(command)};
}

bool is_open(const State& state) {
    return !state.owed.empty();
}

std::optional<Concern> needs_operator(const State& state, Time now) {
    const Time since = state.shipped_at + kStockPatience;
    if (state.owed.empty() || now < since) return std::nullopt;
    return Concern{"Goods were shipped that are not on hand. Receive or count them.", since};
}

}  // namespace shop::fulfillment
