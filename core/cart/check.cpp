#include "core/cart/check.hpp"

#include "core/cart/offer.hpp"

namespace shop::cart {

Differences differences(const State& cart, const Catalog& catalog, Time now) {
    Differences found;
    for (const sale::Line& line : cart.lines) {
        const auto offer = find_offer(line, {cart, line.quantity, catalog, now});
        // A price that was agreed with the shopper is bought at that, as long as the goods are
        // sold.
        const bool own_price = !is_catalog_priced(line);
        if (!offer) {
            if (own_price && offer.error() == Unavailability::kNoPrice) continue;
            found.unavailable.push_back({line.line_id, line.sku, offer.error()});
        } else if (!own_price && offer->price->price != line.unit_price) {
            found.repriced.push_back(
                {line.line_id, line.unit_price, offer->price->price, offer->source()});
        }
    }
    return found;
}

}  // namespace shop::cart
