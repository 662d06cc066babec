// A product: what is sold, its variants, their prices.
//
// draft → published ⇄ unpublished → archived. Slug and SKUs are unique in the shop: before a
// product is published, changes its slug, or gets another variant while it is published, it
// requests their keys (core/catalog/unique_key.hpp), which it then owes as effects; the answers
// publish it, or tell which keys are in use. A draft claims nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/catalog/unique_key.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

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
    std::string channel;             // to publish in
    std::optional<Variant> variant;  // to add
    bool operator==(const KeysRequested&) const = default;
};
SHOP_DESCRIBE(KeysRequested, request, keys, purpose, channel, variant)

// The keys that are in use elsewhere; the request's others are let go.
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
    std::string previous;  // stays claimed, and redirects
    bool operator==(const SlugChanged&) const = default;
};
SHOP_DESCRIBE(SlugChanged, slug, previous)

struct Published {
    static constexpr std::string_view kType = "product.published";
    static constexpr int kSchema = 1;
    std::string channel = "main";
    bool operator==(const Published&) const = default;
};
SHOP_DESCRIBE(Published, channel)

struct Unpublished {
    static constexpr std::string_view kType = "product.unpublished";
    static constexpr int kSchema = 1;
    std::string channel = "main";
    bool operator==(const Unpublished&) const = default;
};
SHOP_DESCRIBE(Unpublished, channel)

struct Archived {
    static constexpr std::string_view kType = "product.archived";
    static constexpr int kSchema = 1;
    bool operator==(const Archived&) const = default;
};
SHOP_DESCRIBE_EMPTY(Archived)

struct VariantAdded {
    static constexpr std::string_view kType = "product.variant_added";
    static constexpr int kSchema = 1;
    Variant variant;
    bool operator==(const VariantAdded&) const = default;
};
SHOP_DESCRIBE(VariantAdded, variant)

// The whole variant; its SKU never changes.
struct VariantChanged {
    static constexpr std::string_view kType = "product.variant_changed";
    static constexpr int kSchema = 1;
    Variant variant;
    bool operator==(const VariantChanged&) const = default;
};
SHOP_DESCRIBE(VariantChanged, variant)

struct VariantRemoved {
    static constexpr std::string_view kType = "product.variant_removed";
    static constexpr int kSchema = 1;
    VariantId variant_id;
    bool operator==(const VariantRemoved&) const = default;
};
SHOP_DESCRIBE(VariantRemoved, variant_id)

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

// ---- State --------------------------------------------------------------------------------------

enum class Status { kDraft, kPublished, kUnpublished, kArchived };
SHOP_DESCRIBE_ENUM(Status, kDraft, kPublished, kUnpublished, kArchived)

struct PricedVariant {
    Variant variant;
    std::vector<Price> prices;  // sorted by key
    bool operator==(const PricedVariant&) const = default;
};
SHOP_DESCRIBE(PricedVariant, variant, prices)

// Keys that were let go and not yet acknowledged.
struct Releasing {
    std::int32_t request = 0;
    std::vector<unique_key::Key> keys;
    Time since;
    bool operator==(const Releasing&) const = default;
};
SHOP_DESCRIBE(Releasing, request, keys, since)

struct State {
    Status status = Status::kDraft;
    std::string title;
    std::string slug;
    std::string description;
    Kind kind = Kind::kPhysical;
    std::string tax_class;
    std::vector<std::string> options;
    std::map<std::string, std::string> attributes;
    std::optional<sale::External> external;
    std::vector<PricedVariant> variants;
    std::vector<CategoryId> categories;
    std::vector<unique_key::Key> keys;     // owned
    std::optional<KeysRequested> request;  // under way
    Time requested_at;
    std::int32_t requests = 0;
    std::optional<KeysRefused> refused;  // the last request's answer, until the next one
    std::vector<Releasing> releasing;
    bool operator==(const State&) const = default;

    const PricedVariant* find_variant(const VariantId& id) const;
    const PricedVariant* find_sku(std::string_view sku) const;
};
SHOP_DESCRIBE(State, status, title, slug, description, kind, tax_class, options, attributes,
              external, variants, categories, keys, request, requested_at, requests, refused,
              releasing)

void evolve(State&, const Created&, Time);
void evolve(State&, const DetailsChanged&, Time);
void evolve(State&, const KeysRequested&, Time);
void evolve(State&, const KeysRefused&, Time);
void evolve(State&, const EffectAnswered&, Time);
void evolve(State&, const SlugChanged&, Time);
void evolve(State&, const Published&, Time);
void evolve(State&, const Unpublished&, Time);
void evolve(State&, const Archived&, Time);
void evolve(State&, const VariantAdded&, Time);
void evolve(State&, const VariantChanged&, Time);
void evolve(State&, const VariantRemoved&, Time);
void evolve(State&, const PriceSet&, Time);
void evolve(State&, const PriceRemoved&, Time);
void evolve(State&, const CategoryAssigned&, Time);
void evolve(State&, const CategoryUnassigned&, Time);

// ---- Commands -----------------------------------------------------------------------------------
// All but Create answer kNotFound "unknown-product"; kConflict "version-mismatch" if
// expected_version is given and is not the stream's; kConflict "product-archived".

struct Create {
    static constexpr std::string_view kType = "CreateProduct";
    ProductId product;
    Created details;
    StreamId target() const { return product; }
};

struct ChangeDetails {
    static constexpr std::string_view kType = "ChangeProductDetails";
    ProductId product;
    DetailsChanged details;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
};

// At once for a draft; else as soon as the new slug's key is claimed.
struct ChangeSlug {
    static constexpr std::string_view kType = "ChangeProductSlug";
    ProductId product;
    std::string slug;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
};

// kConflict "nothing-to-sell" without a variant.
struct Publish {
    static constexpr std::string_view kType = "PublishProduct";
    ProductId product;
    std::string channel = "main";
    StreamId target() const { return product; }
};

struct Unpublish {
    static constexpr std::string_view kType = "UnpublishProduct";
    ProductId product;
    std::string channel = "main";
    StreamId target() const { return product; }
};

struct Archive {
    static constexpr std::string_view kType = "ArchiveProduct";
    ProductId product;
    StreamId target() const { return product; }
};

// An empty variant_id gets new_variant(product, sku); an empty inventory_item becomes that id.
struct AddVariant {
    static constexpr std::string_view kType = "AddVariant";
    ProductId product;
    Variant variant;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
};

struct ChangeVariant {
    static constexpr std::string_view kType = "ChangeVariant";
    ProductId product;
    Variant variant;  // found by its id; the SKU must stay
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
};

struct RemoveVariant {
    static constexpr std::string_view kType = "RemoveVariant";
    ProductId product;
    VariantId variant_id;
    StreamId target() const { return product; }
};

struct SetPrice {
    static constexpr std::string_view kType = "SetPrice";
    ProductId product;
    VariantId variant_id;
    Price price;
    Reason reason;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
};

struct RemovePrice {
    static constexpr std::string_view kType = "RemovePrice";
    ProductId product;
    VariantId variant_id;
    PriceKey key;
    Reason reason;
    StreamId target() const { return product; }
};

struct AssignCategory {
    static constexpr std::string_view kType = "AssignCategory";
    ProductId product;
    CategoryId category_id;
    StreamId target() const { return product; }
};

struct UnassignCategory {
    static constexpr std::string_view kType = "UnassignCategory";
    ProductId product;
    CategoryId category_id;
    StreamId target() const { return product; }
};

// Makes or changes a whole product as a catalog file tells it, and asks for its keys if it is not
// published yet. Variants the file does not name stay. No event if nothing differs.
struct Import {
    static constexpr std::string_view kType = "ImportProduct";
    ProductId product;
    Created details;
    std::vector<PricedVariant> variants;
    std::vector<CategoryId> categories;
    StreamId target() const { return product; }
};

// The answers to the product's request for keys.
struct RecordKeys {
    static constexpr std::string_view kType = "RecordKeys";
    ProductId product;
    std::int32_t request = 0;
    std::vector<unique_key::Key> in_use;  // none: all are claimed
    StreamId target() const { return product; }
};

// The keys of a refused request were let go.
struct RecordReleasedKeys {
    static constexpr std::string_view kType = "RecordReleasedKeys";
    ProductId product;
    std::int32_t request = 0;
    StreamId target() const { return product; }
};

using Command =
    std::variant<Create, ChangeDetails, ChangeSlug, Publish, Unpublish, Archive, AddVariant,
                 ChangeVariant, RemoveVariant, SetPrice, RemovePrice, AssignCategory,
                 UnassignCategory, Import, RecordKeys, RecordReleasedKeys>;

Result<Decision> decide(const Create&, const Streams&, const Env&);
Result<Decision> decide(const ChangeDetails&, const Streams&, const Env&);
Result<Decision> decide(const ChangeSlug&, const Streams&, const Env&);
Result<Decision> decide(const Publish&, const Streams&, const Env&);
Result<Decision> decide(const Unpublish&, const Streams&, const Env&);
Result<Decision> decide(const Archive&, const Streams&, const Env&);
Result<Decision> decide(const AddVariant&, const Streams&, const Env&);
Result<Decision> decide(const ChangeVariant&, const Streams&, const Env&);
Result<Decision> decide(const RemoveVariant&, const Streams&, const Env&);
Result<Decision> decide(const SetPrice&, const Streams&, const Env&);
Result<Decision> decide(const RemovePrice&, const Streams&, const Env&);
Result<Decision> decide(const AssignCategory&, const Streams&, const Env&);
Result<Decision> decide(const UnassignCategory&, const Streams&, const Env&);
Result<Decision> decide(const Import&, const Streams&, const Env&);
Result<Decision> decide(const RecordKeys&, const Streams&, const Env&);
Result<Decision> decide(const RecordReleasedKeys&, const Streams&, const Env&);

// ---- Ids ----------------------------------------------------------------------------------------

VariantId new_variant(const ProductId& product, std::string_view sku);
// The product a catalog file means by a slug.
ProductId imported_product(std::string_view slug);
EffectId claim_effect(const ProductId& product, std::int32_t request, const unique_key::Key& key);
EffectId release_effect(const ProductId& product, std::int32_t request, const unique_key::Key& key);

}  // namespace shop::product
