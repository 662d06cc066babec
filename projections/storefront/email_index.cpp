#include "projections/storefront/email_index.hpp"

#include <algorithm>
#include <span>

#include "core/base/digest.hpp"
#include "core/base/text.hpp"
#include "events/keys/personal.hpp"
#include "events/keys/secrets.hpp"

namespace shop::projections::storefront {
namespace {

constexpr std::size_t kHashBytes = 16;
constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

std::string email_hash(const Secrets& secrets, std::string_view email) {
    email.remove_prefix(std::min(email.find_first_not_of(kSpace), email.size()));
    email = email.substr(0, email.find_last_not_of(kSpace) + 1);
    const Digest digest = hmac_sha256_of_bytes(secrets.signing, "email:" + ascii_lower(email));
    return to_hex(std::span(digest).first(kHashBytes));
}

Result<std::string> EmailIndex::hash_of(const Sealed& contact) const {
    const auto party = open_party(keys_, contact);
    if (!party && party.error().code == ErrorCode::kUnavailable)
        return std::unexpected(party.error());
    if (!party || party->email.empty() || party->email == kErased) return std::string();
    return email_hash(secrets_, party->email);
}

}  // namespace shop::projections::storefront
