#include "core/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace shop {

void assertion_failed(const char* text, std::source_location at) {
    std::fprintf(stderr, "shopverse: broken invariant: %s (%s:%u, %s)\n", text, at.file_name(),
                 at.line(), at.function_name());
    std::abort();
}

}  // namespace shop
