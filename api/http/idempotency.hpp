// The same command twice: who it comes from, what it is called, and how its repetition is told.
//
// The command id is an HMAC under the server's secret of caller, method, route, target and
// Idempotency-Key; without a key it is random. The fingerprint is an HMAC of the body under the
// same secret: another body under a known id is refused with 422 (the engine compares).
#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/http/route.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "events/engine.hpp"

namespace shop {
struct Secrets;
}

namespace shop::http {

inline constexpr std::int64_t kGuestKeyCharsMin = 22;
inline constexpr std::int64_t kKeyCharsMax = 200;

// Everything of a Submission but its command. `pattern` is the route's. kInvalid if the key is
// malformed, or too short for a caller without credentials.
Result<Submission> submission_of(const Request& request, std::string_view pattern,
                                 const Secrets& secrets);

// Shop-Position, and Idempotent-Replayed if the command was decided before.
void tell_receipt(Response& response, const Receipt& receipt);

}  // namespace shop::http
