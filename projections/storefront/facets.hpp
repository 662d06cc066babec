// What shoppers narrow a list by. Pure; shared by the projection, which stores facets, and the
// reader, which counts them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/money.hpp"

namespace shop::projections::storefront {

// Prices fall into bands of fixed borders in the currency's main unit.
struct PriceBand {
    std::int64_t min = 0;  // minor units
    std::int64_t max = 0;  // inclusive; INT64_MAX: no end
};

inline constexpr int kBandCount = 11;
int band_of(Currency currency, std::int64_t minor_units);
PriceBand price_band(Currency currency, int band);
// "500-999", as price_min and price_max take them; "50000-" for the last.
std::string value_of(const PriceBand& band);
// "5.00 – 9.99 GBP"
std::string label_of(Currency currency, const PriceBand& band);

// The values of one product's listing. An empty text: it has none.
struct FacetSet {
    std::string color;
    std::string material;
    int band = 0;
    std::vector<std::string> categories;  // ids, sorted
    bool operator==(const FacetSet&) const = default;
};

// Names the set for ever: 62 bits of a hash, never 0.
std::int64_t id_of(const FacetSet& set);

}  // namespace shop::projections::storefront
