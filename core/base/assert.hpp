// Assertions that stay on in release: a broken invariant of ours ends the process with its place,
// before it can reach the log. Never used for input or for the outside world (see result.hpp).
#pragma once

#include <source_location>

namespace shop {

// Writes the place and the text to standard error and aborts.
[[noreturn]] void assertion_failed(const char* text,
                                   std::source_location at = std::source_location::current());

}  // namespace shop

#define SHOP_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::shop::assertion_failed(#condition))
