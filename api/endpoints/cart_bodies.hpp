// What calls on carts send, and the list of shipping options.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/http/limits.hpp"
#include "core/base/describe.hpp"
#include "core/cart/cart.hpp"
#include "core/cart/quote.hpp"
#include "core/catalog/product.hpp"

namespace shop::api {

struct NewCart {
    std::optional<Currency> currency;
    std::optional<std::string> country;
    std::optional<std::string> locale;
    static constexpr std::array kLimits = {
        http::Limit{.member = "country", .min = 2, .max = 2, .pattern = "^[A-Z]{2}$"},
        http::Limit{.member = "locale", .min = 2, .max = 35},
    };
};
SHOP_DESCRIBE(NewCart, currency, country, locale)

struct NewLine {
    std::string sku;
    std::int64_t quantity = 0;
    static constexpr std::array kLimits = {
        http::Limit{.member = "sku", .min = 1, .max = product::kSkuMax},
        http::Limit{.member = "quantity", .min = 1, .max = cart::kQuantityMax},
    };
};
SHOP_DESCRIBE(NewLine, sku, quantity)

struct LineQuantity {
    std::int64_t quantity = 0;
    static constexpr std::array kLimits = {
        http::Limit{.member = "quantity", .min = 1, .max = cart::kQuantityMax},
    };
};
SHOP_DESCRIBE(LineQuantity, quantity)

struct ShippingOptionChoice {
    std::string id;
    static constexpr std::array kLimits = {http::Limit{.member = "id", .min = 1, .max = 120}};
};
SHOP_DESCRIBE(ShippingOptionChoice, id)

struct ShippingOptions {
    std::vector<cart::ShippingOption> items;
};
SHOP_DESCRIBE(ShippingOptions, items)

}  // namespace shop::api
