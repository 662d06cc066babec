// Shipping options and their prices, by country and weight or subtotal. Pure.
//
// A country belongs to the first zone that lists it. A rate's price is that of the first band whose
// upper end is at or above what it measures; above the last band it is not offered.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/money.hpp"
#include "core/sale/values.hpp"
#include "core/settings/settings.hpp"

namespace shop::pricing {

// What is sent, and where to.
struct Parcel {
    std::string_view country;
    std::int64_t weight_g = 0;
    Money subtotal;  // of all items, in the shop's kind of prices, discounts taken off
};

struct PricedOption {
    const settings::ShippingRate* rate = nullptr;  // points into the settings
    Money price;
};

// In the order of the settings; only those priced in the subtotal's currency.
std::vector<PricedOption> options_for(const settings::Shipping& shipping, const Parcel& parcel);

// Σ weight · quantity of the lines that ship; nothing if none does.
std::optional<std::int64_t> weight_of(std::span<const sale::Line> lines);

}  // namespace shop::pricing
