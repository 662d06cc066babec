// Every event of the domain as one type.
#pragma once

#include "core/base/one_of.hpp"
#include "core/cart/cart.hpp"
#include "core/catalog/category.hpp"
#include "core/catalog/product.hpp"
#include "core/catalog/unique_key.hpp"
#include "core/checkout/checkout.hpp"
#include "core/credit_note/credit_note.hpp"
#include "core/customer/customer.hpp"
#include "core/fulfillment/fulfillment.hpp"
#include "core/order/order.hpp"
#include "core/order/series.hpp"
#include "core/payment/payment.hpp"
#include "core/settings/settings.hpp"
#include "core/stock/stock.hpp"

namespace shop {

// Each event struct declares `static constexpr std::string_view kType = "cart.line_added"` and
// `static constexpr int kSchema = 1`; each aggregate an `Event` variant of its own events.
using AnyEvent =
    JoinedOneOf<product::Event, category::Event, unique_key::Event, stock::Event, cart::Event,
                checkout::Event, order::Event, payment::Event, series::Event, settings::Event,
                fulfillment::Event, credit_note::Event, customer::Event>;

}  // namespace shop
