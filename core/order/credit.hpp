// What is credited of an order: by the penny rule, and never more than there is. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/result.hpp"
#include "core/fulfillment/progress.hpp"
#include "core/order/order.hpp"

namespace shop::order {

// Units of a line, or money without units. No line: money that is about none, and has an amount.
struct CreditWish {
    LineId line_id;
    std::int64_t quantity = 0;
    std::optional<Money> amount;  // tax included; none: what the units cost
    std::int64_t returned = 0;    // of the units, those that came back
};

// What each wish is about, in the same order: k more units after j of n cost round(gross·(j+k)/n),
// less what was credited and canceled already, so that all units cost the line's gross to the
// penny; less, if there is less left of the whole order. kInvalid names the member of `lines` (or
// the `amount` that is about none) that asks for too much, or for nothing, and says what is left.
// Units come back only if they have left.
Result<std::vector<LineAmount>> amounts_of(const State& order,
                                           const fulfillment::Progress& fulfilled,
                                           const std::vector<CreditWish>& wishes);

// kConflict "credit-limit" (members: left) if `amount` is more than is left of the order.
shop::Status check_credit_limit(const State& order, const Money& amount);

}  // namespace shop::order
