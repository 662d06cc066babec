// A provider that says another amount of a capture or a refund than was asked for, and is believed.
// Pure.
#pragma once

#include <vector>

#include "core/payment/payment.hpp"

namespace shop::payment {

// What counts from then on, and, of a refund that gave back less, the request for the rest. Errors
// as of AcceptMismatch.
Result<std::vector<Event>> accept_mismatch(const AcceptMismatch& command, const State& payment);

}  // namespace shop::payment
