// Exact facet counts from few rows: Postgres counts how many matching products share each
// combination of facet values (facet_set), whether they are in stock and in the price range; what
// the filters make of that is computed here. So one count serves every choice of filters. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/money.hpp"
#include "projections/storefront/category_tree.hpp"
#include "projections/storefront/facets.hpp"
#include "projections/storefront/list_query.hpp"

namespace shop::projections::storefront {

struct FacetCount {
    std::shared_ptr<const FacetSet> set;  // shared with the cache it was found in
    bool in_stock = false;
    bool in_range = false;  // of price_min and price_max
    std::int64_t products = 0;
};

struct FacetResult {
    std::int64_t total = 0;  // products that pass all filters
    // {"category":[{"value","label","count"}],"color":…,"material":…,"price":…,"in_stock":…}: each
    // facet counted under all the *other* facets' filters, most frequent values first. Values that
    // are filtered by are always there.
    std::string json;
};

FacetResult count_facets(const std::vector<FacetCount>& counts, const Filters& filters,
                         const CategoryTree& categories, Currency currency);

}  // namespace shop::projections::storefront
