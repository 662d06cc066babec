// Webhooks of the sandbox: how they are signed, and what the shop makes of one.
//
//   Sandbox-Signature: t=<unix seconds>,v1=<hex of HMAC-SHA-256(secret, "<t>.<body>")>
//
// The time is signed with the body, so that a caught webhook cannot be played back later. Playing
// it back at once does no harm: what is known already writes nothing.
#pragma once

#include <string>
#include <string_view>

#include "api/sandbox/processor.hpp"
#include "core/base/result.hpp"
#include "core/payment/payment.hpp"

namespace shop::payments {

// Where the shop takes them (api/endpoints/webhooks.cpp).
inline constexpr std::string_view kSandboxWebhookPath = "/api/v1/webhooks/sandbox";
inline constexpr std::string_view kSandboxSignatureHeader = "Sandbox-Signature";
inline constexpr Duration kSandboxSignatureLife = minutes(5);

struct SandboxEvent {
    std::string id;  // the same for each copy
    std::string type;
    sandbox::Answer data;
    bool operator==(const SandboxEvent&) const = default;
};
SHOP_DESCRIBE(SandboxEvent, id, type, data)

SandboxEvent sandbox_event(const sandbox::Answer& answer);

// The header's value.
std::string sign_sandbox_webhook(std::string_view body, std::string_view secret, Time now);

// The observation in a webhook. kRejected "bad-signature" if it was not signed with the secret
// within the last minutes; nothing of its content is then looked at.
Result<payment::RecordProviderResult> read_sandbox_webhook(std::string_view signature,
                                                           std::string_view body,
                                                           std::string_view secret, Time now);

}  // namespace shop::payments
