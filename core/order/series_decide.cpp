#include "core/decision.hpp"
#include "core/effect.hpp"
#include "core/order/series.hpp"

namespace shop::series {

Result<Decision> decide(const Open& command, const Streams& streams, const Env&) {
    Decision decision;
    if (streams.find<State>(command.series) == nullptr)
        decision.add(command.series, Opened{"order", order_series()});
    return decision;
}

Result<Decision> decide(const LeaseBlock& command, const Streams& streams, const Env&) {
    const State* state = streams.find<State>(order_series());
    const State empty;
    const State& shop_wide = state == nullptr ? empty : *state;
    Decision decision;
    const auto last = shop_wide.leased.find(command.lessee);
    if (last != shop_wide.leased.end() && last->second.lease >= command.lease) return decision;
    decision.add(order_series(), BlockLeased{.series = "order",
                                             .from = shop_wide.next_free,
                                             .to = shop_wide.next_free + kBlockSize - 1,
                                             .lessee = command.lessee,
                                             .lease = command.lease});
    return decision;
}

Result<Decision> decide(const RecordBlock& command, const Streams& streams, const Env&) {
    const State* state = streams.find<State>(command.series);
    Decision decision;
    if (state == nullptr || state->leases >= command.block.lease) return decision;
    decision.add(command.series, BlockLeased{.series = state->series,
                                             .from = command.block.from,
                                             .to = command.block.to,
                                             .lessee = command.series,
                                             .lease = command.block.lease});
    return decision;
}

Result<Decision> decide(const AssignNumber& command, const Streams& streams, const Env&) {
    const StreamId id = command.target();
    const State* state = streams.find<State>(id);
    Decision decision;
    if (state != nullptr && find_outcome(*state, command)) return decision;
    const std::int64_t next = state == nullptr ? 1 : state->next_free;
    return decision.add(id, NumberAssigned{command.series, next, command.document.to_string()});
}

void append_pending(const SeriesId& id, const State& state, const Answers& answers, Time,
                    std::vector<Effect>& effects) {
    if (!is_open(state)) return;
    const std::int32_t lease = state.leases + 1;
    const EffectId effect = lease_effect(id, lease);
    if (answers.has(effect)) return;
    effects.push_back({.id = effect,
                       .owner = id,
                       .call = LeaseBlock{id, lease},
                       .since = state.low_since,
                       .not_before = {}});
}

std::optional<Step> advance(const SeriesId& id, const State& state, const Answers& answers, Time) {
    if (!is_open(state)) return std::nullopt;
    const auto* block = answers.find<Block>(lease_effect(id, state.leases + 1));
    if (block == nullptr) return std::nullopt;
    return Step{CommandId::derive(id.slot(),
                                  {"step", id.to_string(), "block", std::to_string(block->lease)}),
                RecordBlock{id, *block}};
}

// A local series that runs low.
bool is_open(const State& state) {
    return !state.leased_from.is_empty() && state.numbers_left() < kLowWater;
}

}  // namespace shop::series
