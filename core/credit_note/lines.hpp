// The lines of a credit note: copies of what was sold, cut to what is credited. Pure.
#pragma once

#include <vector>

#include "core/credit_note/credit_note.hpp"
#include "core/order/order.hpp"

namespace shop::credit_note {

// A copy of a sold line over `amount` of its gross, after `done` of it was credited or canceled.
// Tax and net are cut in the same way as the gross: parts that add up to the gross add up to its
// tax, to the penny, and have its rates.
sale::Line cut(const sale::Line& sold, const Money& done, const Money& amount,
               std::int64_t quantity);

// The note's lines: one per wanted line and the amount it was granted, in the same order.
std::vector<Line> lines_of(const Request& request, const order::State& order,
                           const std::vector<order::LineAmount>& granted);

// Those of a note without an order of its own, as they are given.
std::vector<Line> lines_of(const Request& request);

sale::Totals totals_of(const std::vector<Line>& lines, const sale::Terms& terms);

}  // namespace shop::credit_note
