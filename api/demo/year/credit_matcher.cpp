#include "api/demo/year/credit_matcher.hpp"

#include <algorithm>
#include <ranges>

#include "core/base/money.hpp"

namespace shop::demo {
namespace {

std::uint64_t key_of(std::uint32_t customer, std::uint32_t sku) {
    return (std::uint64_t{customer} << 32U) | sku;
}

}  // namespace

void CreditMatcher::sell(std::uint32_t customer, std::uint32_t sku, const SoldLine& line) {
    lines_[key_of(customer, sku)].push_back(line);
}

std::vector<CreditLink> CreditMatcher::credit(std::uint32_t customer, std::uint32_t sku,
                                              std::int64_t price_milli, std::int64_t quantity) {
    std::vector<CreditLink> links;
    const auto sold = lines_.find(key_of(customer, sku));
    if (sold == lines_.end()) return links;
    for (const bool same_price : {true, false})
        for (SoldLine& line : sold->second | std::views::reverse) {
            const std::int64_t units = std::min(quantity, line.quantity);
            if (units == 0 || (line.price_milli == price_milli) != same_price) continue;
            const std::int64_t asked = multiply_divide(price_milli, units, 10, Rounding::kHalfUp);
            const std::int64_t pence = std::min(asked, line.pence);
            links.push_back({line.document, line.line, units, pence, same_price});
            line.quantity -= units;
            line.pence -= pence;
            quantity -= units;
        }
    return links;
}

}  // namespace shop::demo
