// A personal or secret value as the log may hold it: encrypted under a key that lives elsewhere
// (events/keys/key_store.hpp). core never opens one and decides nothing on its content. Destroying
// the key erases the value; it then reads as "[erased]" in this and every later fold.
#pragma once

#include <string>

#include "core/base/describe.hpp"

namespace shop {

struct Sealed {
    std::string key;         // id of the person's data key
    std::string ciphertext;  // base64url of nonce, AES-256-GCM ciphertext and tag
    bool operator==(const Sealed&) const = default;
    bool is_empty() const { return key.empty(); }
};
SHOP_DESCRIBE(Sealed, key, ciphertext)

}  // namespace shop
