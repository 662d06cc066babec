// RocksDB's statuses as our errors.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.hpp"

namespace rocksdb {
class Status;
}

namespace shop::rocks {

// `what` is the store in words ("The log"), for the message.
Error error_of(const rocksdb::Status& status, std::string_view what,
               const std::filesystem::path& folder);

// Makes the folder, with its parents.
Status make_folder(const std::filesystem::path& folder);

// Syncs every file below `folder`, and the folders themselves.
Status sync_tree(const std::filesystem::path& folder);

}  // namespace shop::rocks
