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

}  // namespace shop::rocks
