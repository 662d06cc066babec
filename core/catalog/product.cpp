#include "core/catalog/product.hpp"

#include <algorithm>

namespace shop::product {
namespace {

PricedVariant* find_variant(State& state, const VariantId& id) {
    const auto at = std::ranges::find_if(state.variants, [&](const PricedVariant& priced) {
        return priced.variant.variant_id == id;
    });
    return at == state.variants.end() ? nullptr : &*at;
}

// The request's keys are claimed: the product owns them from now on.
void grant_keys(State& state) {
    state.keys.insert(state.keys.end(), state.request->keys.begin(), state.request->keys.end());
    state.request.reset();
}

void let_keys_go(State& state, Time time) {
    state.releasing.push_back({state.request->request, std::move(state.request->keys), time});
    state.request.reset();
}

bool asks_for(const State& state, Purpose purpose) {
    return state.request && state.request->purpose == purpose;
}

bool asks_to_add(const State& state, std::string_view sku) {
    return asks_for(state, Purpose::kVariant) &&
           std::ranges::any_of(state.request->variants, [&](const PricedVariant& priced) {
               return priced.variant.sku == sku;
           });
}

}  // namespace

const PricedVariant* State::find_variant(const VariantId& id) const {
    const auto at = std::ranges::find_if(
        variants, [&](const PricedVariant& priced) { return priced.variant.variant_id == id; });
    return at == variants.end() ? nullptr : &*at;
}

const PricedVariant* State::find_sku(std::string_view sku) const {
    const auto at = std::ranges::find_if(
        variants, [&](const PricedVariant& priced) { return priced.variant.sku == sku; });
    return at == variants.end() ? nullptr : &*at;
}

bool State::owns(const unique_key::Key& key) const {
    return std::ranges::find(keys, key) != keys.end();
}

void evolve(State& state, const Created& event, Time) {
    state.title = event.title;
    state.slug = event.slug;
    state.description = event.description;
    state.kind = event.kind;
    state.tax_class = event.tax_class;
    state.options = event.options;
    state.attributes = event.attributes;
    state.external = event.external;
}

void evolve(State& state, const DetailsChanged& event, Time) {
    if (event.title) state.title = *event.title;
    if (event.description) state.description = *event.description;
    if (event.tax_class) state.tax_class = *event.tax_class;
    if (event.options) state.options = *event.options;
    if (event.attributes) state.attributes = *event.attributes;
}

void evolve(State& state, const KeysRequested& event, Time time) {
    state.request = event;
    state.requested_at = time;
    state.requests = event.request;
    state.refused.reset();
}

void evolve(State& state, const KeysRefused& event, Time time) {
    state.refused = event;
    if (state.request) let_keys_go(state, time);
}

void evolve(State& state, const EffectAnswered& event, Time) {
    std::erase_if(state.releasing,
                  [&](const Releasing& gone) { return gone.request == event.request; });
}

void evolve(State& state, const SlugChanged& event, Time) {
    state.slug = event.slug;
    const unique_key::Key key{unique_key::Scope::kSlug, event.slug};
    const bool was_asked_for =
        asks_for(state, Purpose::kSlug) && std::ranges::count(state.request->keys, key) > 0;
    if (was_asked_for) grant_keys(state);
}

void evolve(State& state, const Published&, Time) {
    state.status = Status::kPublished;
    if (asks_for(state, Purpose::kPublish)) grant_keys(state);
}

void evolve(State& state, const Unpublished&, Time) {
    state.status = Status::kUnpublished;
}

void evolve(State& state, const Archived&, Time time) {
    state.status = Status::kArchived;
    if (state.request) let_keys_go(state, time);
}

void evolve(State& state, const VariantAdded& event, Time) {
    if (asks_to_add(state, event.variant.sku)) grant_keys(state);
    state.variants.push_back({event.variant, {}});
}

void evolve(State& state, const VariantChanged& event, Time) {
    if (PricedVariant* own = find_variant(state, event.variant.variant_id))
        own->variant = event.variant;
}

void evolve(State& state, const VariantRemoved& event, Time) {
    std::erase_if(state.variants, [&](const PricedVariant& priced) {
        return priced.variant.variant_id == event.variant_id;
    });
}

void evolve(State& state, const PriceSet& event, Time) {
    PricedVariant* own = find_variant(state, event.variant_id);
    if (own == nullptr) return;
    const PriceKey& key = event.price.key;
    const auto at = std::ranges::lower_bound(own->prices, key, {}, &Price::key);
    if (at != own->prices.end() && at->key == key)
        *at = event.price;
    else
        own->prices.insert(at, event.price);
}

void evolve(State& state, const PriceRemoved& event, Time) {
    if (PricedVariant* own = find_variant(state, event.variant_id))
        std::erase_if(own->prices, [&](const Price& price) { return price.key == event.key; });
}

void evolve(State& state, const CategoryAssigned& event, Time) {
    state.categories.push_back(event.category_id);
}

void evolve(State& state, const CategoryUnassigned& event, Time) {
    std::erase(state.categories, event.category_id);
}

VariantId new_variant(const ProductId& product, std::string_view sku) {
    return VariantId::derive(product.slot(), {"variant", product.to_string(), sku});
}

ProductId imported_product(std::string_view slug) {
    return ProductId::derive({"imported product", slug});
}

EffectId claim_effect(const ProductId& product, std::int32_t request, const unique_key::Key& key) {
    return EffectId::derive(product.slot(), {product.to_string(), "claim", std::to_string(request),
                                             enum_name(key.scope), key.value});
}

EffectId release_effect(const ProductId& product, std::int32_t request,
                        const unique_key::Key& key) {
    return EffectId::derive(
        product.slot(),
        {product.to_string(), "release", std::to_string(request), enum_name(key.scope), key.value});
}

}  // namespace shop::product
