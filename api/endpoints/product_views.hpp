// The shapes of product lists, for the document. Their items are the storefront view's own
// (projections/storefront/product_shapes.hpp), as its JSON is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "projections/storefront/product_shapes.hpp"

namespace shop::api {

using projections::storefront::ProductItem;
using projections::storefront::ProductPageView;

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

}  // namespace shop::api
