// Money is an integer of minor units with a currency; nothing financial touches floating point.
//
// Values are bounded at the edge (kMoneyMax), so that sums of the at most 1,200 lines of an order
// fit in 64 bits; arithmetic that overflows all the same is a broken invariant and aborts.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"

namespace shop {

// ISO 4217 code in capitals. Default-constructed it is empty.
struct Currency {
    std::array<char, 3> code{};

    constexpr auto operator<=>(const Currency&) const = default;
    bool is_empty() const { return code[0] == '\0'; }
    std::string_view view() const { return {code.data(), is_empty() ? 0U : code.size()}; }
    // Digits behind the decimal point: GBP 2, JPY 0, KWD 3.
    int exponent() const;
    // A currency of the table (ISO 4217, active codes with an exponent), or nothing.
    static std::optional<Currency> parse(std::string_view code);
};

// Largest magnitude accepted from outside, in minor units.
inline constexpr std::int64_t kMoneyMax = 1'000'000'000'000;

struct Money {
    std::int64_t minor_units = 0;
    Currency currency;
    // Ordering of amounts; both must have one currency (asserted).
    friend std::strong_ordering operator<=>(const Money& a, const Money& b);
    bool operator==(const Money&) const = default;
    bool is_zero() const { return minor_units == 0; }
};
SHOP_DESCRIBE(Money, minor_units, currency)

// Both must have the same currency (asserted).
Money operator+(Money a, Money b);
Money operator-(Money a, Money b);
Money operator-(Money a);
Money& operator+=(Money& a, Money b);
Money operator*(Money price, std::int64_t quantity);

// How a fraction of a minor unit is rounded; half_up rounds a half away from zero.
enum class Rounding { kHalfUp, kHalfEven };
SHOP_DESCRIBE_ENUM(Rounding, kHalfUp, kHalfEven)

// value · numerator / denominator in 128-bit arithmetic, rounded once. denominator > 0.
std::int64_t multiply_divide(std::int64_t value, std::int64_t numerator, std::int64_t denominator,
                             Rounding rounding);

// A rate as a decimal string ("0.2", "0.055") in millionths; at most six decimals, 0 ≤ rate ≤ 10.
std::optional<std::int64_t> parse_rate_ppm(std::string_view decimal);

// "12.34" → 1234 for an exponent of 2; nothing if it has more decimals, a sign, or exceeds
// kMoneyMax.
std::optional<std::int64_t> parse_minor_units(std::string_view decimal, int exponent);

// "12.34 GBP", for messages and logs.
std::string to_string(Money money);

}  // namespace shop
