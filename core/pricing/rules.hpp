// The settings that count at a moment. Pure.
#pragma once

#include <string>

#include "core/base/time.hpp"
#include "core/catalog/catalog.hpp"
#include "core/sale/values.hpp"
#include "core/settings/settings.hpp"

namespace shop::pricing {

// Each points into the settings it was taken from, or at the documents a new shop starts with
// (version 0) if none has come into force yet; never nullptr.
struct Rules {
    const settings::TaxVersion* tax = nullptr;
    const settings::ShippingVersion* shipping = nullptr;
    const settings::StoreVersion* store = nullptr;

    // Where a sale without a destination is taxed: the shop's own country.
    const std::string& country_or_home(const std::string& destination) const;
    bool delivers_to(std::string_view country) const;
    sale::Terms terms(Currency currency) const;
};

Rules rules_at(const CatalogSettings& settings, Time at);

}  // namespace shop::pricing
