// AES-256-GCM (NIST SP 800-38D) over OpenSSL: a nonce of 12 bytes, the ciphertext, and the tag of
// 16 bytes. A nonce must never come twice under one key; random ones do not. Immutable after
// construction, thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/keys/key_shelf.hpp"

namespace shop {

class Cipher {
  public:
    Cipher();
    ~Cipher();

    static constexpr std::size_t kNonceBytes = 12;

    // nonce ‖ ciphertext ‖ tag.
    std::string seal(const DataKey& key, std::string_view nonce, std::string_view plain,
                     std::string_view associated) const;

    // Nothing if the bytes, the key or the associated data are not those of seal().
    std::optional<std::string> open(const DataKey& key, std::string_view sealed,
                                    std::string_view associated) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shop
