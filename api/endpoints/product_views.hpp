// The shapes of products as shoppers see them, for the document. The JSON itself is written by the
// storefront's projection (projections/storefront/product_view.cpp), so that a page is one read;
// the generated requests of tests/e2e/test_schemathesis.py hold the two together.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/product_events.hpp"

namespace shop::api {

struct ImageView {
    std::string url;
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::string alt;
    bool generated = false;
    static constexpr std::string_view kSchemaName = "Image";
    bool operator==(const ImageView&) const = default;
};
SHOP_DESCRIBE(ImageView, url, width, height, alt, generated)

// An item of lists. `price` is the lowest of the variants; `sku` that of the first.
struct ProductItem {
    ProductId id;
    std::string sku;
    std::string slug;
    std::string title;
    std::optional<Money> price;
    std::optional<Money> compare_at;
    std::optional<ImageView> image;
    std::string color;
    std::string material;
    std::int64_t variant_count = 0;
    std::int64_t available = 0;
    static constexpr std::string_view kSchemaName = "ProductItem";
    bool operator==(const ProductItem&) const = default;
};
SHOP_DESCRIBE(ProductItem, id, sku, slug, title, price, compare_at, image, color, material,
              variant_count, available)

struct FacetValue {
    std::string value;
    std::string label;
    std::int64_t count = 0;
    static constexpr std::string_view kSchemaName = "FacetValue";
    bool operator==(const FacetValue&) const = default;
};
SHOP_DESCRIBE(FacetValue, value, label, count)

struct FacetsView {
    std::vector<FacetValue> category;
    std::vector<FacetValue> color;
    std::vector<FacetValue> material;
    std::vector<FacetValue> price;  // values as price_min-price_max
    std::vector<FacetValue> in_stock;
    static constexpr std::string_view kSchemaName = "Facets";
    bool operator==(const FacetsView&) const = default;
};
SHOP_DESCRIBE(FacetsView, category, color, material, price, in_stock)

struct ProductListView {
    std::vector<ProductItem> items;
    std::int64_t total = 0;
    FacetsView facets;
    std::optional<std::string> corrected;  // what was searched for instead
    std::optional<std::string> next;       // cursor
    static constexpr std::string_view kSchemaName = "ProductList";
    bool operator==(const ProductListView&) const = default;
};
SHOP_DESCRIBE(ProductListView, items, total, facets, corrected, next)

struct VariantView {
    VariantId id;
    std::string sku;
    std::map<std::string, std::string> options;
    std::string barcode;
    std::int64_t weight_g = 0;
    std::string unit;
    std::int64_t min_quantity = 1;
    std::int64_t quantity_step = 1;
    std::optional<Money> price;
    std::optional<Money> compare_at;
    std::vector<product::Price> prices;  // all of this currency: tiers, lists, dates
    std::int64_t available = 0;
    static constexpr std::string_view kSchemaName = "Variant";
    bool operator==(const VariantView&) const = default;
};
SHOP_DESCRIBE(VariantView, id, sku, options, barcode, weight_g, unit, min_quantity, quantity_step,
              price, compare_at, prices, available)

struct ProductPageView {
    ProductId id;
    std::string sku;
    std::string slug;
    std::string title;
    std::optional<Money> price;
    std::optional<Money> compare_at;
    std::optional<ImageView> image;
    std::string color;
    std::string material;
    std::int64_t variant_count = 0;
    std::int64_t version = 0;
    std::string description;
    product::Kind kind = product::Kind::kPhysical;
    std::string tax_class;
    std::vector<std::string> option_names;
    std::map<std::string, std::string> attributes;
    std::vector<CategoryId> category_ids;
    std::vector<VariantView> variants;
    std::int64_t available = 0;
    static constexpr std::string_view kSchemaName = "Product";
    bool operator==(const ProductPageView&) const = default;
};
SHOP_DESCRIBE(ProductPageView, id, sku, slug, title, price, compare_at, image, color, material,
              variant_count, version, description, kind, tax_class, option_names, attributes,
              category_ids, variants, available)

}  // namespace shop::api
