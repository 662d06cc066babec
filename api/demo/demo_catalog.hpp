// The catalog of a real British gift shop (demo/README.md), as a file that is imported like any
// other (api/import/product_rows.hpp).
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.hpp"

namespace shop::demo {

// `demo` is the folder demo/ of the source tree. The whole file, its header first; the same bytes
// each time. Takes a second or two. kUnavailable "no-demo-data".
Result<std::string> demo_catalog(const std::filesystem::path& demo);

// Where that folder is: as said, else beside the program, or a few folders above it, as in a build
// tree. Empty if it is nowhere.
std::filesystem::path find_demo_folder(const std::string& said);

}  // namespace shop::demo
