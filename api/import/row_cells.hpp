// How cells of a catalog file are written. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace shop::import {

// Without blanks at its ends.
std::string_view trimmed(std::string_view text);

// Digits only; nothing if there is anything else or it does not fit.
std::optional<std::int64_t> parse_whole(std::string_view text);

// "size=L; color=Red". kInvalid "bad-row".
Result<std::map<std::string, std::string>> read_options(std::string_view text);

// "Kitchen > Mugs": the titles from the top; none for an empty text.
std::vector<std::string> split_path(std::string_view text);

// "Tea & Coffee" → "tea-coffee"; empty if nothing is left. Letters beyond ASCII become hyphens.
std::string slug_of(std::string_view title);

}  // namespace shop::import
