// A cart as the API shows it: its lines and totals as quoted now.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/endpoints/person_views.hpp"
#include "core/base/describe.hpp"
#include "core/cart/cart.hpp"
#include "core/cart/check.hpp"
#include "core/cart/quote.hpp"
#include "core/sale/values.hpp"

namespace shop::api {

struct CartLineView {
    LineId id;
    std::string sku;
    std::string title;
    std::map<std::string, std::string> options;
    std::int64_t quantity = 0;
    std::string unit;
    Money unit_price;
    std::optional<sale::PrecisePrice> precise_price;  // of prices below a minor unit
    std::optional<Money> list_price;                  // crossed out
    Money net;
    Money tax;
    Money gross;
    std::vector<sale::Discount> discounts;
    ProductId product_id;
    VariantId variant_id;
    // Why it cannot be bought, if so: a checkout will be refused as long as it is in the cart.
    std::optional<cart::Unavailability> unavailable;
    static constexpr std::string_view kSchemaName = "CartLine";
    bool operator==(const CartLineView&) const = default;
};
SHOP_DESCRIBE(CartLineView, id, sku, title, options, quantity, unit, unit_price, precise_price,
              list_price, net, tax, gross, discounts, product_id, variant_id, unavailable)

struct CartView {
    CartId id;
    std::optional<std::string> token;  // in the answer to its creation
    std::uint64_t version = 0;
    cart::Status status = cart::Status::kOpen;
    Currency currency;
    bool prices_include_tax = true;
    std::vector<CartLineView> lines;
    std::optional<ContactView> contact;
    std::optional<AddressView> shipping_address;
    std::optional<AddressView> billing_address;
    std::optional<cart::ShippingOption> shipping_option;  // none if not chosen or not offered here
    sale::Totals totals;
    std::optional<std::string> country;  // it was made for
    std::optional<std::string> locale;
    std::optional<OrderId> order_id;  // once a checkout has started
    Time changed_at;
    static constexpr std::string_view kSchemaName = "Cart";
    bool operator==(const CartView&) const = default;
};
SHOP_DESCRIBE(CartView, id, token, version, status, currency, prices_include_tax, lines, contact,
              shipping_address, billing_address, shipping_option, totals, country, locale, order_id,
              changed_at)

struct CartMoment {
    CartId id;
    const cart::State& state;
    std::uint64_t version = 0;
    Time now;  // of the rates and prices that count
};

// Errors are those of opening personal data (personal.hpp).
Result<CartView> view_of(const CartMoment& cart, const Catalog& catalog, const KeyStore& keys);

}  // namespace shop::api
