// What a process tells of its views at each scrape.
#pragma once

#include "api/log_ends.hpp"
#include "api/metrics.hpp"

namespace shop::projections {
class Projectors;
}

namespace shop::api {

// All of it outlives the scrapes.
void tell_views(Metrics& metrics, const projections::Projectors& views, const LogEnds& log_ends,
                Partitions partitions);
// Where the log ends.
void tell_log_ends(Metrics& metrics, const LogEnds& log_ends, Partitions partitions);

}  // namespace shop::api
