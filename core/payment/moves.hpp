// Money that shall move: what the shop asks for, recorded before anybody is called. An offline
// tender (invoice, transfer, cash) has no provider to ask: what is asked for is done in the same
// record.
#pragma once

#include <optional>

#include "core/payment/offline.hpp"
#include "core/payment/payment.hpp"

namespace shop::payment {

// `at`: when it happened, if that is not now.
void request_capture(Decision& decision, const PaymentId& id, const State& payment,
                     CaptureRequested request, std::optional<Time> at = {});
void request_refund(Decision& decision, const PaymentId& id, const State& payment,
                    RefundRequested request, std::optional<Time> at = {});
// Of money that nobody asked for: what was taken is refunded, again if that failed, and what is
// held is let go.
void give_back_discovered(Decision& decision, const PaymentId& id, const State& payment,
                          const Reason& reason);
// kConflict "refund-limit" (members: left): more would go back than can.
std::unexpected<Error> over_refund_limit(const Money& left);

// What refused captures were to take need not be taken any more.
void settle_captures(Decision& decision, const PaymentId& id, const State& payment);

// What captures left is let go.
void request_release(Decision& decision, const PaymentId& id, const State& payment,
                     std::optional<Time> at = {});
void request_void(Decision& decision, const PaymentId& id, const State& payment, VoidReason reason,
                  std::optional<Time> at = {});

}  // namespace shop::payment
