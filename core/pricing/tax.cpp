#include "core/pricing/tax.hpp"

#include <algorithm>
#include <vector>

#include "core/base/assert.hpp"
#include "core/pricing/price.hpp"

namespace shop::pricing {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

// The lines of one tax class, and what rounding at the order needs to know of those already seen.
struct Group {
    std::string tax_class;
    Rate rate;
    std::int64_t amounts = 0;
    std::int64_t taxed = 0;
};

// amount · r, or the part r / (1 + r) of it, of one of `parts` equal parts.
std::int64_t tax_on(std::int64_t amount, std::int64_t ppm, const TaxQuery& query,
                    std::int64_t parts = 1) {
    const std::int64_t whole = query.prices_include_tax ? kMillion + ppm : kMillion;
    return multiply_divide(amount, ppm, whole * parts, query.tax.rounding);
}

bool rounds_by_unit(const sale::Line& line) {
    return line.quantity > 0 && !line.unit_price.precise;
}

std::int64_t tax_of(const sale::Line& line, std::int64_t amount, Group& group,
                    const TaxQuery& query) {
    const std::int64_t ppm = group.rate.ppm;
    switch (query.tax.rounding_at) {
        case sale::RoundingAt::kLine:
            break;
        case sale::RoundingAt::kUnit:
            if (!rounds_by_unit(line)) break;
            return tax_on(amount, ppm, query, line.quantity) * line.quantity;
        case sale::RoundingAt::kOrder: {
            group.amounts += amount;
            const std::int64_t before = group.taxed;
            group.taxed = tax_on(group.amounts, ppm, query);
            return group.taxed - before;
        }
    }
    return tax_on(amount, ppm, query);
}

Group& group_of(std::vector<Group>& groups, const std::string& tax_class, const TaxQuery& query) {
    const auto at = std::ranges::find(groups, tax_class, &Group::tax_class);
    if (at != groups.end()) return *at;
    return groups.emplace_back(
        Group{.tax_class = tax_class, .rate = rate_of(query.tax, query.country, tax_class)});
}

}  // namespace

Rate rate_of(const settings::Tax& tax, std::string_view country, std::string_view tax_class) {
    const auto at = std::ranges::find(tax.countries, country, &settings::CountryTax::country);
    if (at == tax.countries.end()) return {"0", 0, "export"};
    auto rate = at->rates.find(std::string(tax_class));
    if (rate == at->rates.end()) rate = at->rates.find("standard");
    SHOP_ASSERT(rate != at->rates.end());  // PublishTax refuses a country without it
    const auto ppm = parse_rate_ppm(rate->second);
    SHOP_ASSERT(ppm.has_value());  // likewise
    return {rate->second, *ppm, ""};
}

Money amount_of(const sale::Line& line, Rounding rounding) {
    Money amount = extend(line.unit_price, line.quantity, rounding);
    for (const sale::Discount& discount : line.discounts) amount = amount - discount.amount;
    return amount;
}

void apply_tax(std::span<sale::Line> lines, const TaxQuery& query) {
    std::vector<Group> groups;
    for (sale::Line& line : lines) {
        const Money amount = amount_of(line, query.tax.rounding);
        Group& group = group_of(groups, line.tax_class, query);
        const Money tax{tax_of(line, amount.minor_units, group, query), amount.currency};
        line.net = query.prices_include_tax ? amount - tax : amount;
        line.gross = line.net + tax;
        line.tax = {{.jurisdiction = std::string(query.country),
                     .tax_class = line.tax_class,
                     .rate = group.rate.text,
                     .base = line.net,
                     .amount = tax,
                     .exempt_reason = group.rate.exempt_reason}};
    }
}

}  // namespace shop::pricing
