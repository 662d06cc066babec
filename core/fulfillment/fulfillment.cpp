#include "core/fulfillment/fulfillment.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace shop::fulfillment {

FulfillmentId fulfillment_of(const OrderId& order, std::int32_t number) {
    return FulfillmentId::derive(order.slot(),
                                 {"fulfillment", order.to_string(), std::to_string(number)});
}

EffectId ship_effect(const FulfillmentId& fulfillment, const LineId& line) {
    return EffectId::derive(fulfillment.slot(),
                            {fulfillment.to_string(), "ship", line.to_string()});
}

std::int64_t State::quantity_of(const LineId& line) const {
    if (status == Status::kCanceled) return 0;
    const auto at = std::ranges::find(created.lines, line, &Line::line_id);
    return at == created.lines.end() ? 0 : at->quantity;
}

void evolve(State& state, const Created& event, Time time) {
    state.created = event;
    state.created_at = time;
}

void evolve(State& state, const Shipped& event, Time time) {
    state.status = Status::kShipped;
    state.shipped = event;
    state.shipped_at = time;
    const FulfillmentId id = fulfillment_of(state.created.order_id, state.created.number);
    for (const Line& line : state.created.lines)
        if (!line.stock_id.is_empty()) state.owed.push_back(ship_effect(id, line.line_id));
}

void evolve(State& state, const Delivered&, Time time) {
    state.status = Status::kDelivered;
    state.ended_at = time;
}

void evolve(State& state, const Failed&, Time time) {
    state.status = Status::kFailed;
    state.ended_at = time;
}

void evolve(State& state, const Canceled&, Time time) {
    state.status = Status::kCanceled;
    state.ended_at = time;
}

void evolve(State& state, const EffectAnswered& event, Time) {
    std::unordered_set<EffectId> answered;
    for (const checkout::EffectAnswer& answer : event.answers) answered.insert(answer.effect_id);
    std::erase_if(state.owed, [&](const EffectId& owed) { return answered.contains(owed); });
}

}  // namespace shop::fulfillment
