// The store: what a shop window needs to know before anything is bought.
#include <string>
#include <vector>

#include "api/address_rules.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"
#include "core/catalog/catalog.hpp"
#include "core/pricing/rules.hpp"
#include "events/engine.hpp"

namespace shop::api {
namespace {

using http::Request;
using http::Response;

// What an address in that country needs beyond name, line, city and country. `postal_code` is as in
// AddressRule: N a digit, A a letter, ? either, formats separated by '|'.
struct AddressFormat {
    std::string country;
    bool region_required = false;
    bool postal_code_required = false;
    std::string postal_code;
    bool operator==(const AddressFormat&) const = default;
};
SHOP_DESCRIBE(AddressFormat, country, region_required, postal_code_required, postal_code)

struct StoreView {
    std::string name;
    Currency currency;
    std::string country;
    std::vector<std::string> countries;
    bool prices_include_tax = true;
    std::vector<std::string> providers;
    std::string locale;
    std::vector<AddressFormat> address_formats;
    static constexpr std::string_view kSchemaName = "Store";
    bool operator==(const StoreView&) const = default;
};
SHOP_DESCRIBE(StoreView, name, currency, country, countries, prices_include_tax, providers, locale,
              address_formats)

Response show(const Services& services) {
    const auto settings = services.catalog.settings();
    const settings::Store& store =
        pricing::rules_at(*settings, services.engine.now()).store->document;
    StoreView view{.name = store.name,
                   .currency = store.currency,
                   .country = store.country,
                   .countries = store.countries,
                   .prices_include_tax = store.prices_include_tax,
                   .providers = store.providers,
                   .locale = store.locale};
    for (const std::string& country : store.countries)
        if (const AddressRule* rule = find_address_rule(country))
            view.address_formats.push_back({country, rule->needs_region, !rule->postal_code.empty(),
                                            std::string(rule->postal_code)});
    return http::json_answer(200, view);
}

}  // namespace

void add_store_routes(http::Routes& routes, Services& services) {
    routes.add({.method = http::Method::kGet,
                .pattern = "/api/v1/store",
                .summary = "Currency, countries, taxes and ways to pay",
                .tag = "store",
                .answer = http::schema_of<StoreView>()},
               [&services](const Request&) { return ready(show(services)); });
}

}  // namespace shop::api
