// The state of any stream, and the one fold that builds it.
#pragma once

#include <variant>

#include "core/any_event.hpp"
#include "core/base/ids.hpp"

namespace shop {

// In the order of nothing that is stored. monostate: the stream has no event yet.
using AnyState =
    std::variant<std::monostate, product::State, category::State, unique_key::State, stock::State,
                 cart::State, checkout::State, order::State, payment::State, series::State,
                 settings::State, fulfillment::State, credit_note::State, customer::State>;

// Folds one event into the state of its stream. Each aggregate provides
// `void evolve(State&, const XEvent&, Time)` for each of its events; one missing does not compile.
// `time` is when the event was recorded, whatever its effective time: deadlines and patience count
// from it. Business time that a state must show is in the event's data.
void evolve_any(AnyState& state, const AnyEvent& event, Time time);

}  // namespace shop
