#include "projections/storefront/facets.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>

#include "core/base/digest.hpp"

namespace shop::projections::storefront {
namespace {

constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

// Lower borders, in the main unit. Close together where most prices of a shop are.
constexpr std::array<std::int64_t, kBandCount> kBorders = {0,  1,   2,   5,   10,  20,
                                                           50, 100, 200, 500, 1000};

std::int64_t minor_per_main(Currency currency) {
    std::int64_t units = 1;
    for (int i = 0; i < currency.exponent(); ++i) units *= 10;
    return units;
}

std::string decimal(std::int64_t minor_units, int exponent) {
    if (exponent == 0) return std::to_string(minor_units);
    std::int64_t unit = 1;
    for (int i = 0; i < exponent; ++i) unit *= 10;
    return fmt::format("{}.{:0{}}", minor_units / unit, minor_units % unit, exponent);
}

}  // namespace

int band_of(Currency currency, std::int64_t minor_units) {
    const std::int64_t unit = minor_per_main(currency);
    int band = 0;
    while (band + 1 < kBandCount &&
           minor_units >= kBorders[static_cast<std::size_t>(band) + 1] * unit)
        ++band;
    return band;
}

PriceBand price_band(Currency currency, int band) {
    const std::int64_t unit = minor_per_main(currency);
    const auto at = static_cast<std::size_t>(band);
    return {kBorders[at] * unit, band + 1 == kBandCount ? kNoEnd : kBorders[at + 1] * unit - 1};
}

std::string value_of(const PriceBand& band) {
    return fmt::format("{}-{}", band.min, band.max == kNoEnd ? "" : std::to_string(band.max));
}

std::string label_of(Currency currency, const PriceBand& band) {
    const int exponent = currency.exponent();
    if (band.max == kNoEnd)
        return fmt::format("{} {} and more", decimal(band.min, exponent), currency.view());
    return fmt::format("{} – {} {}", decimal(band.min, exponent), decimal(band.max, exponent),
                       currency.view());
}

std::int64_t id_of(const FacetSet& set) {
    std::string categories;
    for (const std::string& category : set.categories) categories += category;
    const Digest digest =
        sha256_of_parts({set.color, set.material, std::to_string(set.band), categories});
    std::uint64_t bits = 0;
    std::memcpy(&bits, digest.data(), sizeof bits);
    bits &= (1ULL << 62) - 1;
    return bits == 0 ? 1 : static_cast<std::int64_t>(bits);
}

}  // namespace shop::projections::storefront
