// What a cart costs now: tax and shipping by the settings in force, on the prices its lines carry.
// Pure; nothing of it is stored until a checkout freezes it.
#pragma once

#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/time.hpp"
#include "core/cart/cart.hpp"
#include "core/catalog/catalog.hpp"
#include "core/sale/values.hpp"

namespace shop::cart {

struct ShippingOption {
    std::string id;
    std::string title;
    Money price;
    bool operator==(const ShippingOption&) const = default;
};
SHOP_DESCRIBE(ShippingOption, id, title, price)

struct Quote {
    std::vector<sale::Line> lines;                 // the cart's, with net, tax and gross
    std::optional<sale::Line> shipping_line;       // of the chosen option, priced and taxed now
    std::optional<sale::ShippingChoice> shipping;  // none if it was not chosen or is not offered
    sale::Terms terms;
    sale::Totals totals;
    bool operator==(const Quote&) const = default;
};

// Before the shopper says where it goes, tax and shipping are those of the shop's own country. With
// nothing that ships in the cart, a chosen shipping option costs nothing and is not in the quote.
Quote quote_of(const CartId& id, const State& cart, const CatalogSettings& settings, Time now);

// The id of the cart's shipping line: always the same one, so that the checkout, the order and a
// later credit name one line.
LineId shipping_line(const CartId& cart);

// The options for the cart's destination, weight and subtotal, in the order of the settings; none
// if the shop does not deliver there, nothing in the cart ships, or no rate is in its currency.
std::vector<ShippingOption> shipping_options(const State& cart, const CatalogSettings& settings,
                                             Time now);

}  // namespace shop::cart
