// Checks on text from outside, and what is done to it before it is compared.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shop {

// Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

// UTF-8 without control characters (C0, DEL, C1) other than tab and line ends.
bool is_clean_text(std::string_view text);

// Unicode code points of well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

// With A to Z in lower case; all other bytes as they are, whatever the locale.
constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string ascii_lower(std::string_view text);
// Whether the text is that one, which is in lower case, but for the case of its own A to Z.
bool equals_ignoring_case(std::string_view text, std::string_view lower_case);

}  // namespace shop
