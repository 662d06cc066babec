// A file of lines that only grows, each a JSON value. A line is synced when append_lines() returns.
// A crash may leave the last one torn: it lacks its end, and is cut before anything is added. Made
// for its owner alone. Files may be shared with other processes that add to them in the same way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace shop {

using Lines = std::vector<std::string>;

// All but a torn last one; none if there is no such file. kUnavailable "disk-failed".
Result<Lines> read_lines(const std::filesystem::path& file);

// Whether the last one is torn. kUnavailable "disk-failed".
Result<bool> is_torn(const std::filesystem::path& file);

// Adds them at the end of the file, which is made if it is missing; how long it is then. What
// cannot be added whole is taken back. kUnavailable "disk-failed".
Result<std::uintmax_t> append_lines(const std::filesystem::path& file, const Lines& lines);

// Adds those that it lacks.
Result<std::uintmax_t> append_missing(const std::filesystem::path& file, const Lines& lines);

}  // namespace shop
