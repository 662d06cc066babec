// Products as shoppers see them: what the view's JSON is written from, and what the API's document
// says of it. `available` comes last: it is put in when a page is read, for it changes with every
// sale.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/catalog/product_events.hpp"

namespace shop::projections::storefront {

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

}  // namespace shop::projections::storefront
