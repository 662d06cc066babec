// Products as staff sees and sends them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/endpoints/admin_call.hpp"
#include "core/catalog/product.hpp"

namespace shop::api {

struct NewProduct {
    std::string title;
    std::string slug;
    std::optional<std::string> description;
    std::optional<product::Kind> kind;
    std::optional<std::string> tax_class;
    std::optional<std::vector<std::string>> options;
    std::optional<std::map<std::string, std::string>> attributes;
    static constexpr std::array kLimits = {
        http::Limit{.member = "title", .min = 1, .max = product::kTitleMax},
        http::Limit{.member = "slug", .min = 1, .max = product::kSlugMax},
        http::Limit{.member = "description", .max = product::kDescriptionMax},
    };
    bool operator==(const NewProduct&) const = default;
};
SHOP_DESCRIBE(NewProduct, title, slug, description, kind, tax_class, options, attributes)

// Only what is to change.
struct ProductChange {
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::optional<std::string> tax_class;
    std::optional<std::vector<std::string>> options;
    std::optional<std::map<std::string, std::string>> attributes;
    static constexpr std::array kLimits = {
        http::Limit{.member = "title", .min = 1, .max = product::kTitleMax},
        http::Limit{.member = "description", .max = product::kDescriptionMax},
    };
    bool operator==(const ProductChange&) const = default;
};
SHOP_DESCRIBE(ProductChange, title, description, tax_class, options, attributes)

struct SlugBody {
    std::string slug;
    static constexpr std::array kLimits = {
        http::Limit{.member = "slug", .min = 1, .max = product::kSlugMax}};
    bool operator==(const SlugBody&) const = default;
};
SHOP_DESCRIBE(SlugBody, slug)

struct VariantBody {
    std::string sku;
    std::optional<std::map<std::string, std::string>> option_values;
    std::optional<std::string> barcode;
    std::optional<std::int64_t> weight_g;
    std::optional<std::string> unit;
    std::optional<std::int64_t> min_quantity;
    std::optional<std::int64_t> quantity_step;
    std::optional<ReasonBody> reason;
    static constexpr std::array kLimits = {
        http::Limit{.member = "sku", .min = 1, .max = product::kSkuMax},
        http::Limit{.member = "weight_g", .min = 0, .max = product::kWeightMax},
        http::Limit{.member = "min_quantity", .min = 1, .max = product::kStepMax},
        http::Limit{.member = "quantity_step", .min = 1, .max = product::kStepMax},
    };
    bool operator==(const VariantBody&) const = default;
};
SHOP_DESCRIBE(VariantBody, sku, option_values, barcode, weight_g, unit, min_quantity, quantity_step,
              reason)

struct PriceBody {
    Money price;
    std::optional<std::string> list;
    std::optional<std::int64_t> min_quantity;
    std::optional<Time> valid_from;
    std::optional<Time> valid_until;
    std::optional<Money> compare_at;
    std::optional<bool> includes_tax;  // as the shop's prices do, if it is not said
    std::optional<ReasonBody> reason;
    bool operator==(const PriceBody&) const = default;
};
SHOP_DESCRIBE(PriceBody, price, list, min_quantity, valid_from, valid_until, compare_at,
              includes_tax, reason)

struct PriceView {
    Money price;
    std::string list;
    std::int64_t min_quantity = 1;
    std::optional<Time> valid_from;
    std::optional<Time> valid_until;
    std::optional<Money> compare_at;
    bool includes_tax = true;
    static constexpr std::string_view kSchemaName = "AdminPrice";
    bool operator==(const PriceView&) const = default;
};
SHOP_DESCRIBE(PriceView, price, list, min_quantity, valid_from, valid_until, compare_at,
              includes_tax)

struct VariantView {
    VariantId id;
    std::string sku;
    std::map<std::string, std::string> option_values;
    std::string barcode;
    std::int64_t weight_g = 0;
    std::string unit;
    std::int64_t min_quantity = 1;
    std::int64_t quantity_step = 1;
    std::vector<PriceView> prices;
    static constexpr std::string_view kSchemaName = "AdminVariant";
    bool operator==(const VariantView&) const = default;
};
SHOP_DESCRIBE(VariantView, id, sku, option_values, barcode, weight_g, unit, min_quantity,
              quantity_step, prices)

struct KeyView {
    unique_key::Scope scope = unique_key::Scope::kSlug;
    std::string value;
    static constexpr std::string_view kSchemaName = "ProductKey";
    bool operator==(const KeyView&) const = default;
};
SHOP_DESCRIBE(KeyView, scope, value)

struct AdminProductView {
    ProductId id;
    std::uint64_t version = 0;
    product::Status status = product::Status::kDraft;
    std::string title;
    std::string slug;
    std::string description;
    product::Kind kind = product::Kind::kPhysical;
    std::string tax_class;
    std::vector<std::string> options;
    std::map<std::string, std::string> attributes;
    std::vector<CategoryId> categories;
    std::vector<VariantView> variants;
    bool keys_pending = false;         // a change waits for its slug or SKU
    std::vector<KeyView> keys_in_use;  // by other products: why the last change was refused
    static constexpr std::string_view kSchemaName = "AdminProduct";
    bool operator==(const AdminProductView&) const = default;
};
SHOP_DESCRIBE(AdminProductView, id, version, status, title, slug, description, kind, tax_class,
              options, attributes, categories, variants, keys_pending, keys_in_use)

AdminProductView view_of(const ProductId& id, const product::State& state, std::uint64_t version);

// The answer to a change: the product behind it. Waits a moment for keys the change asked for: 202
// while they are claimed, 409 "keys-in-use" if others have them.
struct ProductChangeCall {
    ProductId product;
    AnyCommand command;
    int status = 200;
    bool needs_keys = false;
};
Task<http::Response> change_product(Services& services, const http::Request& request,
                                    std::string_view pattern, ProductChangeCall call);

// The product of the path. kNotFound "unknown-product" if it is no id of one.
Result<ProductId> product_of(const http::Request& request);
Result<VariantId> variant_of(const http::Request& request);

}  // namespace shop::api
