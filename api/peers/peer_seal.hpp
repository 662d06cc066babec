// What processes of one shop say to each other, closed to everybody else on the network: each
// message under AES-256-GCM with a key of all who hold the shop's secret.
//
//   message = life(16) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
//   key     = HMAC-SHA-256(secret, "shop-peer/1", log id, life)
//   AAD     = of a call: receiver, sender, time, patience; of an answer: life and nonce of its call
//
// `life` is drawn by each process that starts, and the nonces count: random ones under one key
// would have to end after 2^32 messages (NIST SP 800-38D, 8.3), which a busy shop sends in days.
//
// So a call cannot be read, changed, given to another process, or used a minute later, nor can an
// answer be given to another call. Within that minute a call may be delivered again; it has a
// command id, and its answer is sealed.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/entry.hpp"
#include "events/keys/cipher.hpp"

namespace shop::api {

// What stands beside a call.
struct PeerHead {
    std::string receiver;  // addresses, as directories name them
    std::string sender;
    Time sent_at;
    Duration patience;  // how long the sender waits
    bool operator==(const PeerHead&) const = default;
};

// Thread-safe.
class PeerSeal {
  public:
    static constexpr std::size_t kNameBytes = 28;              // life and nonce
    static constexpr std::size_t kOverhead = kNameBytes + 16;  // bytes that a message grows by
    static constexpr Duration kAgeMax = minutes(1);

    // `secret` is the same for all processes of the shop (load_secret).
    PeerSeal(std::string_view secret, const LogId& log);

    std::string seal_call(const PeerHead& head, std::string_view call) const;
    // kInvalid "bad-peer" if it was not sealed so, with that head, under this shop's secret;
    // "old-call" if it was sent more than kAgeMax before or after `now`.
    Result<std::string> open_call(const PeerHead& head, std::string_view sealed, Time now) const;

    // Which message it is; "" if it is none.
    static std::string_view name_of(std::string_view sealed);

    std::string seal_answer(std::string_view call_name, std::string_view answer) const;
    // kUnavailable "bad-peer".
    Result<std::string> open_answer(std::string_view call_name, std::string_view sealed) const;

  private:
    DataKey key_of(std::string_view life) const;
    std::string seal(std::string_view plain, std::string_view associated) const;
    std::optional<std::string> open(std::string_view sealed, std::string_view associated) const;

    const std::string secret_;
    const std::string log_;
    const std::string life_;
    const DataKey key_;  // of this life
    const Cipher cipher_;
    mutable std::atomic<std::uint64_t> sealed_ = 0;
};

}  // namespace shop::api
