// What of a stock item an operator must look at.
#include <algorithm>
#include <string>

#include "core/effect.hpp"

namespace shop::stock {
namespace {

const Held* oldest_hold(const State& state) {
    const auto at = std::ranges::min_element(state.held, {},
                                             [](const auto& held) { return held.second.since; });
    return at == state.held.end() ? nullptr : &at->second;
}

}  // namespace

bool is_open(const State& state) {
    return state.short_by() > 0;
}

std::optional<Time> due_of(const State& state) {
    const Held* oldest = oldest_hold(state);
    if (oldest == nullptr) return std::nullopt;
    return oldest->since + kHeldLong;
}

std::optional<Concern> needs_operator(const State& state, Time now) {
    const std::string& item = state.inventory_item;
    if (state.short_by() > 0)
        return Concern{"Units of " + item + " are promised and not there: " +
                           std::to_string(state.short_by()) + ". Buy them, or cancel orders.",
                       {}};
    const Held* oldest = oldest_hold(state);
    if (oldest == nullptr || now < oldest->since + kHeldLong) return std::nullopt;
    return Concern{"Units of " + item + " have been held for over an hour by the order " +
                       oldest->order_id.to_string() + ", which is still undecided.",
                   oldest->since};
}

}  // namespace shop::stock
