#include "projections/storefront/product_view.hpp"

#include <algorithm>
#include <set>

#include "core/json/encode.hpp"
#include "core/pricing/price.hpp"
#include "core/stock/stock.hpp"
#include "projections/storefront/words.hpp"

namespace shop::projections::storefront {
namespace {

using json::Defaults;
using json::Writer;
using product::Price;
using product::PricedVariant;

constexpr std::string_view kBaseList = "base";

bool is_list_price(const Price& price, Time now) {
    return price.key.list == kBaseList && pricing::is_in_force(price.key, now);
}

std::string attribute(const product::State& state, const std::string& name) {
    const auto at = state.attributes.find(name);
    return at == state.attributes.end() ? std::string() : at->second;
}

template <class T>
void member(Writer& writer, std::string_view name, const T& value) {
    writer.key(name);
    json::encode(writer, value, Defaults::kWrite);
}

const Price* shown_price(const PricedVariant& variant, const Showing& showing) {
    return list_price(variant, showing.currency, showing.now);
}

// The first variant with a price, for a list shows one SKU.
const PricedVariant* shown_variant(const product::State& state, const Showing& showing) {
    for (const PricedVariant& variant : state.variants)
        if (showing.currency.is_empty() || shown_price(variant, showing)) return &variant;
    return nullptr;
}

const Price* lowest_price(const product::State& state, const Showing& showing) {
    const Price* lowest = nullptr;
    for (const PricedVariant& variant : state.variants) {
        const Price* price = shown_price(variant, showing);
        if (price != nullptr &&
            (lowest == nullptr || price->price.money.minor_units < lowest->price.money.minor_units))
            lowest = price;
    }
    return lowest;
}

void write_price(Writer& writer, const Price* price) {
    member(writer, "price", price ? std::optional(price->price.money) : std::nullopt);
    member(writer, "compare_at", price ? price->compare_at : std::nullopt);
}

// Other quantities, lists and dates, as they are.
void write_prices(Writer& writer, const PricedVariant& variant, Currency currency) {
    writer.key("prices");
    writer.begin_array();
    for (const Price& price : variant.prices)
        if (price.key.currency == currency) json::encode(writer, price, Defaults::kWrite);
    writer.end_array();
}

std::string variant_json(const PricedVariant& priced, const Showing& showing) {
    std::string text;
    Writer writer(text);
    const product::Variant& variant = priced.variant;
    writer.begin_object();
    member(writer, "id", variant.variant_id);
    member(writer, "sku", variant.sku);
    member(writer, "options", variant.option_values);
    member(writer, "barcode", variant.barcode);
    member(writer, "weight_g", variant.weight_g);
    member(writer, "unit", variant.unit);
    member(writer, "min_quantity", variant.min_quantity);
    member(writer, "quantity_step", variant.quantity_step);
    write_price(writer, shown_price(priced, showing));
    write_prices(writer, priced, showing.currency);
    return text;
}

// Members that lists and pages share.
void write_common(Writer& writer, const ProductId& id, const product::State& state,
                  const Showing& showing) {
    const PricedVariant* shown = shown_variant(state, showing);
    member(writer, "id", id);
    member(writer, "sku", shown ? shown->variant.sku : std::string());
    member(writer, "slug", state.slug);
    member(writer, "title", state.title);
    write_price(writer, lowest_price(state, showing));
    writer.key("image");
    writer.null();
    member(writer, "color", attribute(state, "color"));
    member(writer, "material", attribute(state, "material"));
    member(writer, "variant_count", state.variants.size());
}

FacetSet facets_of(const product::State& state, Currency currency, std::int64_t price) {
    FacetSet set{
        attribute(state, "color"), attribute(state, "material"), band_of(currency, price), {}};
    for (const CategoryId& category : state.categories)
        set.categories.push_back(category.to_string());
    std::ranges::sort(set.categories);
    return set;
}

}  // namespace

std::vector<Currency> currencies_of(const product::State& state, Time now) {
    std::set<Currency> currencies;
    for (const PricedVariant& variant : state.variants)
        for (const Price& price : variant.prices)
            if (is_list_price(price, now)) currencies.insert(price.key.currency);
    return {currencies.begin(), currencies.end()};
}

const Price* list_price(const PricedVariant& variant, Currency currency, Time now) {
    const auto goes_before = [](const product::PriceKey& a, const product::PriceKey& b) {
        if (a.min_quantity != b.min_quantity) return a.min_quantity < b.min_quantity;
        return pricing::is_narrower(a, b);
    };
    const Price* best = nullptr;
    for (const Price& price : variant.prices)
        if (price.key.currency == currency && is_list_price(price, now) &&
            (best == nullptr || goes_before(price.key, best->key)))
            best = &price;
    return best;
}

std::optional<Time> prices_until(const product::State& state, Time now) {
    std::optional<Time> next;
    for (const PricedVariant& variant : state.variants)
        for (const Price& price : variant.prices)
            for (const auto& date : {price.key.valid_from, price.key.valid_until})
                if (date && *date > now && (!next || *date < *next)) next = date;
    return next;
}

std::string stock_of(const product::State& state, const product::Variant& variant) {
    if (state.kind == product::Kind::kDigital) return {};
    return stock::stock_of(variant.inventory_item).to_string();
}

Listing listing_of(const ProductId& id, const product::State& state, const Showing& showing) {
    Listing listing{.currency = showing.currency};
    if (const Price* price = lowest_price(state, showing))
        listing.price = price->price.money.minor_units;
    listing.facets = facets_of(state, showing.currency, listing.price);
    Writer writer(listing.card);
    writer.begin_object();
    write_common(writer, id, state, showing);
    return listing;
}

Page page_of(const ProductId& id, const product::State& state, std::uint64_t version,
             const Showing& showing) {
    Page page{.currency = showing.currency};
    Writer writer(page.head);
    writer.begin_object();
    write_common(writer, id, state, showing);
    member(writer, "version", version);
    member(writer, "description", state.description);
    member(writer, "kind", state.kind);
    member(writer, "tax_class", state.tax_class);
    member(writer, "option_names", state.options);
    member(writer, "attributes", state.attributes);
    member(writer, "category_ids", state.categories);
    writer.key("variants");
    writer.begin_array();
    for (const PricedVariant& variant : state.variants) {
        page.variants.push_back(variant_json(variant, showing) + ",\"available\":");
        page.stock_ids.push_back(stock_of(state, variant.variant));
    }
    page.tail = "],\"available\":";
    return page;
}

std::string codes_of(const product::State& state) {
    std::string codes;
    for (const PricedVariant& variant : state.variants)
        codes.append(variant.variant.sku).append(" ").append(variant.variant.barcode).append(" ");
    return codes;
}

std::string attributes_of(const product::State& state) {
    std::string text;
    for (const auto& [name, value] : state.attributes) text.append(value).append(" ");
    for (const PricedVariant& variant : state.variants)
        for (const auto& [name, value] : variant.variant.option_values)
            text.append(value).append(" ");
    return text;
}

std::vector<std::string> words_of(const product::State& state) {
    return split_words(state.title + " " + attributes_of(state));
}

}  // namespace shop::projections::storefront
