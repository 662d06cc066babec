// <data>/keys.json: that the keys of the folder's shop are not in it, but in a database
// (keys/postgres_shelf.hpp). A folder without it has them itself, or has none yet.
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/result.hpp"
#include "events/entry.hpp"

namespace shop::api {

// Which shop's database it is: PostgresShelf::log_name(). Nothing if the folder has them itself.
Result<std::optional<LogId>> find_keys_shop(const std::filesystem::path& data);

// From now on they are there. Durable when it returns.
Status remember_keys_shop(const std::filesystem::path& data, const LogId& shop);

// kConflict "keys-elsewhere" if they are in a database: says how to start with it.
Status require_keys_here(const std::filesystem::path& data);

}  // namespace shop::api
