// Decisions about a product's variants, their prices, and its categories.
#include <algorithm>
#include <utility>

#include "core/catalog/product_checks.hpp"
#include "core/catalog/product_keys.hpp"

namespace shop::product {
namespace {

std::unexpected<Error> unknown_variant() {
    return fail(ErrorCode::kNotFound, "unknown-variant", "The product has no such variant.");
}

shop::Status require_reason(const Reason& reason) {
    catalog::Checks checks;
    checks.line("/reason/code", reason.code, 1, kNameMax);
    checks.text("/reason/note", reason.note, 0, kValueMax);
    return checks.result();
}

Variant with_ids(const ProductId& product, Variant variant) {
    if (variant.variant_id.is_empty()) variant.variant_id = new_variant(product, variant.sku);
    if (variant.inventory_item.empty()) variant.inventory_item = variant.variant_id.to_string();
    return variant;
}

shop::Status check_new_variant(const State& state, const Variant& variant) {
    catalog::Checks checks;
    check_variant(checks, "", variant, state.options);
    check_distinct(checks, "", variant, state.variants);
    SHOP_TRY_STATUS(checks.result());
    if (state.variants.size() >= kVariantsMax)
        return fail(ErrorCode::kConflict, "too-many-variants",
                    "A product has at most 250 variants. Make another product.");
    const bool taken = state.find_sku(variant.sku) || state.find_variant(variant.variant_id);
    if (taken)
        return fail(ErrorCode::kConflict, "sku-in-use",
                    "The product has a variant with this SKU already.");
    return {};
}

}  // namespace

Result<Decision> decide(const AddVariant& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    Variant variant = with_ids(command.product, command.variant);
    SHOP_TRY_STATUS(check_new_variant(*state, variant));
    SHOP_TRY_STATUS(require_no_request(*state));
    Decision decision;
    unique_key::Key key = sku_key(variant.sku);
    if (state->status != Status::kPublished || state->owns(key))
        return decision.add(command.product, VariantAdded{std::move(variant), command.reason});
    return decision.add(command.product, KeysRequested{.request = state->requests + 1,
                                                       .keys = {std::move(key)},
                                                       .purpose = Purpose::kVariant,
                                                       .channel = "",
                                                       .variants = {{std::move(variant), {}}},
                                                       .reason = command.reason});
}

Result<Decision> decide(const ChangeVariant& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    const PricedVariant* known = state->find_variant(command.variant.variant_id);
    if (known == nullptr) return unknown_variant();
    Variant variant = with_ids(command.product, command.variant);
    catalog::Checks checks;
    checks.require(variant.sku == known->variant.sku, "/sku",
                   "must stay as it is; add another variant for another SKU");
    check_variant(checks, "", variant, state->options);
    check_distinct(checks, "", variant, state->variants);
    SHOP_TRY_STATUS(checks.result());
    Decision decision;
    if (variant != known->variant)
        decision.add(command.product, VariantChanged{std::move(variant), command.reason});
    return decision;
}

Result<Decision> decide(const RemoveVariant& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    if (state->find_variant(command.variant_id) == nullptr) return unknown_variant();
    const bool for_sale = state->status == Status::kPublished || state->request;
    if (for_sale && state->variants.size() == 1)
        return fail(ErrorCode::kConflict, "nothing-to-sell",
                    "It is the last variant of a published product. Unpublish the product first.");
    return Decision{}.add(command.product, VariantRemoved{command.variant_id, command.reason});
}

Result<Decision> decide(const SetPrice& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    const PricedVariant* known = state->find_variant(command.variant_id);
    if (known == nullptr) return unknown_variant();
    catalog::Checks checks;
    check_price(checks, "", command.price);
    SHOP_TRY_STATUS(checks.result());
    SHOP_TRY_STATUS(require_reason(command.reason));
    const auto at = std::ranges::find(known->prices, command.price.key, &Price::key);
    Decision decision;
    if (at != known->prices.end() && *at == command.price) return decision;
    if (at == known->prices.end() && known->prices.size() >= kPricesMax)
        return fail(ErrorCode::kConflict, "too-many-prices",
                    "A variant has at most 50 prices. Remove one that no longer counts.");
    return decision.add(command.product,
                        PriceSet{command.variant_id, command.price, command.reason});
}

Result<Decision> decide(const RemovePrice& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    const PricedVariant* known = state->find_variant(command.variant_id);
    if (known == nullptr) return unknown_variant();
    SHOP_TRY_STATUS(require_reason(command.reason));
    if (std::ranges::find(known->prices, command.key, &Price::key) == known->prices.end())
        return fail(ErrorCode::kNotFound, "unknown-price", "The variant has no such price.");
    return Decision{}.add(command.product,
                          PriceRemoved{command.variant_id, command.key, command.reason});
}

Result<Decision> decide(const AssignCategory& command, const Streams& streams, const Env& env) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    if (!is_category(command.category_id, env.catalog))
        return fail(ErrorCode::kNotFound, "unknown-category", "There is no such category.");
    Decision decision;
    if (std::ranges::count(state->categories, command.category_id) > 0) return decision;
    if (state->categories.size() >= kCategoriesMax)
        return fail(ErrorCode::kConflict, "too-many-categories",
                    "A product has at most 20 categories. Take it out of another one first.");
    return decision.add(command.product, CategoryAssigned{command.category_id});
}

Result<Decision> decide(const UnassignCategory& command, const Streams& streams, const Env&) {
    SHOP_TRY(state, find_changeable(command.product, command.expected_version, streams));
    Decision decision;
    if (std::ranges::count(state->categories, command.category_id) > 0)
        decision.add(command.product, CategoryUnassigned{command.category_id});
    return decision;
}

}  // namespace shop::product
