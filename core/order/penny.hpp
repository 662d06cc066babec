// The penny rule: what some units of a line cost, so that parts taken one after another add up to
// the line's gross, and the last takes the remainder.
#pragma once

#include <cstdint>

#include "core/base/money.hpp"
#include "core/sale/values.hpp"

namespace shop::order {

// Units of a line, and what they cost, tax included.
struct Part {
    std::int64_t units = 0;
    Money amount;
    bool operator==(const Part&) const = default;
};

// What the first `units` of the line's n cost: round(gross · units / n). 0 ≤ units ≤ n.
Money amount_of_first(const sale::Line& line, std::int64_t units);

// What `units` more cost, if `done` was dealt with before: round(gross · (j + k) / n) − what those
// j cost. Never beyond the line's gross in all; less than nothing if `done` was too dear.
Money amount_of_more(const sale::Line& line, const Part& done, std::int64_t units);

}  // namespace shop::order
