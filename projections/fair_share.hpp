// How processes share out the partitions of a view: each looks who has which, and does its next
// turn; nobody tells another what to do. Once all have about the same number, nothing moves any
// more.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "events/log.hpp"

namespace shop::projections {

// As it was seen a moment ago.
struct Shares {
    std::set<int> feeders;          // all that take part, this one too
    std::map<Partition, int> held;  // by whom; not there: by nobody
};

struct Turn {
    std::vector<Partition> release;
    std::vector<Partition> take;  // if nobody else is quicker
    bool operator==(const Turn&) const = default;
};

Turn next_turn(const std::set<Partition>& all, const Shares& seen, int self);

}  // namespace shop::projections
