#include "projections/storefront/product_view.hpp"

#include <algorithm>
#include <set>

#include "core/base/assert.hpp"
#include "core/json/encode.hpp"
#include "core/pricing/price.hpp"
#include "core/stock/stock.hpp"
#include "projections/storefront/product_shapes.hpp"
#include "projections/storefront/words.hpp"

namespace shop::projections::storefront {
namespace {

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

// JSON without its last member, which is put in at reading, and what closes it.
template <class Shape>
std::string open_json(const Shape& shape, std::string_view end) {
    std::string text = json::to_json(shape, json::Defaults::kWrite);
    SHOP_ASSERT(text.ends_with(end));
    text.resize(text.size() - end.size());
    return text;
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

template <class Shape>
void set_price(Shape& shape, const Price* price) {
    if (price == nullptr) return;
    shape.price = price->price.money;
    shape.compare_at = price->compare_at;
}

VariantView view_of(const PricedVariant& priced, const Showing& showing) {
    const product::Variant& variant = priced.variant;
    VariantView view{.id = variant.variant_id,
                     .sku = variant.sku,
                     .options = variant.option_values,
                     .barcode = variant.barcode,
                     .weight_g = variant.weight_g,
                     .unit = variant.unit,
                     .min_quantity = variant.min_quantity,
                     .quantity_step = variant.quantity_step};
    set_price(view, shown_price(priced, showing));
    for (const Price& price : priced.prices)
        if (price.key.currency == showing.currency) view.prices.push_back(price);
    return view;
}

// What lists and pages share.
template <class Shape>
Shape shape_of(const ProductId& id, const product::State& state, const Showing& showing) {
    Shape shape;
    const PricedVariant* shown = shown_variant(state, showing);
    shape.id = id;
    if (shown != nullptr) shape.sku = shown->variant.sku;
    shape.slug = state.slug;
    shape.title = state.title;
    set_price(shape, lowest_price(state, showing));
    shape.color = attribute(state, "color");
    shape.material = attribute(state, "material");
    shape.variant_count = std::ssize(state.variants);
    return shape;
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
    listing.card = open_json(shape_of<ProductItem>(id, state, showing), ",\"available\":0}");
    return listing;
}

Page page_of(const ProductId& id, const product::State& state, std::uint64_t version,
             const Showing& showing) {
    auto shape = shape_of<ProductPageView>(id, state, showing);
    shape.version = static_cast<std::int64_t>(version);
    shape.description = state.description;
    shape.kind = state.kind;
    shape.tax_class = state.tax_class;
    shape.option_names = state.options;
    shape.attributes = state.attributes;
    shape.category_ids = state.categories;
    Page page{.currency = showing.currency};
    page.head = open_json(shape, "],\"available\":0}");
    page.tail = "],\"available\":";
    for (const PricedVariant& variant : state.variants) {
        page.variants.push_back(open_json(view_of(variant, showing), "0}"));
        page.stock_ids.push_back(stock_of(state, variant.variant));
    }
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
