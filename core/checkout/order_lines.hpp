// The lines of an order that has no cart. Pure.
#pragma once

#include <vector>

#include "core/checkout/checkout.hpp"
#include "core/decision.hpp"
#include "core/pricing/rules.hpp"

namespace shop::checkout {

// As they are sold: priced in `currency` and taxed under `rules`. Those of LineTax::kNone have no
// tax: staff say so, which is told as a rate of 0; of what an import brings, nobody knows. kInvalid
// names each line that is wrong, and why.
Result<std::vector<sale::Line>> lines_of(const PlaceOrder& command, Currency currency,
                                         const pricing::Rules& rules, const Env& env);

}  // namespace shop::checkout
