// Samples (sample.hpp) of every event and every command, compiled once for all tests.
#pragma once

#include <string_view>

#include "events/stored_types.hpp"

namespace shop::tests {

// One of that type with every member set.
AnyEvent sample_of(const NamedTypes<AnyEvent>::Type& type);
AnyCommand sample_of(const NamedTypes<AnyCommand>::Type& type);

// The first member that is at its default, or "" if none is.
std::string_view find_default_member(const AnyEvent& event);
std::string_view find_default_member(const AnyCommand& command);

}  // namespace shop::tests
