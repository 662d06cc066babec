// What the storefront shows of a product: rows for lists and search, the page, the words it is
// found by. Pure functions of the product's folded state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/catalog/product.hpp"
#include "projections/storefront/facets.hpp"

namespace shop::projections::storefront {

// A row of `listing`.
struct Listing {
    Currency currency;
    std::int64_t price = 0;  // the lowest of its variants
    FacetSet facets;
    std::string card;  // JSON, open at the end
};

// A row of `page`.
struct Page {
    Currency currency;  // empty: no price
    std::string head;
    std::vector<std::string> variants;
    std::vector<std::string> stock_ids;  // one per variant; empty: not stocked
    std::string tail;
};

// The currencies in which at least one variant has a list price.
std::vector<Currency> currencies_of(const product::State& state, Time now);

// What one unit of the variant costs whoever comes along: of the base list, in force now, for the
// smallest quantity; of several, as a cart takes it (core/pricing/price.hpp). nullptr if there is
// none.
const product::Price* list_price(const product::PricedVariant& variant, Currency currency,
                                 Time now);

// When the list price of a variant may change by itself the next time; nothing if never.
std::optional<Time> prices_until(const product::State& state, Time now);

// The stock it draws on; empty for a digital product.
std::string stock_of(const product::State& state, const product::Variant& variant);

// In which currency, and with the prices of which moment.
struct Showing {
    Currency currency;  // one of currencies_of, or none
    Time now;
};
Listing listing_of(const ProductId& id, const product::State& state, const Showing& showing);
Page page_of(const ProductId& id, const product::State& state, std::uint64_t version,
             const Showing& showing);

// Text for the index, by weight: SKUs and barcodes; attribute and option values.
std::string codes_of(const product::State& state);
std::string attributes_of(const product::State& state);

// Lower-case words of title and attributes, sorted, each once: what typos are compared with.
std::vector<std::string> words_of(const product::State& state);

}  // namespace shop::projections::storefront
