// Which price a variant has, and what a quantity of it costs before tax is looked at. Pure.
//
// A price counts if its currency and list are the asked ones, its tier is reached (min_quantity ≤
// quantity), the moment is in its validity (valid_from ≤ now < valid_until), and it includes tax
// just if the shop's prices do (settings::Store::prices_include_tax). A price of the other kind is
// passed over, never converted: to take a tax out of a price or put it in would be a guess at what
// the owner meant, and would change with each new rate.
//
// Of several that count: within one tier the one with the narrowest claim in time wins (a price
// with a validity before one without, then the latest valid_from, then the earliest valid_until);
// of the tiers the quantity reaches, the lowest price. So a larger quantity never costs more a
// piece, and a sale below a tier's price counts for everybody.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/catalog/product.hpp"
#include "core/sale/values.hpp"

namespace shop::pricing {

struct PriceQuery {
    Currency currency;
    std::int64_t quantity = 1;
    bool includes_tax = true;
    Time now;
    std::string_view list = "base";
};

// nullptr if none counts. Points into `variant`.
const product::Price* choose_price(const product::PricedVariant& variant, const PriceQuery& query);

// The moment is in the price's validity.
bool is_in_force(const product::PriceKey& key, Time now);
// `a` claims less time than `b`, so that it wins where both are in force.
bool is_narrower(const product::PriceKey& a, const product::PriceKey& b);

// The stored name of a key, for PriceSource::key: "GBP/base/10", and behind that the validity, if
// there is one: "GBP/base/1/2026-11-27T00:00:00.000000Z/".
std::string text_of(const product::PriceKey& key);

// Where the price comes from, as a line stores it.
sale::PriceSource source_of(const product::Price& price, std::uint64_t product_version);

// True if `a` is a lower price than `b`, of the same currency; a precise price counts as it is.
bool is_lower(const sale::UnitPrice& a, const sale::UnitPrice& b);

// What `quantity` costs: money · quantity, or for a price below a minor unit
//   round(units · quantity · 10^exponent / 10^scale),
// rounded once, for the whole quantity.
Money extend(const sale::UnitPrice& price, std::int64_t quantity, Rounding rounding);

// True if extend() stays within kMoneyMax. Whoever puts a line into a cart or an order asks first.
bool is_within_limit(const sale::UnitPrice& price, std::int64_t quantity);

}  // namespace shop::pricing
