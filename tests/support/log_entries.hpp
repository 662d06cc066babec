// Entries of a log as a writer makes them, for tests of what readers make of them.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/ids.hpp"
#include "events/schema_level.hpp"

namespace shop::tests {

// The claim of that term over a log of one partition each.
std::string claim_entry(std::uint64_t term, std::int64_t level = schema_level());

// A record of one event of that cart; `said` is part of it.
std::string record_entry(std::uint64_t term, std::uint64_t seq, const CartId& cart,
                         const std::string& said = {});

}  // namespace shop::tests
