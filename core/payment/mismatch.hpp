// A provider that says another amount of a capture or a refund than was asked for: it is believed,
// or says it right after all. Pure.
#pragma once

#include <vector>

#include "core/payment/payment.hpp"

namespace shop::payment {

// What counts from then on, and, of a refund that gave back less, the request for the rest. Errors
// as of AcceptMismatch.
Result<std::vector<Event>> accept_mismatch(const AcceptMismatch& command, const State& payment);

// What the provider says again as it counts here, of a capture, of a refund, or of all that
// captures took so far: that ends what it had contradicted of it. Nothing, if that may be of
// another move.
std::vector<Event> put_right(const State& payment, const CaptureState& capture);
std::vector<Event> put_right(const State& payment, const RefundState& refund);
std::vector<Event> put_right(const State& payment, const Money& taken_in_all);

// Why an amount counts that staff did not accept: the provider put right what it had said.
inline Reason told_by_provider() {
    return {.code = "provider", .note = {}};
}

}  // namespace shop::payment
