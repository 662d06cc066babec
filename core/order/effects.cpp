// What an order owes its stock: held units become sold ones, or are given back if it was canceled.
#include <algorithm>
#include <string>
#include <utility>

#include "core/effect.hpp"

namespace shop::order {
namespace {

const sale::Line* find_line(const State& state, const LineId& id) {
    const auto at = std::ranges::find(state.placed.lines, id, &sale::Line::line_id);
    return at == state.placed.lines.end() ? nullptr : &*at;
}

EffectId effect_of(const OrderId& id, const State& state, const LineId& line) {
    return state.canceled ? release_effect(id, line) : allocate_effect(id, line);
}

bool is_owed(const State& state, const EffectId& effect) {
    return std::ranges::find(state.owed, effect) != state.owed.end();
}

AnyCall call_of(const State& state, const stock::Reservation& reservation, const StockId& stock) {
    if (state.canceled) return stock::Release{stock, reservation, stock::ReleaseReason::kCanceled};
    return stock::Allocate{stock, reservation};
}

}  // namespace

void append_pending(const OrderId& id, const State& state, const Answers& answers, Time,
                    std::vector<Effect>& effects) {
    if (state.owed.empty()) return;
    for (const checkout::HeldLine& held : state.placed.reservations) {
        const EffectId effect = effect_of(id, state, held.line_id);
        if (!is_owed(state, effect) || answers.has(effect)) continue;
        const sale::Line* line = find_line(state, held.line_id);
        SHOP_ASSERT(line != nullptr);
        effects.push_back({.id = effect,
                           .owner = id,
                           .call = call_of(state, {id, held.line_id, held.attempt}, line->stock_id),
                           .since = state.canceled_at.value_or(state.placed_at),
                           .not_before = {}});
    }
}

// All answers in one record, once all are there.
std::optional<Step> advance(const OrderId& id, const State& state, const Answers& answers, Time) {
    if (state.owed.empty()) return std::nullopt;
    RecordAnswers command{id, {}};
    for (const EffectId& effect : state.owed) {
        if (!answers.has(effect)) return std::nullopt;
        command.answers.push_back({effect, state.canceled ? "released" : "allocated", ""});
    }
    const std::string_view step = state.canceled ? "released" : "allocated";
    return Step{CommandId::derive(id.slot(), {"step", id.to_string(), step}), std::move(command)};
}

bool is_open(const State& state) {
    return !state.owed.empty();
}

}  // namespace shop::order
