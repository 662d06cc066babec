#include "core/fulfillment/progress.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "core/decision.hpp"

namespace shop::fulfillment {

std::vector<Found> find_all(const OrderId& order, const Streams& streams) {
    std::vector<Found> all;
    for (std::int32_t number = 1; number <= kFulfillmentsMax; ++number) {
        const FulfillmentId id = fulfillment_of(order, number);
        const State* state = streams.find<State>(id);
        if (state == nullptr) break;
        all.push_back({id, state});
    }
    return all;
}

Progress::Progress(const order::State& order, const std::vector<Found>& fulfillments) {
    for (const sale::Line& line : order.placed.lines)
        if (line.kind == sale::LineKind::kItem)
            lines_[line.line_id] = {.ordered = line.quantity,
                                    .canceled = order.progress_of(line.line_id).canceled};
    for (const Found& found : fulfillments) add(*found.state);
}

void Progress::add(const State& fulfillment) {
    if (fulfillment.status == Status::kCanceled) return;
    for (const Line& line : fulfillment.created.lines) {
        LineUnits& units = lines_[line.line_id];
        (fulfillment.has_left() ? units.shipped : units.planned) += line.quantity;
    }
}

LineUnits Progress::of(const LineId& line) const {
    const auto at = lines_.find(line);
    return at == lines_.end() ? LineUnits{} : at->second;
}

shop::Status Progress::has_open(const std::vector<order::LineQuantity>& wanted) const {
    std::unordered_set<LineId> named;
    for (std::size_t n = 0; n < wanted.size(); ++n) {
        const auto& [id, quantity] = wanted[n];
        const std::string pointer = "/lines/" + std::to_string(n);
        const auto at = lines_.find(id);
        if (at == lines_.end())
            return fail_field(pointer + "/line_id", "The order has no such goods.");
        if (!named.insert(id).second)
            return fail_field(pointer + "/line_id", "The line is named twice.");
        const std::int64_t open = at->second.open();
        if (quantity < 1 || quantity > open)
            return fail_field(pointer + "/quantity",
                              "Units of it that are neither canceled nor "
                              "in a fulfillment: " +
                                  std::to_string(open) + ".");
    }
    return {};
}

bool Progress::has_any_planned() const {
    return std::ranges::any_of(lines_, [](const auto& line) { return line.second.planned > 0; });
}

bool Progress::has_any_shipped() const {
    return std::ranges::any_of(lines_, [](const auto& line) { return line.second.shipped > 0; });
}

bool Progress::has_any_to_ship() const {
    return std::ranges::any_of(
        lines_, [](const auto& line) { return line.second.open() + line.second.planned > 0; });
}

Fulfilled Progress::fulfilled() const {
    if (!has_any_shipped()) return Fulfilled::kNothing;
    return has_any_to_ship() ? Fulfilled::kInPart : Fulfilled::kAll;
}

}  // namespace shop::fulfillment
