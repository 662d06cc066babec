// How a credit note about an order is settled: what goes back on which payment, what otherwise.
// Pure.
#pragma once

#include <vector>

#include "core/base/result.hpp"
#include "core/credit_note/credit_note.hpp"
#include "core/order/money.hpp"

namespace shop::credit_note {

// As asked for, with refunds laid on payments; or, if nothing was asked for, what was taken beyond
// what is due after the note goes back, the newest payment first, and the rest is less to be paid.
// kInvalid names the settlement that is wrong; kConflict "refund-limit" (members: left),
// "payment-mismatch".
Result<std::vector<Settlement>> settlements_of(const Request& request, const order::State& order,
                                               const Money& total,
                                               const std::vector<order::OrderPayment>& payments);

SettledBy settled_by(payment::SettledOtherwise by);

// Adds what the note, if this slot has it, makes of a refund that was done …
void note_refunded(Decision& decision, const CreditNoteId& note, Settled settled,
                   const Streams& streams, std::optional<Time> at);
// … and of one that failed after it had been done.
void note_refund_lost(Decision& decision, const CreditNoteId& note, Reopened reopened,
                      const Streams& streams, std::optional<Time> at);

}  // namespace shop::credit_note
