// The rules of the tree that a machine can check: layers, heavy headers, sizes.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source.hpp"

namespace shop::tidy {

inline constexpr int kFileLinesMax = 400;
inline constexpr int kFunctionLinesMax = 70;
inline constexpr int kColumnsMax = 100;

// "core/cart/cart.hpp:12: …", with what to do about it.
using Findings = std::vector<std::string>;

// What the rules say about one file, in the order of its lines.
Findings check(const SourceFile& file);

}  // namespace shop::tidy
