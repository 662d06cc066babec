// What a state takes in memory: the limit of the states kept there is one of bytes too, for an
// order may have one line or a thousand.
#pragma once

#include <cstddef>

#include "core/any_state.hpp"

namespace shop {

// About how many bytes the state takes, with all that it points to; what the allocator adds is not
// counted.
std::size_t memory_of(const AnyState& state);

}  // namespace shop
