// A mug to try decisions on.
#pragma once

#include "core/catalog/product.hpp"
#include "core/effect.hpp"
#include "tests/support/given.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::product {

inline const ProductId kMug = ProductId::derive({"mug"});
inline const VariantId kRedId = new_variant(kMug, "MUG-RED");

inline Created mug_details() {
    return {.title = "Mug",
            .slug = "mug",
            .description = "Holds tea.",
            .options = {"color"},
            .attributes = {{"material", "Ceramic"}}};
}

// Without ids: those are given by the decision.
inline Variant variant(const std::string& sku, const std::string& color) {
    return {.sku = sku, .option_values = {{"color", color}}, .weight_g = 300};
}

// With the ids a decision gives it.
inline Variant known(Variant variant) {
    variant.variant_id = new_variant(kMug, variant.sku);
    variant.inventory_item = variant.variant_id.to_string();
    return variant;
}

inline unique_key::Key slug(const std::string& value) {
    return {unique_key::Scope::kSlug, value};
}
inline unique_key::Key sku(const std::string& value) {
    return {unique_key::Scope::kSku, value};
}

// A draft with a red variant.
inline tests::Scenario draft() {
    return tests::given(
        tests::on(kMug, mug_details(), VariantAdded{known(variant("MUG-RED", "red"))}));
}

// The same, published.
inline tests::Scenario published() {
    tests::Scenario scenario = draft();
    scenario.when(Publish{kMug}).when(RecordKeys{kMug, 1, {}});
    return scenario;
}

inline const State& mug(const tests::Scenario& scenario) {
    return scenario.state<State>(kMug);
}

}  // namespace shop::product
