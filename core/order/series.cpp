#include "core/order/series.hpp"

#include "core/base/assert.hpp"

namespace shop::series {
namespace {

void note_gapless(State& state, const NumberAssigned& event, Time time) {
    state.series = event.series;
    state.next_free = event.number + 1;
    state.given.note(event.document, time, kNumbersKept);
}

}  // namespace

SeriesId order_series() {
    return SeriesId::derive({"series", "order"});
}

SeriesId local_series(Slot slot) {
    return SeriesId::derive(slot, {"series", "order", "local"});
}

EffectId lease_effect(const SeriesId& lessee, std::int32_t lease) {
    return EffectId::derive(lessee.slot(), {lessee.to_string(), "lease", std::to_string(lease)});
}

StreamId LeaseBlock::target() const {
    return order_series();
}

std::int64_t State::numbers_left() const {
    std::int64_t left = 0;
    for (const Block& block : blocks) left += block.to - block.from + 1;
    return left;
}

std::optional<std::int64_t> State::next_number() const {
    if (blocks.empty()) return std::nullopt;
    return blocks.front().from;
}

SeriesId gapless_series(std::string_view series) {
    return SeriesId::derive({"series", series});
}

StreamId AssignNumber::target() const {
    return gapless_series(series);
}

std::optional<Number> find_outcome(const State& state, const AssignNumber& call) {
    const auto place = state.given.find(call.document.to_string());
    if (!place) return std::nullopt;
    // Without a gap: those behind it have all numbers up to the next one.
    return Number{state.next_free - static_cast<std::int64_t>(state.given.size() - *place)};
}

std::optional<Block> find_outcome(const State& shop_wide, const LeaseBlock& call) {
    const auto at = shop_wide.leased.find(call.lessee);
    if (at == shop_wide.leased.end() || at->second.lease != call.lease) return std::nullopt;
    return at->second;
}

void evolve(State& state, const Opened& event, Time time) {
    state.series = event.series;
    state.leased_from = event.leased_from;
    state.low_since = time;
}

// The same fact in two streams: the shop-wide series counts on, the lessee receives.
void evolve(State& state, const BlockLeased& event, Time) {
    const Block block{event.from, event.to, event.lease};
    if (state.leased_from.is_empty()) {
        state.series = event.series;
        state.next_free = event.to + 1;
        state.leased[event.lessee] = block;
        return;
    }
    state.blocks.push_back(block);
    state.leases = event.lease;
}

void evolve(State& state, const NumberAssigned& event, Time time) {
    if (event.series != "order") return note_gapless(state, event, time);
    SHOP_ASSERT(!state.blocks.empty() && state.blocks.front().from == event.number);
    const bool was_low = state.numbers_left() < kLowWater;
    Block& block = state.blocks.front();
    if (++block.from > block.to) state.blocks.erase(state.blocks.begin());
    if (!was_low && state.numbers_left() < kLowWater) state.low_since = time;
}

}  // namespace shop::series
