// What may stand in a product: limits and shapes of its parts. Each check adds to `checks` what is
// wrong, with pointers below `at` ("" or "/variants/0").
#pragma once

#include <string>
#include <vector>

#include "core/catalog/product.hpp"
#include "core/catalog/rules.hpp"

namespace shop {
class Catalog;
}

namespace shop::product {

// `catalog` may be nullptr: then any tax class will do.
void check_details(catalog::Checks& checks, const std::string& at, const DetailsChanged& details,
                   const Catalog* catalog);
void check_sku(catalog::Checks& checks, const std::string& pointer, std::string_view sku);
void check_variant(catalog::Checks& checks, const std::string& at, const Variant& variant,
                   const std::vector<std::string>& options);
void check_price(catalog::Checks& checks, const std::string& at, const Price& price);
void check_price_key(catalog::Checks& checks, const std::string& at, const PriceKey& key);

// No two variants share all of their option values: a shopper could not tell them apart.
void check_distinct(catalog::Checks& checks, const std::string& pointer, const Variant& variant,
                    const std::vector<PricedVariant>& others);

// Whether there is such a category. Every process knows those of all partitions, a moment late.
bool is_category(const CategoryId& id, const Catalog* catalog);

// The details of a new product as changes to nothing.
DetailsChanged as_changes(const Created& details);

// What of `details` differs from the product as it is.
DetailsChanged changes_to(const State& state, DetailsChanged details);

}  // namespace shop::product
