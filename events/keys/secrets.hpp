// The shop's secrets: random values in <data>/secrets/, one file each, mode 600, made durably by
// whoever needs them first and the same ever after. They are never printed, logged or stored
// elsewhere; without them old command ids, cart tokens and cursors mean nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace shop {

// What to do about a file that is not there: the first start makes it; but a shop that has a log
// must have its secrets and keys, and says so rather than making new ones.
enum class IfMissing { kMake, kRefuse };

// The 32 random bytes of <data>/secrets/<name>, as 43 characters of base 64. kCorrupt "no-secret"
// or "damaged-secret", kConflict "not-private".
Result<std::string> load_secret(const std::filesystem::path& data, std::string_view name,
                                IfMissing if_missing);

struct Secrets {
    std::string command_ids;  // makes command ids of idempotency keys, and request fingerprints
    std::string cart_tokens;  // makes the tokens that open carts and orders
    std::string signing;      // signs cursors and links, and hashes e-mail addresses for views
};

Result<Secrets> load_secrets(const std::filesystem::path& data, IfMissing if_missing);

}  // namespace shop
