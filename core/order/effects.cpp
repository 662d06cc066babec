// What an order owes its stock: held units become sold ones, or are given back if it was canceled
// first; so are units of lines that were canceled.
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/effect.hpp"

namespace shop::order {
namespace {

EffectId effect_of(const OrderId& id, const State& state, const LineId& line) {
    return state.canceled ? release_effect(id, line) : allocate_effect(id, line);
}

// The lines that stand under a reservation.
class Reserved {
  public:
    Reserved(const OrderId& id, const State& state) : id_(id) {
        std::unordered_map<LineId, StockId> stocks;
        for (const sale::Line& line : state.placed.lines) stocks[line.line_id] = line.stock_id;
        for (const checkout::HeldLine& held : state.placed.reservations)
            lines_[held.line_id] = {stocks.at(held.line_id), held.attempt};
    }

    stock::Release release(const LineId& line) const {
        return {stock_of(line), reservation_of(line), stock::ReleaseReason::kCanceled};
    }
    stock::Allocate allocate(const LineId& line) const {
        return {stock_of(line), reservation_of(line)};
    }

  private:
    struct Line {
        StockId stock;
        std::int32_t attempt = 0;
    };
    const StockId& stock_of(const LineId& line) const { return lines_.at(line).stock; }
    stock::Reservation reservation_of(const LineId& line) const {
        return {id_, line, lines_.at(line).attempt};
    }

    const OrderId id_;
    std::unordered_map<LineId, Line> lines_;
};

// The units of lines that were canceled; recorded together, once all are given back.
std::optional<Step> advance_releases(const OrderId& id, const State& state,
                                     const Answers& answers) {
    if (state.owed_releases.empty()) return std::nullopt;
    RecordAnswers command{id, {}};
    for (const OwedRelease& owed : state.owed_releases) {
        if (!answers.has(owed.effect)) return std::nullopt;
        command.answers.push_back({owed.effect, "released", ""});
    }
    const std::string last = std::to_string(state.owed_releases.back().cancellation);
    return Step{CommandId::derive(id.slot(), {"step", id.to_string(), "released", last}),
                std::move(command)};
}

}  // namespace

void append_pending(const OrderId& id, const State& state, const Answers& answers, Time,
                    std::vector<Effect>& effects) {
    if (!is_open(state)) return;
    const Reserved reserved(id, state);
    const std::unordered_set<EffectId> owed(state.owed.begin(), state.owed.end());
    for (const checkout::HeldLine& held : state.placed.reservations) {
        const EffectId effect = effect_of(id, state, held.line_id);
        if (!owed.contains(effect) || answers.has(effect)) continue;
        const AnyCall call = state.canceled ? AnyCall(reserved.release(held.line_id))
                                            : AnyCall(reserved.allocate(held.line_id));
        effects.push_back({.id = effect,
                           .owner = id,
                           .call = call,
                           .since = state.canceled_at.value_or(state.placed_at),
                           .not_before = {}});
    }
    for (const OwedRelease& release : state.owed_releases) {
        if (answers.has(release.effect)) continue;
        stock::Release call = reserved.release(release.line_id);
        call.cancellation = release.cancellation;
        call.quantity = release.quantity;
        effects.push_back({.id = release.effect,
                           .owner = id,
                           .call = call,
                           .since = release.since,
                           .not_before = {}});
    }
}

// All answers in one record, once all are there.
std::optional<Step> advance(const OrderId& id, const State& state, const Answers& answers, Time) {
    if (state.owed.empty()) return advance_releases(id, state, answers);
    RecordAnswers command{id, {}};
    for (const EffectId& effect : state.owed) {
        if (!answers.has(effect)) return advance_releases(id, state, answers);
        command.answers.push_back({effect, state.canceled ? "released" : "allocated", ""});
    }
    const std::string_view step = state.canceled ? "released" : "allocated";
    return Step{CommandId::derive(id.slot(), {"step", id.to_string(), step}), std::move(command)};
}

bool is_open(const State& state) {
    return !state.owed.empty() || !state.owed_releases.empty();
}

}  // namespace shop::order
