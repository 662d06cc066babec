// The documents a new shop starts with: a shop in the United Kingdom that delivers to Europe and
// some countries beyond, all of the demo's year among them. An owner replaces them through the
// staff endpoints.
//
// Standard and reduced VAT rates as published by the European Commission ("VAT rates applied in the
// Member States") and national tax offices in 2025; one reduced rate per country. They are a
// starting point, not tax advice.
#include "core/settings/settings.hpp"

namespace shop::settings {
namespace {

struct Rates {
    std::string_view country;
    std::string_view standard;
    std::string_view reduced;
};

constexpr std::array kRates = {
    Rates{"GB", "0.2", "0.05"},    Rates{"IE", "0.23", "0.135"}, Rates{"DE", "0.19", "0.07"},
    Rates{"FR", "0.2", "0.055"},   Rates{"NL", "0.21", "0.09"},  Rates{"BE", "0.21", "0.06"},
    Rates{"ES", "0.21", "0.1"},    Rates{"PT", "0.23", "0.06"},  Rates{"IT", "0.22", "0.1"},
    Rates{"AT", "0.2", "0.1"},     Rates{"FI", "0.255", "0.14"}, Rates{"SE", "0.25", "0.12"},
    Rates{"DK", "0.25", "0.25"},   Rates{"PL", "0.23", "0.08"},  Rates{"NO", "0.25", "0.15"},
    Rates{"CH", "0.081", "0.026"}, Rates{"CY", "0.19", "0.05"},  Rates{"CZ", "0.21", "0.12"},
    Rates{"GR", "0.24", "0.13"},   Rates{"IS", "0.24", "0.11"},  Rates{"LT", "0.21", "0.09"},
    Rates{"MT", "0.18", "0.07"},   Rates{"JP", "0.1", "0.08"},
};

Currency gbp() {
    return *Currency::parse("GBP");
}

// Up to and including so many grams or pence: at so many pence.
using Bands = std::initializer_list<std::pair<std::optional<std::int64_t>, std::int64_t>>;

ShippingRate rate_of(std::string id, std::string title, Measure measure, const Bands& bands) {
    ShippingRate rate{std::move(id), std::move(title), measure, {}};
    for (const auto& [up_to, pence] : bands) rate.bands.push_back({up_to, {pence, gbp()}});
    return rate;
}

ShippingRate standard(std::string title, const Bands& bands) {
    return rate_of("standard", std::move(title), Measure::kWeight, bands);
}

ShippingRate economy(std::string title, const Bands& bands) {
    return rate_of("economy", std::move(title), Measure::kSubtotal, bands);
}

}  // namespace

Tax default_tax() {
    Tax tax;
    tax.classes = {"standard", "reduced", "zero"};
    for (const Rates& rates : kRates)
        tax.countries.push_back({std::string(rates.country),
                                 {{"standard", std::string(rates.standard)},
                                  {"reduced", std::string(rates.reduced)},
                                  {"zero", "0"}}});
    return tax;
}

Shipping default_shipping() {
    Shipping shipping;
    shipping.zones.push_back(
        {"United Kingdom",
         {"GB"},
         {standard("Standard, 2 to 4 working days",
                   {{1'000, 395}, {5'000, 595}, {30'000, 995}, {1'000'000, 2'995}}),
          rate_of("express", "Express, next working day", Measure::kWeight,
                  {{1'000, 795}, {5'000, 1'195}, {30'000, 1'995}}),
          economy("Economy, 5 to 7 working days", {{7'499, 295}, {std::nullopt, 0}})}});
    std::vector<std::string> europe{"JE"};
    for (const Rates& rates : kRates)
        if (rates.country != "GB" && rates.country != "JP") europe.emplace_back(rates.country);
    shipping.zones.push_back(
        {"Europe",
         std::move(europe),
         {standard("Standard, 5 to 8 working days",
                   {{1'000, 995}, {5'000, 1'695}, {30'000, 3'995}, {1'000'000, 9'995}}),
          economy("Economy, 8 to 12 working days", {{10'000, 795}, {50'000, 1'495}})}});
    shipping.zones.push_back(
        {"World",
         {"US", "CA", "AU", "NZ", "JP", "SG", "KW", "AE", "BH", "BR", "HK", "IL", "LB", "SA", "ZA"},
         {standard("Standard, 8 to 15 working days",
                   {{1'000, 1'495}, {5'000, 3'495}, {30'000, 9'995}, {1'000'000, 29'995}}),
          economy("Economy, 15 to 25 working days", {{10'000, 1'195}, {50'000, 2'495}})}});
    return shipping;
}

Store default_store() {
    Store store{.name = "ShopVerse",
                .currency = gbp(),
                .country = "GB",
                .countries = {},
                .prices_include_tax = true,
                .providers = {"sandbox"}};
    for (const Zone& zone : default_shipping().zones)
        store.countries.insert(store.countries.end(), zone.countries.begin(), zone.countries.end());
    return store;
}

}  // namespace shop::settings
