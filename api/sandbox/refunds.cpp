#include "api/sandbox/refunds.hpp"

namespace shop::sandbox {
namespace {

// Why a refund is refused, or nothing.
std::string refusal_of(const Payment& payment, const Money& amount) {
    if (payment.token == "tok_refund_fails") return "refund_refused";
    if (payment.status != PaymentStatus::kCaptured) return "not_captured";
    if (amount.currency != payment.authorized.currency) return "wrong_currency";
    const std::int64_t left = payment.captured - payment.refunded - payment.refunding;
    if (amount.minor_units <= 0 || amount.minor_units > left) return "amount_exceeds_capture";
    return {};
}

Money given_by(const Payment& payment, const Money& asked) {
    return payment.token == "tok_wrong_refund" ? wrong_amount(asked) : asked;
}

Entry entry_of(EntryKind kind, const Payment& payment, const RefundRequest& request, Time now) {
    Entry entry;
    entry.kind = kind;
    entry.reference = payment.reference;
    entry.key = request.effect_id;
    entry.operation = request.operation;
    entry.amount = given_by(payment, request.amount);
    entry.at = now;
    return entry;
}

}  // namespace

Result<Verdict> refund(const Book& book, const RefundRequest& request, Time now,
                       const Delays& delays) {
    const Payment* payment = book.find_payment(request.reference);
    if (payment == nullptr)
        return fail(ErrorCode::kNotFound, "not-found", "There is no such payment.");
    if (book.find_operation(request.effect_id) != nullptr) {
        const Refund* known = book.find_refund(request.effect_id);
        if (known == nullptr || known->reference != request.reference ||
            known->amount != given_by(*payment, request.amount))
            return fail(ErrorCode::kConflict, "idempotency-conflict",
                        "This effect id was used for a different request; use a new one.");
        return Verdict{};
    }
    Entry entry = entry_of(EntryKind::kRefunded, *payment, request, now);
    entry.code = refusal_of(*payment, request.amount);
    if (!entry.code.empty()) {
        entry.kind = EntryKind::kRefundFailed;
        return Verdict{{entry}};
    }
    if (payment->token == "tok_refund_pending") entry.kind = EntryKind::kRefundPending;
    if (payment->token == "tok_refund_pending" || payment->token == "tok_refund_fails_late")
        entry.due_at = now + delays.late;
    return Verdict{{entry}};
}

Verdict settle_refund(const Refund& refund, Time now) {
    Entry entry;
    entry.kind = EntryKind::kRefunded;
    entry.reference = refund.reference;
    entry.key = refund.key;
    entry.operation = refund.operation;
    entry.amount = refund.amount;
    entry.at = now;
    if (refund.status == RefundStatus::kDone) {
        entry.kind = EntryKind::kRefundFailed;
        entry.code = "refund_returned";
    }
    return {.entries = {entry}, .webhook_copies = 1};
}

void tell_refund(const Refund& refund, Answer& answer) {
    answer.at = refund.changed_at;
    answer.code = refund.code;
    switch (refund.status) {
        case RefundStatus::kPending:
            answer.status = AnswerStatus::kRefundPending;
            break;
        case RefundStatus::kDone:
            answer.status = AnswerStatus::kRefunded;
            return;
        case RefundStatus::kFailed:
            answer.status = AnswerStatus::kRefundFailed;
            break;
    }
    answer.amount.minor_units = 0;
}

}  // namespace shop::sandbox
