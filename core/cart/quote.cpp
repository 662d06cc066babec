#include "core/cart/quote.hpp"

#include <algorithm>
#include <utility>

#include "core/pricing/rules.hpp"
#include "core/pricing/shipping.hpp"
#include "core/pricing/tax.hpp"
#include "core/pricing/totals.hpp"

namespace shop::cart {
namespace {

std::vector<pricing::PricedOption> options_under(const State& cart, const pricing::Rules& rules) {
    const std::string& country = rules.country_or_home(cart.destination());
    const auto weight = pricing::weight_of(cart.lines);
    if (!weight || !rules.delivers_to(country)) return {};
    Money subtotal{0, cart.currency};
    for (const sale::Line& line : cart.lines)
        subtotal += pricing::amount_of(line, rules.tax->document.rounding);
    return pricing::options_for(rules.shipping->document, {country, *weight, subtotal});
}

std::optional<sale::ShippingChoice> chosen_under(const State& cart, const pricing::Rules& rules) {
    if (!cart.shipping) return std::nullopt;
    for (const pricing::PricedOption& option : options_under(cart, rules))
        if (option.rate->id == cart.shipping->option_id)
            return sale::ShippingChoice{option.rate->id, option.rate->title,
                                        rules.shipping->version, option.price};
    return std::nullopt;
}

sale::Line line_for(const CartId& id, const sale::ShippingChoice& choice,
                    const pricing::Rules& rules) {
    sale::Line line;
    line.line_id = shipping_line(id);
    line.kind = sale::LineKind::kShipping;
    line.sku = choice.option_id;
    line.title = choice.title;
    line.quantity = 1;
    line.unit_price = {choice.price, {}};
    line.price_source = {sale::PriceSourceKind::kList, "shipping/" + choice.option_id,
                         choice.rules_version};
    line.tax_class = rules.tax->document.shipping_class;
    return line;
}

}  // namespace

Quote quote_of(const CartId& id, const State& cart, const CatalogSettings& settings, Time now) {
    const pricing::Rules rules = pricing::rules_at(settings, now);
    Quote quote{.lines = cart.lines,
                .shipping_line = {},
                .shipping = chosen_under(cart, rules),
                .terms = rules.terms(cart.currency),
                .totals = {}};
    // The shipping line is one of the sale's lines: rounding at the order covers it too.
    if (quote.shipping) quote.lines.push_back(line_for(id, *quote.shipping, rules));
    const bool inclusive = quote.terms.prices_include_tax;
    pricing::apply_tax(quote.lines, {.tax = rules.tax->document,
                                     .country = rules.country_or_home(cart.destination()),
                                     .prices_include_tax = inclusive});
    quote.totals = pricing::totals_of(quote.lines, cart.currency, inclusive);
    if (quote.shipping) {
        quote.shipping_line = std::move(quote.lines.back());
        quote.lines.pop_back();
    }
    return quote;
}

LineId shipping_line(const CartId& cart) {
    return LineId::derive(cart.slot(), {"shipping", cart.to_string()});
}

std::vector<ShippingOption> shipping_options(const State& cart, const CatalogSettings& settings,
                                             Time now) {
    std::vector<ShippingOption> options;
    for (const pricing::PricedOption& option :
         options_under(cart, pricing::rules_at(settings, now)))
        options.push_back({option.rate->id, option.rate->title, option.price});
    return options;
}

}  // namespace shop::cart
