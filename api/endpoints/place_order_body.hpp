// What staff send to sell without a cart, and what becomes of it as a command.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/person_views.hpp"
#include "api/http/limits.hpp"
#include "core/base/describe.hpp"
#include "core/cart/cart.hpp"
#include "core/catalog/product.hpp"
#include "core/checkout/checkout.hpp"

namespace shop::api {

// A price that was agreed; `precise` is what it is where a minor unit is too coarse.
struct AgreedPrice {
    std::int64_t minor_units = 0;
    Currency currency;
    std::optional<sale::PrecisePrice> precise;
    static constexpr std::array kLimits = {
        http::Limit{.member = "minor_units", .min = -kMoneyMax, .max = kMoneyMax}};
    bool operator==(const AgreedPrice&) const = default;
};
SHOP_DESCRIBE(AgreedPrice, minor_units, currency, precise)

// An item by its SKU; or any line by its title, with a price. `key` is the caller's own name of the
// line, unique in the order.
struct NewOrderLine {
    std::optional<std::string> key;
    std::optional<sale::LineKind> kind;  // item
    std::optional<std::string> sku;
    std::optional<std::string> title;
    std::int64_t quantity = 0;
    std::optional<AgreedPrice> unit_price;  // the list's
    std::optional<checkout::LineTax> tax;   // by_rules
    static constexpr std::array kLimits = {
        http::Limit{.member = "key", .min = 1, .max = 64},
        http::Limit{.member = "sku", .min = 1, .max = product::kSkuMax},
        http::Limit{.member = "title", .min = 1, .max = 300},
        http::Limit{.member = "quantity", .min = 1, .max = cart::kQuantityMax},
    };
    bool operator==(const NewOrderLine&) const = default;
};
SHOP_DESCRIBE(NewOrderLine, key, kind, sku, title, quantity, unit_price, tax)

// With a token at a provider of the store; or `offline`: money that moves outside of this shop,
// captured at once unless it says otherwise.
struct NewOrderPayment {
    std::string provider;
    std::optional<std::string> method;     // "invoice", "cash", "card"
    std::optional<std::string> reference;  // of an offline payment: what is written on it
    std::optional<std::string> token;
    std::optional<payment::CaptureMode> capture;
    static constexpr std::array kLimits = {
        http::Limit{.member = "provider", .min = 1, .max = 40},
        http::Limit{.member = "method", .min = 1, .max = 40},
        http::Limit{.member = "reference", .min = 1, .max = 200},
        http::Limit{.member = "token", .min = 1, .max = 500},
    };
    bool operator==(const NewOrderPayment&) const = default;
};
SHOP_DESCRIBE(NewOrderPayment, provider, method, reference, token, capture)

// The same id of the same system is the same order. Without a payment it is sold on account.
struct NewOrder {
    std::optional<ExternalView> external;
    std::optional<CustomerId> customer_id;
    std::optional<PersonView> contact;
    std::optional<AddressView> shipping_address;
    std::optional<AddressView> billing_address;
    std::optional<Currency> currency;  // the store's
    std::vector<NewOrderLine> lines;
    std::optional<NewOrderPayment> payment;
    std::optional<Time> sold_at;  // if it was sold before now
    std::optional<Money> expected_total;
    std::optional<ReasonBody> reason;
    static constexpr std::array kLimits = {
        http::Limit{.member = "lines", .min = 1, .max = checkout::kLinesMax}};
    bool operator==(const NewOrder&) const = default;
};
SHOP_DESCRIBE(NewOrder, external, customer_id, contact, shipping_address, billing_address, currency,
              lines, payment, sold_at, expected_total, reason)

// All of the command that is no personal and no secret value.
checkout::PlaceOrder command_of(const NewOrder& body, const OrderId& order);

}  // namespace shop::api
