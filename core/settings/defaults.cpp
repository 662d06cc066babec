// The documents a new shop starts with: a shop in the United Kingdom that delivers to Europe and
// some countries beyond. An owner replaces them through the staff endpoints.
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
    Rates{"CH", "0.081", "0.026"}, Rates{"JP", "0.1", "0.08"},
};

Currency gbp() {
    return *Currency::parse("GBP");
}

ShippingRate by_weight(std::string id, std::string title,
                       std::initializer_list<std::pair<std::int64_t, std::int64_t>> bands) {
    ShippingRate rate{std::move(id), std::move(title), Measure::kWeight, {}};
    for (const auto& [grams, pence] : bands) rate.bands.push_back({grams, {pence, gbp()}});
    return rate;
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
         {by_weight("standard", "Standard, 2 to 4 working days",
                    {{1'000, 395}, {5'000, 595}, {30'000, 995}, {1'000'000, 2'995}}),
          by_weight("express", "Express, next working day",
                    {{1'000, 795}, {5'000, 1'195}, {30'000, 1'995}})}});
    std::vector<std::string> europe;
    for (const Rates& rates : kRates)
        if (rates.country != "GB" && rates.country != "JP") europe.emplace_back(rates.country);
    shipping.zones.push_back(
        {"Europe",
         std::move(europe),
         {by_weight("standard", "Standard, 5 to 8 working days",
                    {{1'000, 995}, {5'000, 1'695}, {30'000, 3'995}, {1'000'000, 9'995}})}});
    shipping.zones.push_back(
        {"World",
         {"US", "CA", "AU", "NZ", "JP", "SG", "KW"},
         {by_weight("standard", "Standard, 8 to 15 working days",
                    {{1'000, 1'495}, {5'000, 3'495}, {30'000, 9'995}, {1'000'000, 29'995}})}});
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
