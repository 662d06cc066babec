// The clock on the shop's wall: Europe/London, in UTC. Pure.
//
// Summer time is one hour ahead, from the last Sunday in March to the last in October, each at
// 01:00 UTC: The Summer Time Order 2002 (S.I. 2002/262), in force all of the year and since.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

namespace shop::demo {

// "2011-07-01 09:30" in London; nothing if it is no date. What the clock shows twice, in October,
// is taken as the first.
std::optional<Time> parse_london_minute(std::string_view text);

// When that week began: midnight in London, before Monday.
Time london_week_of(Time at);

// "2011-07", of the month it was in London.
std::string london_month_of(Time at);

}  // namespace shop::demo
