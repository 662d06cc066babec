// A stream as it was: folded from those records of the log that hold events of it.
#pragma once

#include <vector>

#include "events/engine.hpp"
#include "events/log.hpp"

namespace shop {

struct Past {
    Partition partition;
    StreamId stream;
    std::vector<Offset>
        records;  // that hold its events, ascending; up to the one that is asked for
};

// Without a state if there are no records. Blocks on the log, which is asked for what stands close
// together at once: to go to another place costs a log of brokers about 30 ms. The log's errors;
// kUnavailable "in-doubt" if it does not show a record.
Result<Snapshot> fold_past(const Log& log, const Past& past);

}  // namespace shop
