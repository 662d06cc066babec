// What differs between a cart's lines and the catalog now. A checkout asks it before it freezes the
// quote; Reprice records what moved. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/time.hpp"
#include "core/cart/cart.hpp"
#include "core/catalog/catalog.hpp"

namespace shop::cart {

enum class Unavailability {
    kUnpublished,  // the product is not sold (any more)
    kRemoved,      // the variant is gone
    kNoPrice,      // it has no price in the cart's currency, for that quantity, now
};
SHOP_DESCRIBE_ENUM(Unavailability, kUnpublished, kRemoved, kNoPrice)

// A line that cannot be bought as it is.
struct UnavailableLine {
    LineId line_id;
    std::string sku;
    Unavailability reason = Unavailability::kUnpublished;
    bool operator==(const UnavailableLine&) const = default;
};
SHOP_DESCRIBE(UnavailableLine, line_id, sku, reason)

struct Differences {
    std::vector<RepricedLine> repriced;  // what Repriced would say; lines that can be bought
    std::vector<UnavailableLine> unavailable;
    bool operator==(const Differences&) const = default;
    bool none() const { return repriced.empty() && unavailable.empty(); }
};

// In the order of the cart's lines. Lines whose price does not come from the catalog (agreed,
// override, import) never move. To quote the cart at today's prices, fold
// Repriced{kPrice, differences.repriced} into a copy of it.
Differences differences(const State& cart, const Catalog& catalog, Time now);

}  // namespace shop::cart
