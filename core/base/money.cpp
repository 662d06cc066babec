#include "core/base/money.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/assert.hpp"

namespace shop {
namespace {

struct CurrencyRow {
    std::string_view code;
    int exponent;
};

// ISO 4217, list one, active codes of 2024; codes without a minor unit (XAU, XTS, …) left out.
// Sorted by code.
constexpr CurrencyRow kCurrencies[] = {
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"ANG", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2},
    {"AWG", 2}, {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0},
    {"BMD", 2}, {"BND", 2}, {"BOB", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2},
    {"BZD", 2}, {"CAD", 2}, {"CDF", 2}, {"CHF", 2}, {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"CRC", 2},
    {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0}, {"DKK", 2}, {"DOP", 2}, {"DZD", 2}, {"EGP", 2},
    {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2}, {"GBP", 2}, {"GEL", 2}, {"GHS", 2},
    {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2}, {"HKD", 2}, {"HNL", 2}, {"HTG", 2},
    {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2},
    {"JOD", 3}, {"JPY", 0}, {"KES", 2}, {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0},
    {"KWD", 3}, {"KYD", 2}, {"KZT", 2}, {"LAK", 2}, {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2},
    {"LYD", 3}, {"MAD", 2}, {"MDL", 2}, {"MGA", 2}, {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2},
    {"MRU", 2}, {"MUR", 2}, {"MVR", 2}, {"MWK", 2}, {"MXN", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2},
    {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2}, {"NZD", 2}, {"OMR", 3}, {"PAB", 2}, {"PEN", 2},
    {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2}, {"PYG", 0}, {"QAR", 2}, {"RON", 2}, {"RSD", 2},
    {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2}, {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2},
    {"SHP", 2}, {"SLE", 2}, {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SYP", 2}, {"SZL", 2},
    {"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2}, {"TWD", 2},
    {"TZS", 2}, {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"UYU", 2}, {"UZS", 2}, {"VED", 2}, {"VES", 2},
    {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XOF", 0}, {"XPF", 0}, {"YER", 2},
    {"ZAR", 2}, {"ZMW", 2}, {"ZWL", 2},
};

const CurrencyRow* find_row(std::string_view code) {
    const auto* at = std::ranges::lower_bound(kCurrencies, code, {}, &CurrencyRow::code);
    return at != std::end(kCurrencies) && at->code == code ? at : nullptr;
}

// Digits with at most `decimals` behind an optional point, scaled by 10^decimals.
std::optional<std::int64_t> parse_scaled(std::string_view text, int decimals, std::int64_t max) {
    std::int64_t value = 0;
    int behind = -1;
    bool digits = false;
    for (const char c : text) {
        if (c == '.' && behind < 0 && digits) {
            behind = 0;
            continue;
        }
        if (c < '0' || c > '9' || behind == decimals) return std::nullopt;
        value = value * 10 + (c - '0');
        digits = true;
        if (behind >= 0) ++behind;
        if (value > max) return std::nullopt;
    }
    if (!digits || behind == 0) return std::nullopt;
    for (int i = std::max(behind, 0); i < decimals; ++i) value *= 10;
    return value <= max ? std::optional(value) : std::nullopt;
}

}  // namespace

int Currency::exponent() const {
    const CurrencyRow* row = find_row(view());
    SHOP_ASSERT(row != nullptr);
    return row->exponent;
}

std::optional<Currency> Currency::parse(std::string_view code) {
    if (find_row(code) == nullptr) return std::nullopt;
    return Currency{{code[0], code[1], code[2]}};
}

std::strong_ordering operator<=>(const Money& a, const Money& b) {
    SHOP_ASSERT(a.currency == b.currency);
    return a.minor_units <=> b.minor_units;
}

Money operator+(Money a, Money b) {
    SHOP_ASSERT(a.currency == b.currency);
    SHOP_ASSERT(!__builtin_add_overflow(a.minor_units, b.minor_units, &a.minor_units));
    return a;
}

Money operator-(Money a, Money b) {
    return a + -b;
}

Money operator-(Money a) {
    SHOP_ASSERT(!__builtin_sub_overflow(std::int64_t{0}, a.minor_units, &a.minor_units));
    return a;
}

Money& operator+=(Money& a, Money b) {
    return a = a + b;
}

Money operator*(Money price, std::int64_t quantity) {
    SHOP_ASSERT(!__builtin_mul_overflow(price.minor_units, quantity, &price.minor_units));
    return price;
}

std::int64_t multiply_divide(std::int64_t value, std::int64_t numerator, std::int64_t denominator,
                             Rounding rounding) {
    SHOP_ASSERT(denominator > 0);
    const __int128 product = static_cast<__int128>(value) * numerator;
    const bool negative = product < 0;
    const __int128 magnitude = negative ? -product : product;
    __int128 quotient = magnitude / denominator;
    const __int128 twice_rest = (magnitude % denominator) * 2;
    const bool half = twice_rest == denominator;
    const bool up =
        half ? rounding == Rounding::kHalfUp || quotient % 2 == 1 : twice_rest > denominator;
    quotient += up ? 1 : 0;
    SHOP_ASSERT(quotient <= INT64_MAX);
    const auto result = static_cast<std::int64_t>(quotient);
    return negative ? -result : result;
}

std::optional<std::int64_t> parse_rate_ppm(std::string_view decimal) {
    return parse_scaled(decimal, 6, 10'000'000);
}

std::optional<std::int64_t> parse_minor_units(std::string_view decimal, int exponent) {
    return parse_scaled(decimal, exponent, kMoneyMax);
}

std::string to_string(Money money) {
    const int exponent = money.currency.exponent();
    std::int64_t scale = 1;
    for (int i = 0; i < exponent; ++i) scale *= 10;
    const char* sign = money.minor_units < 0 ? "-" : "";
    const auto units = money.minor_units < 0 ? -money.minor_units : money.minor_units;
    if (exponent == 0) return fmt::format("{}{} {}", sign, units, money.currency.view());
    return fmt::format("{}{}.{:0{}} {}", sign, units / scale, units % scale, exponent,
                       money.currency.view());
}

}  // namespace shop
