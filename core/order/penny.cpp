#include "core/order/penny.hpp"

#include "core/base/assert.hpp"

namespace shop::order {

Money amount_of_first(const sale::Line& line, std::int64_t units) {
    SHOP_ASSERT(units >= 0 && units <= line.quantity);
    if (units == 0) return {0, line.gross.currency};
    return {multiply_divide(line.gross.minor_units, units, line.quantity, Rounding::kHalfUp),
            line.gross.currency};
}

Money amount_of_more(const sale::Line& line, const Part& done, std::int64_t units) {
    return amount_of_first(line, done.units + units) - done.amount;
}

}  // namespace shop::order
