#include "core/order/order.hpp"

#include <algorithm>

namespace shop::order {

EffectId allocate_effect(const OrderId& order, const LineId& line) {
    return EffectId::derive(order.slot(), {order.to_string(), "allocate", line.to_string()});
}
EffectId release_effect(const OrderId& order, const LineId& line) {
    return EffectId::derive(order.slot(), {order.to_string(), "release", line.to_string()});
}

void evolve(State& state, const Placed& event, Time time) {
    state.placed = event;
    state.placed_at = time;
    const OrderId order = checkout::order_of(event.checkout_id);
    for (const checkout::HeldLine& held : event.reservations)
        state.owed.push_back(allocate_effect(order, held.line_id));
}

// What was owed to the stock turns into its inverse, whether or not it was under way.
void evolve(State& state, const Canceled& event, Time time) {
    state.status = Status::kCanceled;
    state.canceled = event;
    state.canceled_at = time;
    state.owed.clear();
    const OrderId order = checkout::order_of(state.placed.checkout_id);
    for (const checkout::HeldLine& held : state.placed.reservations)
        state.owed.push_back(release_effect(order, held.line_id));
}

void evolve(State& state, const EffectAnswered& event, Time) {
    for (const checkout::EffectAnswer& answer : event.answers)
        std::erase(state.owed, answer.effect_id);
}

}  // namespace shop::order
