// Every command of the engine as one type, and the one place that decides any of them.
#pragma once

#include <string_view>

#include "core/base/one_of.hpp"
#include "core/cart/cart.hpp"
#include "core/catalog/category.hpp"
#include "core/catalog/product.hpp"
#include "core/catalog/unique_key.hpp"
#include "core/checkout/checkout.hpp"
#include "core/credit_note/credit_note.hpp"
#include "core/customer/customer.hpp"
#include "core/decision.hpp"
#include "core/fulfillment/fulfillment.hpp"
#include "core/order/order.hpp"
#include "core/order/series.hpp"
#include "core/payment/payment.hpp"
#include "core/settings/settings.hpp"
#include "core/stock/stock.hpp"

namespace shop {

// Each aggregate declares a `Command` variant of its own commands.
using AnyCommand =
    JoinedOneOf<product::Command, category::Command, unique_key::Command, stock::Command,
                cart::Command, checkout::Command, order::Command, payment::Command, series::Command,
                settings::Command, customer::Command, fulfillment::Command, credit_note::Command>;

// The stream that places the command on a partition.
StreamId target_of(const AnyCommand& command);

// "AddLine": the stored name of the command.
std::string_view type_of(const AnyCommand& command);

// Decides whichever command it is.
Result<Decision> decide_any(const AnyCommand& command, const Streams& streams, const Env& env);

}  // namespace shop
