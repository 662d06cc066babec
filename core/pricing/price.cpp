#include "core/pricing/price.hpp"

#include <fmt/format.h>

#include <limits>

#include "core/base/assert.hpp"

namespace shop::pricing {
namespace {

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (int i = 0; i < exponent; ++i) power *= 10;
    return power;
}

bool counts(const product::PriceKey& key, const PriceQuery& query) {
    return key.currency == query.currency && key.list == query.list &&
           key.min_quantity <= query.quantity && is_in_force(key, query.now);
}

// True if another price that counts has the same tier and a narrower claim.
bool is_displaced(const product::PricedVariant& variant, const product::Price& price,
                  const PriceQuery& query) {
    for (const product::Price& other : variant.prices)
        if (other.key.min_quantity == price.key.min_quantity && counts(other.key, query) &&
            other.includes_tax == query.includes_tax && is_narrower(other.key, price.key))
            return true;
    return false;
}

// A price as numerator / denominator of minor units.
struct Fraction {
    __int128 numerator;
    std::int64_t denominator;
};

Fraction fraction_of(const sale::UnitPrice& price) {
    if (!price.precise) return {price.money.minor_units, 1};
    const int exponent = price.money.currency.exponent();
    return {static_cast<__int128>(price.precise->units) * power_of_ten(exponent),
            power_of_ten(price.precise->scale)};
}

}  // namespace

bool is_in_force(const product::PriceKey& key, Time now) {
    return (!key.valid_from || *key.valid_from <= now) &&
           (!key.valid_until || now < *key.valid_until);
}

// Narrower claims first: later begin, then earlier end; none is the widest.
bool is_narrower(const product::PriceKey& a, const product::PriceKey& b) {
    constexpr Time kNever{std::numeric_limits<std::int64_t>::max()};
    constexpr Time kAlways{std::numeric_limits<std::int64_t>::min()};
    const bool a_dated = a.valid_from || a.valid_until;
    const bool b_dated = b.valid_from || b.valid_until;
    if (a_dated != b_dated) return a_dated;
    const Time a_from = a.valid_from.value_or(kAlways);
    const Time b_from = b.valid_from.value_or(kAlways);
    if (a_from != b_from) return a_from > b_from;
    return a.valid_until.value_or(kNever) < b.valid_until.value_or(kNever);
}

const product::Price* choose_price(const product::PricedVariant& variant, const PriceQuery& query) {
    const product::Price* best = nullptr;
    for (const product::Price& price : variant.prices) {
        if (price.includes_tax != query.includes_tax || !counts(price.key, query)) continue;
        if (best != nullptr && !is_lower(price.price, best->price)) continue;
        if (!is_displaced(variant, price, query)) best = &price;
    }
    return best;
}

std::string text_of(const product::PriceKey& key) {
    std::string text = fmt::format("{}/{}/{}", key.currency.view(), key.list, key.min_quantity);
    if (!key.valid_from && !key.valid_until) return text;
    text += '/';
    if (key.valid_from) append_rfc3339(text, *key.valid_from);
    text += '/';
    if (key.valid_until) append_rfc3339(text, *key.valid_until);
    return text;
}

sale::PriceSource source_of(const product::Price& price, std::uint64_t product_version) {
    const bool tier = price.key.min_quantity > 1;
    return {tier ? sale::PriceSourceKind::kTier : sale::PriceSourceKind::kList, text_of(price.key),
            product_version};
}

bool is_lower(const sale::UnitPrice& a, const sale::UnitPrice& b) {
    SHOP_ASSERT(a.money.currency == b.money.currency);
    const Fraction x = fraction_of(a);
    const Fraction y = fraction_of(b);
    return x.numerator * y.denominator < y.numerator * x.denominator;
}

Money extend(const sale::UnitPrice& price, std::int64_t quantity, Rounding rounding) {
    if (!price.precise) return price.money * quantity;
    const std::int64_t factor = power_of_ten(price.money.currency.exponent());
    return {multiply_divide(price.precise->units, quantity * factor,
                            power_of_ten(price.precise->scale), rounding),
            price.money.currency};
}

bool is_within_limit(const sale::UnitPrice& price, std::int64_t quantity) {
    const Fraction unit = fraction_of(price);
    const __int128 limit = static_cast<__int128>(kMoneyMax) * unit.denominator;
    const __int128 magnitude = unit.numerator < 0 ? -unit.numerator : unit.numerator;
    return quantity == 0 || magnitude <= limit / quantity;
}

}  // namespace shop::pricing
