#include "core/pricing/totals.hpp"

#include <algorithm>

namespace shop::pricing {
namespace {

Money& sum_for(sale::LineKind kind, sale::Totals& totals) {
    switch (kind) {
        case sale::LineKind::kShipping:
            return totals.shipping;
        case sale::LineKind::kSurcharge:
            return totals.surcharges;
        case sale::LineKind::kItem:
        case sale::LineKind::kVoucher:
        case sale::LineKind::kAdjustment:
            break;
    }
    return totals.items;
}

void add_tax_line(std::vector<sale::TaxLine>& sums, const sale::TaxLine& line) {
    const auto at = std::ranges::find_if(sums, [&](const sale::TaxLine& sum) {
        return sum.jurisdiction == line.jurisdiction && sum.tax_class == line.tax_class &&
               sum.rate == line.rate && sum.exempt_reason == line.exempt_reason;
    });
    if (at == sums.end()) return sums.push_back(line);
    at->base += line.base;
    at->amount += line.amount;
}

}  // namespace

sale::Totals totals_of(std::span<const sale::Line> lines, Currency currency,
                       bool prices_include_tax) {
    const Money zero{0, currency};
    sale::Totals totals{zero, zero, zero, zero, zero, zero, {}};
    for (const sale::Line& line : lines) {
        Money amount = prices_include_tax ? line.gross : line.net;
        for (const sale::Discount& discount : line.discounts) {
            amount += discount.amount;
            totals.discount += discount.amount;
        }
        sum_for(line.kind, totals) += amount;
        totals.total += line.gross;
        for (const sale::TaxLine& tax : line.tax) {
            totals.tax += tax.amount;
            add_tax_line(totals.tax_lines, tax);
        }
    }
    return totals;
}

}  // namespace shop::pricing
