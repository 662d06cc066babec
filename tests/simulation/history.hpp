// What the clients of a simulated world were told, for the audit at its end.
#pragma once

#include <cstdint>
#include <vector>

#include "events/engine.hpp"

namespace shop::simulation {

// When something was asked and when it was answered, in the order of the whole world's events, and
// which process was asked, by the order in which they started.
struct Exchange {
    std::uint64_t began = 0;
    std::uint64_t ended = 0;
    std::size_t process = 0;
};

struct Answered {
    CommandId command;
    StreamId target;
    Receipt receipt;
    Exchange when;
};

struct Seen {
    StreamId stream;
    Snapshot snapshot;
    Exchange when;
    bool by_office = true;  // false: by a process that another had taken over from
};

struct History {
    std::uint64_t now = 0;               // counts
    std::vector<std::uint64_t> started;  // when each process did
    std::vector<Answered> answers;
    std::vector<Seen> reads;
};

}  // namespace shop::simulation
