// RocksDB's statuses as our errors, and its threads beside ours.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.hpp"

namespace rocksdb {
class Env;
class Status;
}  // namespace rocksdb

namespace shop::rocks {

// `what` is the store in words ("The log"), for the message.
Error error_of(const rocksdb::Status& status, std::string_view what,
               const std::filesystem::path& folder);

// The threads that flush and merge the databases of `env` give way (events/give_way.hpp). They are
// there once a database is open.
void make_give_way(rocksdb::Env& env);

}  // namespace shop::rocks
