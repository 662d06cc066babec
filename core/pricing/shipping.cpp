#include "core/pricing/shipping.hpp"

#include <algorithm>

namespace shop::pricing {
namespace {

const settings::Zone* zone_of(const settings::Shipping& shipping, std::string_view country) {
    const auto at = std::ranges::find_if(shipping.zones, [&](const settings::Zone& zone) {
        return std::ranges::find(zone.countries, country) != zone.countries.end();
    });
    return at == shipping.zones.end() ? nullptr : &*at;
}

const settings::Band* band_of(const settings::ShippingRate& rate, const Parcel& parcel) {
    const std::int64_t measured =
        rate.measure == settings::Measure::kWeight ? parcel.weight_g : parcel.subtotal.minor_units;
    const auto at = std::ranges::find_if(rate.bands, [&](const settings::Band& band) {
        return !band.up_to || measured <= *band.up_to;
    });
    return at == rate.bands.end() ? nullptr : &*at;
}

}  // namespace

std::vector<PricedOption> options_for(const settings::Shipping& shipping, const Parcel& parcel) {
    std::vector<PricedOption> options;
    const settings::Zone* zone = zone_of(shipping, parcel.country);
    if (zone == nullptr) return options;
    for (const settings::ShippingRate& rate : zone->rates) {
        const settings::Band* band = band_of(rate, parcel);
        if (band != nullptr && band->price.currency == parcel.subtotal.currency)
            options.push_back({&rate, band->price});
    }
    return options;
}

std::optional<std::int64_t> weight_of(std::span<const sale::Line> lines) {
    std::optional<std::int64_t> weight;
    for (const sale::Line& line : lines)
        if (line.ships) weight = weight.value_or(0) + line.weight_g * line.quantity;
    return weight;
}

}  // namespace shop::pricing
