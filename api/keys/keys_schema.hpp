// The schema shop_keys of a database of keys (migrations/keys/), and what its rows say.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "events/keys/key_shelf.hpp"

namespace shop::postgres {
class Database;
}

namespace shop::api {

// The texts in it (kept_text.hpp).
inline constexpr std::string_view kStaffKeysText = "staff-keys";
// The id of the log whose keys these are, of a shop that brought them along: move_keys.hpp.
inline constexpr std::string_view kLogIdText = "log-id";
// There until all of them have come, and the folder they come from says so.
inline constexpr std::string_view kMovingText = "moving";

// What a key's row says of its use, and its tag as key ids have it.
std::string_view use_text(KeyUse use);
std::string tag_text(const KeyName& name);

// Brings it up to what this program needs; the connection's unqualified names are in it from then
// on. Errors of migrate().
Status prepare_keys_schema(postgres::Database& database);

// Whether a shop's secrets are there already. Makes nothing.
Result<bool> has_secrets(postgres::Database& database);

}  // namespace shop::api
