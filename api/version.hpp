// What this program is, and what data it can read.
#pragma once

#include <string_view>

namespace shop::api {

inline constexpr std::string_view kVersion = "0.1.0";

// Raised when a program of before can no longer work on the data folder.
inline constexpr int kDataLevel = 1;

}  // namespace shop::api
