// The state of any stream, and the one fold that builds it.
#pragma once

#include <type_traits>
#include <variant>

#include "core/any_event.hpp"
#include "core/base/assert.hpp"
#include "core/base/ids.hpp"

namespace shop {

// In the order of nothing that is stored. monostate: the stream has no event yet.
using AnyState = std::variant<std::monostate, product::State, category::State, unique_key::State,
                              stock::State, cart::State, checkout::State, order::State,
                              payment::State, series::State, settings::State>;

namespace any_state_detail {
template <class Variant, class T>
inline constexpr bool kHolds = false;
template <class... A, class T>
inline constexpr bool kHolds<std::variant<A...>, T> = (std::is_same_v<A, T> || ...);

// The state type whose aggregate declares the event.
template <class Event>
consteval auto state_of() {
    if constexpr (kHolds<product::Event, Event>)
        return std::type_identity<product::State>{};
    else if constexpr (kHolds<category::Event, Event>)
        return std::type_identity<category::State>{};
    else if constexpr (kHolds<unique_key::Event, Event>)
        return std::type_identity<unique_key::State>{};
    else if constexpr (kHolds<stock::Event, Event>)
        return std::type_identity<stock::State>{};
    else if constexpr (kHolds<cart::Event, Event>)
        return std::type_identity<cart::State>{};
    else if constexpr (kHolds<checkout::Event, Event>)
        return std::type_identity<checkout::State>{};
    else if constexpr (kHolds<order::Event, Event>)
        return std::type_identity<order::State>{};
    else if constexpr (kHolds<payment::Event, Event>)
        return std::type_identity<payment::State>{};
    else if constexpr (kHolds<series::Event, Event>)
        return std::type_identity<series::State>{};
    else
        return std::type_identity<settings::State>{};
}
}  // namespace any_state_detail

// Folds one event into the state of its stream. Each aggregate provides
// `void evolve(State&, const XEvent&, Time)` for each of its events; one missing does not compile.
// `time` is the event's effective time.
inline void evolve_any(AnyState& state, const AnyEvent& event, Time time) {
    std::visit(
        [&]<class Event>(const Event& e) {
            using State = typename decltype(any_state_detail::state_of<Event>())::type;
            if (std::holds_alternative<std::monostate>(state)) state.emplace<State>();
            State* own = std::get_if<State>(&state);
            SHOP_ASSERT(own != nullptr);
            evolve(*own, e, time);
        },
        event);
}

}  // namespace shop
