// Checks on text from outside.
#pragma once

#include <cstddef>
#include <string_view>

namespace shop {

// Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

// UTF-8 without control characters (C0, DEL, C1) other than tab and line ends.
bool is_clean_text(std::string_view text);

// Unicode code points of well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

}  // namespace shop
