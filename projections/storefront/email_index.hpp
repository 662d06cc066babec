// By what orders are found when staff know a shopper's e-mail address: a keyed hash of it. The view
// holds the hash alone, and whoever has a copy of the view but not the secret can make nothing of
// it. An erased person has none, from the next time that the view is built.
//
// HMAC-SHA-256 under the shop's signing secret of "email:" and the address, without white space
// around it, ASCII letters in lower case; the first 16 bytes in hexadecimal.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/sealed.hpp"

namespace shop {
class KeyStore;
struct Secrets;
}  // namespace shop

namespace shop::projections::storefront {

std::string email_hash(const Secrets& secrets, std::string_view email);

// Of what orders hold sealed. Thread-safe.
class EmailIndex {
  public:
    // Both outlive it.
    EmailIndex(const KeyStore& keys, const Secrets& secrets) : keys_(keys), secrets_(secrets) {}

    // Empty if there is no address, or nobody can read it any more. kUnavailable if it cannot be
    // read just now.
    Result<std::string> hash_of(const Sealed& contact) const;

  private:
    const KeyStore& keys_;
    const Secrets& secrets_;
};

}  // namespace shop::projections::storefront
