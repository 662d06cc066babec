// Sums of taxed lines. Pure.
//
//   prices without tax   total = items − discount + shipping + surcharges + tax
//   prices with tax      total = items − discount + shipping + surcharges; tax says what is in it
//
// In both, total = Σ gross and tax = Σ tax amounts, to the minor unit: nothing is rounded here.
#pragma once

#include <span>

#include "core/base/money.hpp"
#include "core/sale/values.hpp"

namespace shop::pricing {

// items, shipping and surcharges are those before discounts. tax_lines sums per jurisdiction,
// class, rate and exemption, in the order of their first line.
sale::Totals totals_of(std::span<const sale::Line> lines, Currency currency,
                       bool prices_include_tax);

}  // namespace shop::pricing
