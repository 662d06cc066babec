// How product decisions ask for keys; the claims themselves are effects (core/effect.hpp).
#pragma once

#include <string>
#include <vector>

#include "core/catalog/product.hpp"
#include "core/decision.hpp"

namespace shop::product {

unique_key::Key slug_key(std::string_view slug);
unique_key::Key sku_key(std::string_view sku);

// Those of `keys` that the product does not own yet, in their order.
std::vector<unique_key::Key> missing_keys(const State& state, std::vector<unique_key::Key> keys);

// Slug and SKUs of the product as it is.
std::vector<unique_key::Key> keys_to_publish(const State& state);

// kConflict "keys-under-way" while a request has no answer.
shop::Status require_no_request(const State& state);

// Publishes at once if no key is missing, else asks for those that are. `state` has no request, or
// misses no key.
void publish_or_request(Decision& decision, const ProductId& product, const State& state,
                        const Published& published);

// The product, if it may be changed: the errors that all commands share (product.hpp).
Result<const State*> find_changeable(const ProductId& product,
                                     const std::optional<std::uint64_t>& expected_version,
                                     const Streams& streams);

}  // namespace shop::product
