#include "core/any_state.hpp"

#include <type_traits>

#include "core/base/assert.hpp"

namespace shop {

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
    else if constexpr (kHolds<fulfillment::Event, Event>)
        return std::type_identity<fulfillment::State>{};
    else if constexpr (kHolds<credit_note::Event, Event>)
        return std::type_identity<credit_note::State>{};
    else if constexpr (kHolds<customer::Event, Event>)
        return std::type_identity<customer::State>{};
    else
        return std::type_identity<settings::State>{};
}
}  // namespace any_state_detail

void evolve_any(AnyState& state, const AnyEvent& event, Time time) {
    event.visit([&]<class Event>(const Event& e) {
        using State = typename decltype(any_state_detail::state_of<Event>())::type;
        if (std::holds_alternative<std::monostate>(state)) state.emplace<State>();
        State* own = std::get_if<State>(&state);
        SHOP_ASSERT(own != nullptr);
        evolve(*own, e, time);
    });
}

}  // namespace shop
