// What the catalog offers for a line of a cart, now. Pure.
#pragma once

#include <expected>
#include <memory>

#include "core/cart/cart.hpp"
#include "core/cart/check.hpp"
#include "core/catalog/catalog.hpp"

namespace shop::cart {

// A published variant and its price. The pointers live as long as `product`.
struct Offer {
    std::shared_ptr<const CatalogProduct> product;
    const product::PricedVariant* variant = nullptr;
    const product::Price* price = nullptr;

    sale::PriceSource source() const;
};

// True if the line's price is the catalog's, and so moves with it.
bool is_catalog_priced(const sale::Line& line);

// What is asked for: `quantity` of a variant, in the currency of `cart`, at `now`.
struct Wish {
    const State& cart;
    std::int64_t quantity = 0;
    const Catalog& catalog;
    Time now;
};

// The offer for the line's variant; in place of the line's own quantity, the wish's counts. A price
// whose amount would exceed kMoneyMax is none.
std::expected<Offer, Unavailability> find_offer(const sale::Line& line, const Wish& wish);

// The same for a variant of `product`, which is published.
std::expected<Offer, Unavailability> offer_of(std::shared_ptr<const CatalogProduct> product,
                                              const product::PricedVariant& variant,
                                              const Wish& wish);

}  // namespace shop::cart
