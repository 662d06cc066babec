// A moment: microseconds since 1970-01-01T00:00:00Z, without leap seconds. core never reads a
// clock; the current time comes in with the command.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shop {

struct Duration {
    std::int64_t us = 0;
    auto operator<=>(const Duration&) const = default;
};

constexpr Duration operator+(Duration a, Duration b) {
    return {a.us + b.us};
}
constexpr Duration operator-(Duration a, Duration b) {
    return {a.us - b.us};
}

constexpr Duration milliseconds(std::int64_t n) {
    return {n * 1'000};
}
constexpr Duration seconds(std::int64_t n) {
    return {n * 1'000'000};
}
constexpr Duration minutes(std::int64_t n) {
    return seconds(n * 60);
}
constexpr Duration hours(std::int64_t n) {
    return minutes(n * 60);
}
constexpr Duration days(std::int64_t n) {
    return hours(n * 24);
}

struct Time {
    std::int64_t us = 0;
    auto operator<=>(const Time&) const = default;
};

constexpr Time operator+(Time t, Duration d) {
    return {t.us + d.us};
}
constexpr Time operator-(Time t, Duration d) {
    return {t.us - d.us};
}
constexpr Duration operator-(Time a, Time b) {
    return {a.us - b.us};
}

// RFC 3339 in UTC with six decimals: "2026-11-24T01:54:10.123456Z" (27 characters). Years
// 1970–9999.
void append_rfc3339(std::string& out, Time time);
std::string to_rfc3339(Time time);

// Any RFC 3339 date-time, with offset, up to six decimals; nothing if it is malformed or no date.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace shop
