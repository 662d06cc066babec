#include "core/catalog/product_checks.hpp"

#include <algorithm>
#include <set>

#include "core/catalog/catalog.hpp"

namespace shop::product {
namespace {

constexpr std::size_t kListNameMax = 40;

bool is_unit_code(std::string_view text) {
    return !text.empty() && text.size() <= 3 && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

// The tax settings in force; nullptr if the classes cannot be known here.
const settings::Tax* tax_of(const Catalog* catalog) {
    if (catalog == nullptr) return nullptr;
    const auto& versions = catalog->settings()->tax.tax;
    return versions.empty() ? nullptr : &versions.back().document;
}

void check_tax_class(catalog::Checks& checks, const std::string& pointer, std::string_view name,
                     const Catalog* catalog) {
    checks.slug(pointer, name, kNameMax);
    const settings::Tax* tax = tax_of(catalog);
    checks.require(tax == nullptr || std::ranges::count(tax->classes, name) > 0, pointer,
                   "must be one of the tax classes in the shop's tax settings");
}

void check_options(catalog::Checks& checks, const std::string& pointer,
                   const std::vector<std::string>& options) {
    checks.require(options.size() <= kOptionsMax, pointer, "must have at most 5 options");
    std::set<std::string> seen;
    for (const std::string& name : options) {
        checks.line(pointer, name, 1, kNameMax);
        checks.require(seen.insert(name).second, pointer, "must not name an option twice");
    }
}

void check_attributes(catalog::Checks& checks, const std::string& pointer,
                      const std::map<std::string, std::string>& attributes) {
    checks.require(attributes.size() <= kAttributesMax, pointer, "must have at most 50 attributes");
    for (const auto& [name, value] : attributes) {
        checks.line(pointer, name, 1, kNameMax);
        checks.line(pointer + "/" + name, value, 0, kValueMax);
    }
}

void check_amount(catalog::Checks& checks, const std::string& at, const Money& money) {
    checks.number(at + "/minor_units", money.minor_units, 0, kMoneyMax);
    checks.require(Currency::parse(money.currency.view()).has_value(), at + "/currency",
                   "must be an ISO 4217 code");
}

void check_precise(catalog::Checks& checks, const std::string& at,
                   const sale::PrecisePrice& precise) {
    checks.number(at + "/units", precise.units, 0, kMoneyMax);
    checks.number(at + "/scale", precise.scale, 0, 6);
}

}  // namespace

void check_details(catalog::Checks& checks, const std::string& at, const DetailsChanged& details,
                   const Catalog* catalog) {
    if (details.title) checks.line(at + "/title", *details.title, 1, kTitleMax);
    if (details.description)
        checks.text(at + "/description", *details.description, 0, kDescriptionMax);
    if (details.tax_class) check_tax_class(checks, at + "/tax_class", *details.tax_class, catalog);
    if (details.options) check_options(checks, at + "/options", *details.options);
    if (details.attributes) check_attributes(checks, at + "/attributes", *details.attributes);
}

void check_sku(catalog::Checks& checks, const std::string& pointer, std::string_view sku) {
    checks.line(pointer, sku, 1, kSkuMax);
}

void check_variant(catalog::Checks& checks, const std::string& at, const Variant& variant,
                   const std::vector<std::string>& options) {
    check_sku(checks, at + "/sku", variant.sku);
    for (const auto& [name, value] : variant.option_values) {
        const std::string pointer = at + "/option_values/" + name;
        checks.require(std::ranges::count(options, name) > 0, pointer,
                       "must be one of the product's options");
        checks.line(pointer, value, 1, kValueMax);
    }
    checks.line(at + "/barcode", variant.barcode, 0, kSkuMax);
    checks.number(at + "/weight_g", variant.weight_g, 0, kWeightMax);
    checks.require(is_unit_code(variant.unit), at + "/unit",
                   "must be a unit code of UN/ECE Recommendation 20, such as C62 (piece)");
    checks.number(at + "/min_quantity", variant.min_quantity, 1, kStepMax);
    checks.number(at + "/quantity_step", variant.quantity_step, 1, kStepMax);
    checks.line(at + "/inventory_item", variant.inventory_item, 0, kSkuMax);
}

void check_price_key(catalog::Checks& checks, const std::string& at, const PriceKey& key) {
    checks.require(Currency::parse(key.currency.view()).has_value(), at + "/currency",
                   "must be an ISO 4217 code");
    checks.slug(at + "/list", key.list, kListNameMax);
    checks.number(at + "/min_quantity", key.min_quantity, 1, kStepMax);
    checks.require(!key.valid_from || !key.valid_until || *key.valid_from < *key.valid_until,
                   at + "/valid_until", "must be later than valid_from");
}

void check_price(catalog::Checks& checks, const std::string& at, const Price& price) {
    check_price_key(checks, at, price.key);
    const Money& money = price.price.money;
    check_amount(checks, at + "/price", money);
    checks.require(money.currency == price.key.currency, at + "/price/currency",
                   "must be the currency of the price's key");
    if (price.price.precise) check_precise(checks, at + "/price/precise", *price.price.precise);
    if (!price.compare_at) return;
    check_amount(checks, at + "/compare_at", *price.compare_at);
    const bool comparable = price.compare_at->currency == money.currency;
    checks.require(comparable && price.compare_at->minor_units > money.minor_units,
                   at + "/compare_at", "must be a higher price in the same currency");
}

void check_distinct(catalog::Checks& checks, const std::string& pointer, const Variant& variant,
                    const std::vector<PricedVariant>& others) {
    for (const PricedVariant& priced : others) {
        const Variant& other = priced.variant;
        if (other.variant_id == variant.variant_id) continue;
        const bool alike =
            !variant.option_values.empty() && other.option_values == variant.option_values;
        checks.require(!alike, pointer + "/option_values",
                       "must differ from those of variant " + other.sku);
    }
}

bool is_category(const CategoryId& id, const Catalog* catalog) {
    const auto category = catalog == nullptr ? nullptr : catalog->find_category(id);
    return category != nullptr && category->status == category::Status::kActive;
}

DetailsChanged as_changes(const Created& details) {
    return {.title = details.title,
            .description = details.description,
            .tax_class = details.tax_class,
            .options = details.options,
            .attributes = details.attributes};
}

}  // namespace shop::product
