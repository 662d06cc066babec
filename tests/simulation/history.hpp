// What the clients of a simulated world were told, for the audit at its end.
#pragma once

#include <cstdint>
#include <vector>

#include "events/engine.hpp"

namespace shop::simulation {

// When something was asked and when it was answered, in the order of the whole world's events.
struct Interval {
    std::uint64_t began = 0;
    std::uint64_t ended = 0;
};

struct Answered {
    CommandId command;
    StreamId target;
    Receipt receipt;
    Interval when;
};

struct Seen {
    StreamId stream;
    Snapshot snapshot;
    Interval when;
    bool by_office = true;  // false: by a process that another had taken over from
};

struct History {
    std::uint64_t now = 0;  // counts
    std::vector<Answered> answers;
    std::vector<Seen> reads;
};

}  // namespace shop::simulation
