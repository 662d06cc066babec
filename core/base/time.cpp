#include "core/base/time.hpp"

#include <charconv>
#include <chrono>

namespace shop {
namespace {

using std::chrono::sys_days;

constexpr std::int64_t kDayUs = 86'400'000'000;

void put_digits(char* at, int count, std::int64_t value) {
    for (int i = count - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

// Takes exactly `count` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> take_fraction_us(std::string_view& text) {
    if (!take(text, ".")) return 0;
    std::int64_t us = 0;
    int digits = 0;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits)
        if (digits < 6) us = us * 10 + (text[0] - '0');
    if (digits == 0 || digits > 9) return std::nullopt;
    for (; digits < 6; ++digits) us *= 10;
    return us;
}

std::optional<std::int64_t> take_offset_us(std::string_view& text) {
    if (take(text, "Zz")) return 0;
    const bool minus = !text.empty() && text[0] == '-';
    if (!take(text, "+-")) return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    const std::int64_t us = (*hour * 60 + *minute) * 60'000'000LL;
    return minus ? -us : us;
}

std::optional<std::int64_t> take_date_us(std::string_view& text) {
    const auto year = take_digits(text, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return sys_days(date).time_since_epoch().count() * kDayUs;
}

std::optional<std::int64_t> take_clock_us(std::string_view& text) {
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ":")) return std::nullopt;
    const auto second = take_digits(text, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return ((*hour * 60 + *minute) * 60LL + *second) * 1'000'000;
}

// The years 0001 to 9999: Postgres knows no year 0.
constexpr Time kFirst{sys_days(std::chrono::year(1) / 1 / 1).time_since_epoch().count() * kDayUs};
constexpr Time kBehindLast{sys_days(std::chrono::year(10'000) / 1 / 1).time_since_epoch().count() *
                           kDayUs};

}  // namespace

void append_rfc3339(std::string& out, Time time) {
    const std::int64_t day = time.us / kDayUs - (time.us % kDayUs < 0 ? 1 : 0);
    const std::int64_t us = time.us - day * kDayUs;
    const std::chrono::year_month_day date{sys_days(std::chrono::days(day))};
    char text[] = "0000-00-00T00:00:00.000000Z";
    put_digits(text, 4, static_cast<int>(date.year()));
    put_digits(text + 5, 2, static_cast<unsigned>(date.month()));
    put_digits(text + 8, 2, static_cast<unsigned>(date.day()));
    put_digits(text + 11, 2, us / 3'600'000'000);
    put_digits(text + 14, 2, us / 60'000'000 % 60);
    put_digits(text + 17, 2, us / 1'000'000 % 60);
    put_digits(text + 20, 6, us % 1'000'000);
    out.append(text, sizeof text - 1);
}

std::string to_rfc3339(Time time) {
    std::string text;
    append_rfc3339(text, time);
    return text;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    const auto date = take_date_us(text);
    if (!date || !take(text, "Tt ")) return std::nullopt;
    const auto clock = take_clock_us(text);
    if (!clock) return std::nullopt;
    const auto fraction = take_fraction_us(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset_us(text);
    if (!offset || !text.empty()) return std::nullopt;
    const Time time{*date + *clock + *fraction - *offset};
    // Through the offset it may lie in a year that cannot be written.
    if (time < kFirst || time >= kBehindLast) return std::nullopt;
    return time;
}

}  // namespace shop
