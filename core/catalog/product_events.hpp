// What a product consists of, and the events of its stream (product.hpp has the rules).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/catalog/unique_key.hpp"
#include "core/sale/values.hpp"

namespace shop::product {

inline constexpr std::size_t kTitleMax = 200;
inline constexpr std::size_t kSlugMax = 120;
inline constexpr std::size_t kDescriptionMax = 20'000;
inline constexpr std::size_t kSkuMax = 64;
inline constexpr std::size_t kNameMax = 60;    // of options, attributes, tax classes
inline constexpr std::size_t kValueMax = 200;  // of their values
inline constexpr std::size_t kVariantsMax = 250;
inline constexpr std::size_t kPricesMax = 50;  // of one variant
inline constexpr std::size_t kOptionsMax = 5;
inline constexpr std::size_t kAttributesMax = 50;
inline constexpr std::size_t kCategoriesMax = 20;
inline constexpr std::int64_t kWeightMax = 10'000'000;  // grams
inline constexpr std::int64_t kStepMax = 1'000'000;

enum class Kind { kPhysical, kDigital };
SHOP_DESCRIBE_ENUM(Kind, kPhysical, kDigital)

enum class Purpose { kPublish, kSlug, kVariant };
SHOP_DESCRIBE_ENUM(Purpose, kPublish, kSlug, kVariant)

// ---- Values -------------------------------------------------------------------------------------

struct Variant {
    VariantId variant_id;
    std::string sku;
    std::map<std::string, std::string> option_values;
    std::string barcode;
    std::int64_t weight_g = 0;
    std::string unit = "C62";
    std::int64_t min_quantity = 1;
    std::int64_t quantity_step = 1;
    std::string inventory_item;  // whose stock it draws on
    bool operator==(const Variant&) const = default;
};
SHOP_DESCRIBE(Variant, variant_id, sku, option_values, barcode, weight_g, unit, min_quantity,
              quantity_step, inventory_item)

// Which price: tiers differ in min_quantity, sales in their validity.
struct PriceKey {
    Currency currency;
    std::string list = "base";
    std::int64_t min_quantity = 1;
    std::optional<Time> valid_from;
    std::optional<Time> valid_until;
    auto operator<=>(const PriceKey&) const = default;
};
SHOP_DESCRIBE(PriceKey, currency, list, min_quantity, valid_from, valid_until)

struct Price {
    PriceKey key;
    sale::UnitPrice price;
    bool includes_tax = true;
    std::optional<Money> compare_at;  // the crossed-out price
    bool operator==(const Price&) const = default;
};
SHOP_DESCRIBE(Price, key, price, includes_tax, compare_at)

struct PricedVariant {
    Variant variant;
    std::vector<Price> prices;  // sorted by key
    bool operator==(const PricedVariant&) const = default;
};
SHOP_DESCRIBE(PricedVariant, variant, prices)

// ---- Events: stored for ever --------------------------------------------------------------------

struct Created {
    static constexpr std::string_view kType = "product.created";
    static constexpr int kSchema = 1;
    std::string title;
    std::string slug;
    std::string description;
    Kind kind = Kind::kPhysical;
    std::string tax_class = "standard";
    std::vector<std::string> options;
    std::map<std::string, std::string> attributes;
    std::optional<sale::External> external;
    bool operator==(const Created&) const = default;
};
SHOP_DESCRIBE(Created, title, slug, description, kind, tax_class, options, attributes, external)

// Only what changed.
struct DetailsChanged {
    static constexpr std::string_view kType = "product.details_changed";
    static constexpr int kSchema = 1;
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::optional<std::string> tax_class;
    std::optional<std::vector<std::string>> options;
    std::optional<std::map<std::string, std::string>> attributes;
    bool operator==(const DetailsChanged&) const = default;
};
SHOP_DESCRIBE(DetailsChanged, title, description, tax_class, options, attributes)

struct KeysRequested {
    static constexpr std::string_view kType = "product.keys_requested";
    static constexpr int kSchema = 1;
    std::int32_t request = 0;  // of this product, from 1
    std::vector<unique_key::Key> keys;
    Purpose purpose = Purpose::kPublish;
    std::string channel;                  // to publish in
    std::vector<PricedVariant> variants;  // to add
    Reason reason;                        // of what the keys are for
    bool operator==(const KeysRequested&) const = default;
};
SHOP_DESCRIBE(KeysRequested, request, keys, purpose, channel, variants, reason)

// The keys that are in use elsewhere (none: the request was taken back). All of the request's are
// let go, these too: a late claim of them must not succeed.
struct KeysRefused {
    static constexpr std::string_view kType = "product.keys_refused";
    static constexpr int kSchema = 1;
    std::int32_t request = 0;
    std::vector<unique_key::Key> keys;
    bool operator==(const KeysRefused&) const = default;
};
SHOP_DESCRIBE(KeysRefused, request, keys)

// The keys of a refused request are let go.
struct EffectAnswered {
    static constexpr std::string_view kType = "product.effect_answered";
    static constexpr int kSchema = 1;
    std::int32_t request = 0;
    std::string outcome;  // "released"
    bool operator==(const EffectAnswered&) const = default;
};
SHOP_DESCRIBE(EffectAnswered, request, outcome)

struct SlugChanged {
    static constexpr std::string_view kType = "product.slug_changed";
    static constexpr int kSchema = 1;
    std::string slug;
    std::string previous;  // stays claimed, and redirects; empty if it never was claimed
    bool operator==(const SlugChanged&) const = default;
};
SHOP_DESCRIBE(SlugChanged, slug, previous)

struct Published {
    static constexpr std::string_view kType = "product.published";
    static constexpr int kSchema = 1;
    std::string channel = "main";
    Reason reason;
    bool operator==(const Published&) const = default;
};
SHOP_DESCRIBE(Published, channel, reason)

struct Unpublished {
    static constexpr std::string_view kType = "product.unpublished";
    static constexpr int kSchema = 1;
    std::string channel = "main";
    Reason reason;
    bool operator==(const Unpublished&) const = default;
};
SHOP_DESCRIBE(Unpublished, channel, reason)

struct Archived {
    static constexpr std::string_view kType = "product.archived";
    static constexpr int kSchema = 1;
    Reason reason;
    bool operator==(const Archived&) const = default;
};
SHOP_DESCRIBE(Archived, reason)

struct VariantAdded {
    static constexpr std::string_view kType = "product.variant_added";
    static constexpr int kSchema = 1;
    Variant variant;
    Reason reason;
    bool operator==(const VariantAdded&) const = default;
};
SHOP_DESCRIBE(VariantAdded, variant, reason)

// The whole variant; its SKU never changes.
struct VariantChanged {
    static constexpr std::string_view kType = "product.variant_changed";
    static constexpr int kSchema = 1;
    Variant variant;
    Reason reason;
    bool operator==(const VariantChanged&) const = default;
};
SHOP_DESCRIBE(VariantChanged, variant, reason)

struct VariantRemoved {
    static constexpr std::string_view kType = "product.variant_removed";
    static constexpr int kSchema = 1;
    VariantId variant_id;
    Reason reason;
    bool operator==(const VariantRemoved&) const = default;
};
SHOP_DESCRIBE(VariantRemoved, variant_id, reason)

struct PriceSet {
    static constexpr std::string_view kType = "product.price_set";
    static constexpr int kSchema = 1;
    VariantId variant_id;
    Price price;
    Reason reason;
    bool operator==(const PriceSet&) const = default;
};
SHOP_DESCRIBE(PriceSet, variant_id, price, reason)

struct PriceRemoved {
    static constexpr std::string_view kType = "product.price_removed";
    static constexpr int kSchema = 1;
    VariantId variant_id;
    PriceKey key;
    Reason reason;
    bool operator==(const PriceRemoved&) const = default;
};
SHOP_DESCRIBE(PriceRemoved, variant_id, key, reason)

struct CategoryAssigned {
    static constexpr std::string_view kType = "product.category_assigned";
    static constexpr int kSchema = 1;
    CategoryId category_id;
    bool operator==(const CategoryAssigned&) const = default;
};
SHOP_DESCRIBE(CategoryAssigned, category_id)

struct CategoryUnassigned {
    static constexpr std::string_view kType = "product.category_unassigned";
    static constexpr int kSchema = 1;
    CategoryId category_id;
    bool operator==(const CategoryUnassigned&) const = default;
};
SHOP_DESCRIBE(CategoryUnassigned, category_id)

using Event =
    std::variant<Created, DetailsChanged, KeysRequested, KeysRefused, EffectAnswered, SlugChanged,
                 Published, Unpublished, Archived, VariantAdded, VariantChanged, VariantRemoved,
                 PriceSet, PriceRemoved, CategoryAssigned, CategoryUnassigned>;

}  // namespace shop::product
