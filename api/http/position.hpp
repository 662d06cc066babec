// Positions as clients see them (read your own writes, decide on your own changes):
// "commerce-3:4211", several by commas.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "events/log.hpp"

namespace shop::http {

// What a call has to wait for, as the client asked.
struct MinPosition {
    std::vector<Position> positions;  // at most one per partition; empty: do not wait
    Duration wait = seconds(1);       // Prefer: wait=N, at most 30 s
};

// kInvalid if a header is malformed.
Result<MinPosition> min_position_of(const Request& request);

// How long the client would have the call wait, by Prefer: wait=N (RFC 7240), at most 30 s.
std::optional<Duration> preferred_wait_of(const Request& request);

// Positions are at most one per partition, the newest.
void add_newest(std::vector<Position>& positions, Position position);

// "commerce-3:4211,catalog-0:17"
std::string text_of(std::span<const Position> positions);

// The error of a position that cannot be waited for: "this shop has no" catalog-7. 400.
Error no_such_partition(std::string_view fault, Partition partition);

// The error of a view that did not get there in time: 504.
Error view_is_behind(const MinPosition& asked);

}  // namespace shop::http
