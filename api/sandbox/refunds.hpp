// What the sandbox decides about refunds, as processor.hpp does about the rest. Pure.
//
// Never more is given back than was captured. What is pending counts as given back, until it fails.
#pragma once

#include "api/sandbox/processor.hpp"

namespace shop::sandbox {

// kNotFound if there is no such payment; kConflict "idempotency-conflict" if the key was used for
// another request.
Result<Verdict> refund(const Book& book, const RefundRequest& request, Time now,
                       const Delays& delays);

// What happens by itself to a refund whose time has come: a pending one is done, one that is done
// comes back from the bank.
Verdict settle_refund(const Refund& refund, Time now);

// How a refund stands, in an answer that names its payment already.
void tell_refund(const Refund& refund, Answer& answer);

}  // namespace shop::sandbox
