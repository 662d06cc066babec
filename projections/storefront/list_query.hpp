// What a shopper asks of the product list, and what comes back.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/money.hpp"

namespace shop::projections::storefront {

enum class Sort { kRelevance, kPrice, kPriceDesc, kNewest, kName };
SHOP_DESCRIBE_ENUM(Sort, kRelevance, kPrice, kPriceDesc, kNewest, kName)

// Values of one facet are alternatives; facets narrow each other. Empty: not narrowed.
struct Filters {
    std::vector<std::string> categories;  // slugs; a category includes those below it
    std::vector<std::string> colors;
    std::vector<std::string> materials;
    std::int64_t price_min = 0;  // minor units, inclusive, as is price_max
    std::int64_t price_max = std::numeric_limits<std::int64_t>::max();
    bool in_stock = false;  // only what can be had now

    bool has_price() const {
        return price_min > 0 || price_max < std::numeric_limits<std::int64_t>::max();
    }
};

// Sort key and product of the last item seen.
struct ListKey {
    std::string value;
    std::string product_id;
};

struct ListQuery {
    Currency currency;
    std::string text;  // what was typed; empty: everything
    Filters filters;
    Sort sort = Sort::kNewest;  // kRelevance without text means kNewest
    std::optional<ListKey> after;
    int limit = 24;
};

struct ProductList {
    std::string items;   // JSON array
    std::string facets;  // JSON object
    std::int64_t total = 0;
    std::optional<ListKey> next;         // none: this was the last page
    std::string corrected;               // what was searched for instead of a typo; or empty
    std::vector<std::uint64_t> depends;  // names of generations.hpp
};

}  // namespace shop::projections::storefront
