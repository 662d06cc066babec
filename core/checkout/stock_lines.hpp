// The lines of a checkout that need units from the stock, and what holds them.
#pragma once

#include <unordered_set>
#include <vector>

#include "core/checkout/checkout.hpp"

namespace shop::checkout {

// In the order of the quote.
std::vector<const sale::Line*> stocked_lines(const State& state);

// In the order of their stock items: every checkout waits for its lines in this one order, so that
// no two wait for each other.
std::vector<const sale::Line*> lines_in_stock_order(const State& state);

// The lines whose units the serial walk has already.
std::unordered_set<LineId> held_lines(const State& state);

// What every line's units are held under, provided that all are held.
std::vector<HeldLine> reservations_of(const State& state);

}  // namespace shop::checkout
