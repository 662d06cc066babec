#include "core/payment/moves.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/decision.hpp"
#include "core/json/encode.hpp"

namespace shop::payment {

void request_capture(Decision& decision, const PaymentId& id, const State& payment,
                     CaptureRequested request, std::optional<Time> at) {
    const Captured done{request.capture_id, request.amount, payment.provider_reference, {}};
    decision.add(id, std::move(request), at);
    if (payment.provider == kOfflineProvider) decision.add(id, done, at);
}

void request_refund(Decision& decision, const PaymentId& id, const State& payment,
                    RefundRequested request, std::optional<Time> at) {
    const Refunded done{request.refund_id, request.amount, payment.provider_reference, {}};
    decision.add(id, std::move(request), at);
    if (payment.provider == kOfflineProvider) decision.add(id, done, at);
}

void give_back_discovered(Decision& decision, const PaymentId& id, const State& payment,
                          const Reason& reason) {
    if (payment.captured.currency.is_empty()) {
        decision.add(id, VoidRequested{payment.held_amount(), VoidReason::kDiscovered, reason});
        return;
    }
    if (const Money held = payment.unasked_held(); held.minor_units > 0)
        decision.add(id, VoidRequested{held, VoidReason::kRest, reason});
    if (payment.left_to_refund().minor_units <= 0) return;
    const auto failed = std::ranges::find_if(payment.refunds, &RefundState::is_owed);
    const std::string cause = "discovered/" + std::to_string(payment.refunds.size());
    decision.add(id,
                 RefundRequested{
                     .refund_id = refund_of(id, cause),
                     .capture_id = {},
                     .amount = payment.left_to_refund(),
                     .credit_note_id = {},
                     .reason = reason,
                     .replaces = failed == payment.refunds.end() ? RefundId{} : failed->refund_id});
}

std::unexpected<Error> over_refund_limit(const Money& left) {
    Error error{ErrorCode::kConflict, "refund-limit",
                "More would go back than was taken and not given back: " + to_string(left) + "."};
    error.members = "\"left\":" + json::to_json(left, json::Defaults::kWrite);
    return std::unexpected(std::move(error));
}

void settle_captures(Decision& decision, const PaymentId& id, const State& payment) {
    for (const CaptureState& capture : payment.captures)
        if (capture.is_owed()) decision.add(id, CaptureSettled{capture.capture_id, capture.amount});
}

void request_release(Decision& decision, const PaymentId& id, const State& payment,
                     std::optional<Time> at) {
    const VoidReason reason = VoidReason::kRest;
    decision.add(id, VoidRequested{payment.rest(), reason}, at);
    if (payment.provider == kOfflineProvider)
        decision.add(id, Voided{payment.rest(), reason, {}}, at);
}

void request_void(Decision& decision, const PaymentId& id, const State& payment, VoidReason reason,
                  std::optional<Time> at) {
    const Money amount = payment.held_amount();
    decision.add(id, VoidRequested{amount, reason}, at);
    if (payment.provider == kOfflineProvider) decision.add(id, Voided{amount, reason, {}}, at);
}

}  // namespace shop::payment
