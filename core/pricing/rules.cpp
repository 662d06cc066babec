#include "core/pricing/rules.hpp"

#include <algorithm>

namespace shop::pricing {
namespace {

const settings::TaxVersion& first_tax() {
    static const settings::TaxVersion kFirst{0, {}, settings::default_tax()};
    return kFirst;
}
const settings::ShippingVersion& first_shipping() {
    static const settings::ShippingVersion kFirst{0, {}, settings::default_shipping()};
    return kFirst;
}
const settings::StoreVersion& first_store() {
    static const settings::StoreVersion kFirst{0, {}, settings::default_store()};
    return kFirst;
}

template <class Version>
const Version* or_first(const Version* found, const Version& (*first)()) {
    return found != nullptr ? found : &first();
}

}  // namespace

const std::string& Rules::country_or_home(const std::string& destination) const {
    return destination.empty() ? store->document.country : destination;
}

bool Rules::delivers_to(std::string_view country) const {
    return std::ranges::find(store->document.countries, country) != store->document.countries.end();
}

sale::Terms Rules::terms(Currency currency) const {
    return {.currency = currency,
            .exponent = currency.exponent(),
            .prices_include_tax = store->document.prices_include_tax,
            .rounding = tax->document.rounding,
            .rounding_at = tax->document.rounding_at,
            .tax_version = tax->version,
            .shipping_version = shipping->version};
}

Rules rules_at(const CatalogSettings& settings, Time at) {
    return {or_first(settings::tax_at(settings.tax, at), first_tax),
            or_first(settings::shipping_at(settings.shipping, at), first_shipping),
            or_first(settings::store_at(settings.store, at), first_store)};
}

}  // namespace shop::pricing
