#include "core/cart/offer.hpp"

#include <utility>

#include "core/pricing/price.hpp"
#include "core/pricing/rules.hpp"

namespace shop::cart {

sale::PriceSource Offer::source() const {
    return pricing::source_of(*price, product->version);
}

bool is_catalog_priced(const sale::Line& line) {
    return line.price_source.source == sale::PriceSourceKind::kList ||
           line.price_source.source == sale::PriceSourceKind::kTier;
}

std::expected<Offer, Unavailability> find_offer(const sale::Line& line, const Wish& wish) {
    auto product = wish.catalog.find_product(line.product_id);
    if (product == nullptr || product->state.status != product::Status::kPublished)
        return std::unexpected(Unavailability::kUnpublished);
    const product::PricedVariant* variant = product->state.find_variant(line.variant_id);
    if (variant == nullptr) return std::unexpected(Unavailability::kRemoved);
    return offer_of(std::move(product), *variant, wish);
}

std::expected<Offer, Unavailability> offer_of(std::shared_ptr<const CatalogProduct> product,
                                              const product::PricedVariant& variant,
                                              const Wish& wish) {
    const auto settings = wish.catalog.settings();
    const pricing::Rules rules = pricing::rules_at(*settings, wish.now);
    const product::Price* price =
        pricing::choose_price(variant, {.currency = wish.cart.currency,
                                        .quantity = wish.quantity,
                                        .includes_tax = rules.store->document.prices_include_tax,
                                        .now = wish.now});
    if (price == nullptr || !pricing::is_within_limit(price->price, wish.quantity))
        return std::unexpected(Unavailability::kNoPrice);
    return Offer{std::move(product), &variant, price};
}

}  // namespace shop::cart
