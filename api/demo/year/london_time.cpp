#include "api/demo/year/london_time.hpp"

#include <fmt/format.h>

namespace shop::demo {
namespace {

constexpr Duration kHour = hours(1);
constexpr Duration kDay = days(1);
constexpr std::int64_t kFirstWeekday = 3;  // of 1970-01-01, from Monday on

std::int64_t days_of(Time at) {
    return at.us / kDay.us;
}

std::int64_t weekday_of(Time at) {
    return (days_of(at) + kFirstWeekday) % 7;
}

// The last Sunday of a month of 31 days, at 01:00.
Time last_sunday(std::string_view year, std::string_view month) {
    const Time last_day = *parse_rfc3339(fmt::format("{}-{}-31T01:00:00Z", year, month));
    return last_day - days((weekday_of(last_day) + 1) % 7);
}

bool is_summer(Time at) {
    const std::string year = to_rfc3339(at).substr(0, 4);
    return at >= last_sunday(year, "03") && at < last_sunday(year, "10");
}

// What the clock shows, as if it were UTC, and back.
Time on_the_wall(Time at) {
    return is_summer(at) ? at + kHour : at;
}
Time from_the_wall(Time wall) {
    return is_summer(wall - kHour) ? wall - kHour : wall;
}

}  // namespace

std::optional<Time> parse_london_minute(std::string_view text) {
    if (text.size() != 16 || text[10] != ' ') return std::nullopt;
    const auto wall = parse_rfc3339(fmt::format("{}T{}:00Z", text.substr(0, 10), text.substr(11)));
    if (!wall) return std::nullopt;
    return from_the_wall(*wall);
}

Time london_week_of(Time at) {
    const Time wall = on_the_wall(at);
    const std::int64_t monday = days_of(wall) - weekday_of(wall);
    return from_the_wall(Time{monday * kDay.us});
}

std::string london_month_of(Time at) {
    return to_rfc3339(on_the_wall(at)).substr(0, 7);
}

}  // namespace shop::demo
