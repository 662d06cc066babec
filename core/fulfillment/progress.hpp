// How far the lines of an order have come, over all of its fulfillments.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/fulfillment/fulfillment.hpp"
#include "core/order/order.hpp"

namespace shop::fulfillment {

// Units of a line.
struct LineUnits {
    std::int64_t ordered = 0;
    std::int64_t canceled = 0;
    std::int64_t planned = 0;  // in fulfillments that have not left
    std::int64_t shipped = 0;  // in fulfillments that have
    bool operator==(const LineUnits&) const = default;

    // Neither canceled nor in any fulfillment.
    std::int64_t open() const { return ordered - canceled - planned - shipped; }
};

enum class Fulfilled { kNothing, kInPart, kAll };

// Of the lines that are items. Immutable but for add().
class Progress {
  public:
    Progress(const order::State& order, const std::vector<Found>& fulfillments);

    // One more, which no stream holds yet.
    void add(const State& fulfillment);

    // A line that is no item of the order: all zero.
    LineUnits of(const LineId& line) const;

    // kInvalid names, as a member of `lines`, the one that is no item of the order, is there twice,
    // or of which there are not so many open.
    shop::Status has_open(const std::vector<order::LineQuantity>& wanted) const;

    bool has_any_planned() const;
    bool has_any_shipped() const;
    // Units that are neither canceled nor shipped.
    bool has_any_to_ship() const;
    // How much of what was not canceled has left.
    Fulfilled fulfilled() const;

  private:
    std::unordered_map<LineId, LineUnits> lines_;
};

}  // namespace shop::fulfillment
