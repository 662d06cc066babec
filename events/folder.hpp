// Folders that must be on disk when the call returns.
#pragma once

#include <filesystem>

#include "core/base/result.hpp"

namespace shop {

// Makes the folder, with its parents, if it is missing. kUnavailable "disk-failed".
Status make_folder(const std::filesystem::path& folder);

// Syncs every file below `folder`, the folders, and the folder it is in. kUnavailable
// "disk-failed".
Status sync_tree(const std::filesystem::path& folder);

// True if the folder is missing or holds nothing.
bool is_empty_folder(const std::filesystem::path& folder);

}  // namespace shop
