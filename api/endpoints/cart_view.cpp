#include "api/endpoints/cart_view.hpp"

#include <algorithm>
#include <utility>

#include "core/checkout/checkout.hpp"

namespace shop::api {
namespace {

CartLineView view_of(sale::Line line) {
    Money tax{0, line.net.currency};
    for (const sale::TaxLine& part : line.tax) tax += part.amount;
    return {.id = line.line_id,
            .sku = std::move(line.sku),
            .title = std::move(line.title),
            .options = std::move(line.options),
            .quantity = line.quantity,
            .unit = std::move(line.unit),
            .unit_price = line.unit_price.money,
            .precise_price = line.unit_price.precise,
            .list_price = line.list_price,
            .net = line.net,
            .tax = tax,
            .gross = line.gross,
            .discounts = std::move(line.discounts),
            .product_id = line.product_id,
            .variant_id = line.variant_id,
            .unavailable = {}};
}

// Of a cart that can still be bought.
void mark_unavailable(std::vector<CartLineView>& lines, const CartMoment& cart,
                      const Catalog& catalog) {
    for (const auto& gone : cart::differences(cart.state, catalog, cart.now).unavailable)
        std::ranges::find(lines, gone.line_id, &CartLineView::id)->unavailable = gone.reason;
}

std::optional<std::string> text_or_nothing(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

}  // namespace

Result<CartView> view_of(const CartMoment& cart, const Catalog& catalog, const KeyStore& keys) {
    const cart::State& state = cart.state;
    SHOP_TRY(contact, contact_view(keys, state.contact));
    SHOP_TRY(shipping_address, address_view(keys, state.shipping_address));
    SHOP_TRY(billing_address, address_view(keys, state.billing_address));
    cart::Quote quote = cart::quote_of(cart.id, state, *catalog.settings(), cart.now);
    CartView view{.id = cart.id,
                  .version = cart.version,
                  .status = cart::is_over(state, cart.now) ? cart::Status::kExpired : state.status,
                  .currency = state.currency,
                  .prices_include_tax = quote.terms.prices_include_tax,
                  .contact = std::move(contact),
                  .shipping_address = std::move(shipping_address),
                  .billing_address = std::move(billing_address),
                  .totals = std::move(quote.totals),
                  .country = text_or_nothing(state.country),
                  .locale = text_or_nothing(state.locale),
                  .changed_at = state.changed_at};
    view.lines.reserve(quote.lines.size());
    for (sale::Line& line : quote.lines) view.lines.push_back(view_of(std::move(line)));
    if (view.status == cart::Status::kOpen) mark_unavailable(view.lines, cart, catalog);
    if (quote.shipping)
        view.shipping_option = cart::ShippingOption{quote.shipping->option_id,
                                                    quote.shipping->title, quote.shipping->price};
    if (state.status == cart::Status::kCheckingOut || state.status == cart::Status::kCompleted)
        view.order_id = checkout::order_of(cart.id);
    return view;
}

}  // namespace shop::api
