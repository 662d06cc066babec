// Files that only their owner may read: secrets, keys. Modes are 700 for folders and 600 for files;
// whatever is more open is refused, never quietly mended, for it may have been read already.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace shop {

// Makes `folder` with mode 700 if it is missing, durably. kConflict "not-private" if it is open to
// others.
Status make_private_folder(const std::filesystem::path& folder);

// kConflict "not-private" if group or others may do anything with the file.
Status require_private(const std::filesystem::path& file);

// The whole file, or nothing if there is none. kConflict "not-private".
Result<std::optional<std::string>> read_private(const std::filesystem::path& file);

// Replaces the file, or makes it, whole or not at all; durable when it returns.
Status write_private(const std::filesystem::path& file, std::string_view text);

// Makes the file, durably, unless another process has made it meanwhile: then that one stays.
Status make_private(const std::filesystem::path& file, std::string_view text);

// The names in a folder are durable only once the folder is.
Status sync_folder(const std::filesystem::path& folder);

}  // namespace shop
