// Tax of a sale's lines, by the destination's country and the line's class. Pure.
//
// The price on the label is what is paid: with inclusive prices the gross is fixed, and the tax in
// it is that of the destination; for a country without tax the whole of it is net. With exclusive
// prices the net is fixed and the tax is added. With a = price · quantity − discounts, rate r:
//
//   exclusive   net = a            tax = round(a · r)              gross = a + tax
//   inclusive   gross = a          tax = round(a · r / (1 + r))    net = a − tax
//
// (Council Directive 2006/112/EC, articles 73 and 78: tax is due on the consideration without the
// tax; r/(1+r) is the "VAT fraction" of HMRC Notice 700, §17.) The fraction of a minor unit is
// rounded half up or half to even, and only there:
//
//   at line    each line's tax is rounded once
//   at unit    the tax of one unit (a / quantity) is rounded and multiplied by the quantity; a line
//              with a price below a minor unit is rounded as a line
//   at order   the tax of all lines of one class and rate is rounded once; a line's part is the
//              rounded tax of the lines up to it minus that of those before it, so the parts add up
//              and none is off by a whole minor unit
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/money.hpp"
#include "core/sale/values.hpp"
#include "core/settings/settings.hpp"

namespace shop::pricing {

struct Rate {
    std::string text;  // decimal, as the settings say it
    std::int64_t ppm = 0;
    std::string exempt_reason;  // empty if it is a rate of the country's
    bool operator==(const Rate&) const = default;
};

// The rate in force in `country`; a class that is not listed there is taxed as "standard"; a
// country that is not listed is exempt as "export".
Rate rate_of(const settings::Tax& tax, std::string_view country, std::string_view tax_class);

// What a line costs by its price alone, before tax: extend(unit price, quantity) − discounts.
Money amount_of(const sale::Line& line, Rounding rounding);

struct TaxQuery {
    const settings::Tax& tax;
    std::string_view country;  // of the destination
    bool prices_include_tax = true;
};

// Fills net, tax and gross of all `lines`, which are one sale. Whatever they held is replaced.
void apply_tax(std::span<sale::Line> lines, const TaxQuery& query);

}  // namespace shop::pricing
