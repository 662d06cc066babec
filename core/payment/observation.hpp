// What a provider's result says about a payment as we know it, and nothing about what follows from
// it for the order (decide.cpp).
#pragma once

#include <vector>

#include "core/payment/payment.hpp"

namespace shop::payment {

// The payment's own events for that result; none if it is known already, is older than what we
// know, or tells nothing. Status goes forward only, but for declined → authorized.
std::vector<Event> observe(const State& payment, const ProviderResult& result, Time now);

// The result is about another operation at the provider than the one this payment is known by.
bool names_other_reference(const State& payment, const ProviderResult& result);

}  // namespace shop::payment
