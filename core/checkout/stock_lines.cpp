#include "core/checkout/stock_lines.hpp"

#include <algorithm>
#include <tuple>

namespace shop::checkout {

std::vector<const sale::Line*> stocked_lines(const State& state) {
    std::vector<const sale::Line*> lines;
    for (const sale::Line& line : state.quote.lines)
        if (!line.stock_id.is_empty()) lines.push_back(&line);
    return lines;
}

std::vector<const sale::Line*> lines_in_stock_order(const State& state) {
    auto lines = stocked_lines(state);
    std::ranges::sort(lines, [](const sale::Line* a, const sale::Line* b) {
        return std::tie(a->stock_id, a->line_id) < std::tie(b->stock_id, b->line_id);
    });
    return lines;
}

std::unordered_set<LineId> held_lines(const State& state) {
    std::unordered_set<LineId> held;
    for (const HeldLine& line : state.held) held.insert(line.line_id);
    return held;
}

// A line the serial walk did not note yet is held under the attempt that is going on.
std::vector<HeldLine> reservations_of(const State& state) {
    std::vector<HeldLine> reservations = state.held;
    const auto held = held_lines(state);
    for (const sale::Line* line : stocked_lines(state))
        if (!held.contains(line->line_id))
            reservations.push_back({line->line_id, state.stock_attempt});
    return reservations;
}

}  // namespace shop::checkout
