#include "core/payment/provider.hpp"

#include <algorithm>

namespace shop::payment {

std::string refusal_of(const Capabilities& can, const Money& amount) {
    const Currency& currency = amount.currency;
    const bool is_known = can.currencies.empty() ||
                          std::ranges::find(can.currencies, currency) != can.currencies.end();
    if (!is_known || currency.exponent() > can.exponent_max)
        return "does not take " + std::string(currency.view());
    if (amount.minor_units < can.amount_min)
        return "takes no less than " + to_string(Money{can.amount_min, currency});
    if (amount.minor_units > can.amount_max)
        return "takes no more than " + to_string(Money{can.amount_max, currency});
    return {};
}

std::string reference_of(const ProviderResult& result) {
    return std::visit(
        []<class Of>(const Of& of) -> std::string {
            if constexpr (requires { of.reference; })
                return of.reference;
            else
                return {};
        },
        result.of);
}

}  // namespace shop::payment
