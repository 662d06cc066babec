// Calls a function with an event if it is one of an aggregate's.
#pragma once

#include <type_traits>
#include <variant>

#include "core/any_event.hpp"

namespace shop::projections::storefront {

namespace visit_detail {
template <class Variant, class T>
inline constexpr bool kHolds = false;
template <class... A, class T>
inline constexpr bool kHolds<std::variant<A...>, T> = (std::is_same_v<A, T> || ...);
}  // namespace visit_detail

// visit_event<stock::Event>(event.data, [&]<class Event>(const Event& data) { … });
template <class Family, class F>
void visit_event(const AnyEvent& event, F&& visit) {
    std::visit(
        [&]<class Event>(const Event& data) {
            if constexpr (visit_detail::kHolds<Family, Event>) visit(data);
        },
        event);
}

}  // namespace shop::projections::storefront
