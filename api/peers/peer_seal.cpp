#include "api/peers/peer_seal.hpp"

#include <cstdlib>

#include "core/base/digest.hpp"

namespace shop::api {
namespace {

constexpr std::size_t kLifeBytes = 16;

// Addresses have no line breaks: they come from headers and settings.
std::string associated_with(const PeerHead& head) {
    return "call\n" + head.receiver + "\n" + head.sender + "\n" + std::to_string(head.sent_at.us) +
           "\n" + std::to_string(head.patience.us);
}

std::string associated_with(std::string_view call_name) {
    return "answer\n" + std::string(call_name);
}

}  // namespace

PeerSeal::PeerSeal(std::string_view secret, const LogId& log)
    : secret_(secret),
      log_(log.to_string()),
      life_(random_bytes(kLifeBytes)),
      key_(key_of(life_)) {}

DataKey PeerSeal::key_of(std::string_view life) const {
    return hmac_sha256(secret_, {"shop-peer/1", log_, life});
}

std::string PeerSeal::seal(std::string_view plain, std::string_view associated) const {
    std::string nonce(Cipher::kNonceBytes, '\0');
    std::uint64_t count = sealed_.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < sizeof count; ++i, count >>= 8)
        nonce[i] = static_cast<char>(count & 0xff);
    return life_ + cipher_.seal(key_, nonce, plain, associated);
}

std::optional<std::string> PeerSeal::open(std::string_view sealed,
                                          std::string_view associated) const {
    if (sealed.size() < kOverhead) return std::nullopt;
    return cipher_.open(key_of(sealed.substr(0, kLifeBytes)), sealed.substr(kLifeBytes),
                        associated);
}

std::string PeerSeal::seal_call(const PeerHead& head, std::string_view call) const {
    return seal(call, associated_with(head));
}

Result<std::string> PeerSeal::open_call(const PeerHead& head, std::string_view sealed,
                                        Time now) const {
    auto call = open(sealed, associated_with(head));
    if (!call)
        return fail(ErrorCode::kInvalid, "bad-peer",
                    "The call does not come from a process of this shop.");
    if (std::abs((now - head.sent_at).us) > kAgeMax.us)
        return fail(ErrorCode::kInvalid, "old-call",
                    "The call is over a minute old, or the clocks of " + head.sender +
                        " and of this machine differ by as much; set them right.");
    return std::move(*call);
}

std::string_view PeerSeal::name_of(std::string_view sealed) {
    return sealed.size() < kOverhead ? std::string_view() : sealed.substr(0, kNameBytes);
}

std::string PeerSeal::seal_answer(std::string_view call_name, std::string_view answer) const {
    return seal(answer, associated_with(call_name));
}

Result<std::string> PeerSeal::open_answer(std::string_view call_name,
                                          std::string_view sealed) const {
    auto answer = open(sealed, associated_with(call_name));
    if (!answer)
        return fail(ErrorCode::kUnavailable, "bad-peer",
                    "The answer does not come from the process of this shop that was asked.");
    return std::move(*answer);
}

}  // namespace shop::api
