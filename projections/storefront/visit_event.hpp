// Calls a function with an event if it is one of an aggregate's.
#pragma once

#include <variant>

#include "core/any_event.hpp"

namespace shop::projections::storefront {

namespace visit_detail {
template <class F, class... Events>
void visit_each(const AnyEvent& event, F& visit, const std::variant<Events...>*) {
    const auto try_one = [&](const auto* data) {
        if (data != nullptr) visit(*data);
        return data != nullptr;
    };
    (void)(try_one(event.get_if<Events>()) || ...);
}
}  // namespace visit_detail

// visit_event<stock::Event>(event.data, [&]<class Event>(const Event& data) { … });
template <class Family, class F>
void visit_event(const AnyEvent& event, F&& visit) {
    visit_detail::visit_each(event, visit, static_cast<const Family*>(nullptr));
}

}  // namespace shop::projections::storefront
