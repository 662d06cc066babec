// Every event of the domain as one variant, and its stored name.
#pragma once

#include <string_view>
#include <variant>

#include "core/cart/cart.hpp"
#include "core/catalog/category.hpp"
#include "core/catalog/product.hpp"
#include "core/catalog/unique_key.hpp"
#include "core/checkout/checkout.hpp"
#include "core/order/order.hpp"
#include "core/order/series.hpp"
#include "core/payment/payment.hpp"
#include "core/settings/settings.hpp"
#include "core/stock/stock.hpp"

namespace shop {

namespace any_event_detail {
template <class... Variants>
struct Join;
template <class... A>
struct Join<std::variant<A...>> {
    using type = std::variant<A...>;
};
template <class... A, class... B, class... Rest>
struct Join<std::variant<A...>, std::variant<B...>, Rest...>
    : Join<std::variant<A..., B...>, Rest...> {};
}  // namespace any_event_detail

// Each event struct declares `static constexpr std::string_view kType = "cart.line_added"` and
// `static constexpr int kSchema = 1`; each aggregate an `Event` variant of its own events.
using AnyEvent = any_event_detail::Join<product::Event, category::Event, unique_key::Event,
                                        stock::Event, cart::Event, checkout::Event, order::Event,
                                        payment::Event, series::Event, settings::Event>::type;

}  // namespace shop
