// A product: what is sold, its variants, their prices.
//
// draft → published ⇄ unpublished → archived. Slug and SKUs are unique in the shop: before a
// product is published, changes its slug, or gets another variant while it is published, it
// requests their keys (core/catalog/unique_key.hpp), which it then owes as effects; the answers
// publish it, or tell which keys are in use. A draft claims nothing.
//
// Keys that were claimed are kept for good: by a removed variant, by the slug before (it
// redirects), by an archived product. So an old order's SKU and an old link never mean something
// else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/catalog/product_events.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::product {

// ---- State --------------------------------------------------------------------------------------

enum class Status { kDraft, kPublished, kUnpublished, kArchived };
SHOP_DESCRIBE_ENUM(Status, kDraft, kPublished, kUnpublished, kArchived)

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
    bool owns(const unique_key::Key& key) const;
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
// expected_version is given and is not the stream's; kConflict "product-archived"; and what needs
// keys kConflict "keys-under-way" while an earlier request has no answer.

// kConflict "product-exists" if the id is taken.
struct Create {
    static constexpr std::string_view kType = "CreateProduct";
    ProductId product;
    Created details;
    StreamId target() const { return product; }
    bool operator==(const Create&) const = default;
};
SHOP_DESCRIBE(Create, product, details)

struct ChangeDetails {
    static constexpr std::string_view kType = "ChangeProductDetails";
    ProductId product;
    DetailsChanged details;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
    bool operator==(const ChangeDetails&) const = default;
};
SHOP_DESCRIBE(ChangeDetails, product, details, expected_version)

// At once if the product has no keys yet, or has this one; else as soon as the new slug's key is
// claimed.
struct ChangeSlug {
    static constexpr std::string_view kType = "ChangeProductSlug";
    ProductId product;
    std::string slug;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
    bool operator==(const ChangeSlug&) const = default;
};
SHOP_DESCRIBE(ChangeSlug, product, slug, expected_version)

// kConflict "nothing-to-sell" without a variant. No event if it is published, or about to be.
struct Publish {
    static constexpr std::string_view kType = "PublishProduct";
    ProductId product;
    std::string channel = "main";
    Reason reason;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return product; }
    bool operator==(const Publish&) const = default;
};
SHOP_DESCRIBE(Publish, product, channel, reason, expected_version)

// Also takes back a request to publish that has no answer yet.
struct Unpublish {
    static constexpr std::string_view kType = "UnpublishProduct";
    ProductId product;
    std::string channel = "main";
    Reason reason;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return product; }
    bool operator==(const Unpublish&) const = default;
};
SHOP_DESCRIBE(Unpublish, product, channel, reason, expected_version)

struct Archive {
    static constexpr std::string_view kType = "ArchiveProduct";
    ProductId product;
    Reason reason;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return product; }
    bool operator==(const Archive&) const = default;
};
SHOP_DESCRIBE(Archive, product, reason, expected_version)

// At once unless the product is published; then as soon as the SKU's key is claimed. kConflict
// "sku-in-use" if the product has it. An empty variant_id gets new_variant(product, sku); an empty
// inventory_item becomes that id.
struct AddVariant {
    static constexpr std::string_view kType = "AddVariant";
    ProductId product;
    Variant variant;
    std::optional<std::uint64_t> expected_version;
    Reason reason;
    StreamId target() const { return product; }
    bool operator==(const AddVariant&) const = default;
};
SHOP_DESCRIBE(AddVariant, product, variant, expected_version, reason)

// kNotFound "unknown-variant", as RemoveVariant, SetPrice and RemovePrice.
struct ChangeVariant {
    static constexpr std::string_view kType = "ChangeVariant";
    ProductId product;
    Variant variant;  // found by its id; the SKU must stay
    std::optional<std::uint64_t> expected_version;
    Reason reason;
    StreamId target() const { return product; }
    bool operator==(const ChangeVariant&) const = default;
};
SHOP_DESCRIBE(ChangeVariant, product, variant, expected_version, reason)

// kConflict "nothing-to-sell" for the last one of a published product.
struct RemoveVariant {
    static constexpr std::string_view kType = "RemoveVariant";
    ProductId product;
    VariantId variant_id;
    Reason reason;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return product; }
    bool operator==(const RemoveVariant&) const = default;
};
SHOP_DESCRIBE(RemoveVariant, product, variant_id, reason, expected_version)

struct SetPrice {
    static constexpr std::string_view kType = "SetPrice";
    ProductId product;
    VariantId variant_id;
    Price price;
    Reason reason;
    std::optional<std::uint64_t> expected_version;
    StreamId target() const { return product; }
    bool operator==(const SetPrice&) const = default;
};
SHOP_DESCRIBE(SetPrice, product, variant_id, price, reason, expected_version)

// kNotFound "unknown-price".
struct RemovePrice {
    static constexpr std::string_view kType = "RemovePrice";
    ProductId product;
    VariantId variant_id;
    PriceKey key;
    Reason reason;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return product; }
    bool operator==(const RemovePrice&) const = default;
};
SHOP_DESCRIBE(RemovePrice, product, variant_id, key, reason, expected_version)

struct AssignCategory {
    static constexpr std::string_view kType = "AssignCategory";
    ProductId product;
    CategoryId category_id;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return product; }
    bool operator==(const AssignCategory&) const = default;
};
SHOP_DESCRIBE(AssignCategory, product, category_id, expected_version)

struct UnassignCategory {
    static constexpr std::string_view kType = "UnassignCategory";
    ProductId product;
    CategoryId category_id;
    std::optional<std::uint64_t> expected_version = {};
    StreamId target() const { return product; }
    bool operator==(const UnassignCategory&) const = default;
};
SHOP_DESCRIBE(UnassignCategory, product, category_id, expected_version)

// A variant as a catalog file tells it: found by its SKU. What is not told stays as it is.
struct ImportedVariant {
    std::string sku;
    std::optional<std::map<std::string, std::string>> option_values;
    std::optional<std::string> barcode;
    std::optional<std::int64_t> weight_g;
    std::vector<Price> prices;  // others stay
    bool operator==(const ImportedVariant&) const = default;
};
SHOP_DESCRIBE(ImportedVariant, sku, option_values, barcode, weight_g, prices)

// Makes or changes a whole product as a catalog file tells it, and asks for its keys if it was
// never published (unless it shall stay a draft). What the file does not tell stays, and so do
// variants it does not name; an attribute told with an empty value is taken away. No event if
// nothing differs.
struct Import {
    static constexpr std::string_view kType = "ImportProduct";
    ProductId product;
    std::string slug;  // of a new product; later the owner may have changed it
    DetailsChanged details;
    std::vector<ImportedVariant> variants;
    std::optional<std::vector<CategoryId>> categories;  // all of the product's
    bool publish = true;  // else one that was never published stays a draft
    StreamId target() const { return product; }
    bool operator==(const Import&) const = default;
};
SHOP_DESCRIBE(Import, product, slug, details, variants, categories, publish)

// The answers to the product's request for keys.
struct RecordKeys {
    static constexpr std::string_view kType = "RecordKeys";
    ProductId product;
    std::int32_t request = 0;
    std::vector<unique_key::Key> in_use;  // none: all are claimed
    StreamId target() const { return product; }
    bool operator==(const RecordKeys&) const = default;
};
SHOP_DESCRIBE(RecordKeys, product, request, in_use)

// The keys of a refused request were let go.
struct RecordReleasedKeys {
    static constexpr std::string_view kType = "RecordReleasedKeys";
    ProductId product;
    std::int32_t request = 0;
    StreamId target() const { return product; }
    bool operator==(const RecordReleasedKeys&) const = default;
};
SHOP_DESCRIBE(RecordReleasedKeys, product, request)

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
