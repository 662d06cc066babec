// What the sandbox writes into its journal: one Entry per change of a payment. Entries are stored
// as JSON; fields and kinds are added, never renamed.
#pragma once

#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"

namespace shop::sandbox {

enum class EntryKind {
    kOpened,          // an authorization was asked for: reference, order, payment, token, amount
    kLost,            // a request got lost on its way in; only its key is known
    kActionRequired,  // the shopper must act before due_at, else the payment is declined
    kScheduled,       // the payment is authorized at due_at by itself
    kAuthorized,      // amount is held (the second of a payment: after a decline)
    kDeclined,        // code
    kCaptured,        // amount is taken
    kCaptureFailed,   // code
    kVoided,          // amount is no longer held (behind a capture: the rest); of an unknown key:
                      // it will never be authorized
    kVoidFailed,      // code
    kTold,            // the shop took the webhook that told how the payment, or what the request
                      // with that key was about, stood `at` that time
    kRefundPending,   // a refund is accepted; amount goes back at due_at
    kRefunded,        // amount went back; if there is a due_at, the bank sends it back then
    kRefundFailed,    // code; of a refund that was done: amount is here again
    kExpired,         // amount is no longer held, for the time of the authorization is over
};
SHOP_DESCRIBE_ENUM(EntryKind, kOpened, kLost, kActionRequired, kScheduled, kAuthorized, kDeclined,
                   kCaptured, kCaptureFailed, kVoided, kVoidFailed, kTold, kRefundPending,
                   kRefunded, kRefundFailed, kExpired)

struct Entry {
    EntryKind kind = EntryKind::kOpened;
    std::string reference;  // of the payment, ours ("sbx_…")
    std::string key;        // idempotency key of the request that caused it: the shop's effect id
    std::string order;      // the shop's order id
    std::string payment;    // the shop's payment id
    std::string operation;  // the shop's id of a capture or a refund
    std::string token;
    std::string return_url;
    Money amount;
    std::string code;  // why not
    Time due_at;
    Time at;
    bool final = false;  // of a capture: the rest is no longer held
    bool operator==(const Entry&) const = default;
};
SHOP_DESCRIBE(Entry, kind, reference, key, order, payment, operation, token, return_url, amount,
              code, due_at, at, final)

// The entries of one request: written and read whole or not at all.
using Entries = std::vector<Entry>;

}  // namespace shop::sandbox
