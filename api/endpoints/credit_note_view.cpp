#include "api/endpoints/credit_note_view.hpp"

#include <utility>

namespace shop::api {
namespace {

template <class Id>
std::optional<Id> if_any(const Id& id) {
    return id.is_empty() ? std::nullopt : std::optional(id);
}

CreditNoteLineView view_of(const credit_note::Line& line) {
    Money tax{0, line.line.net.currency};
    for (const sale::TaxLine& part : line.line.tax) tax += part.amount;
    return {.id = line.line.line_id,
            .order_id = if_any(line.order_id),
            .order_line_id = if_any(line.order_line_id),
            .sku = line.line.sku,
            .title = line.line.title,
            .quantity = line.line.quantity,
            .net = line.line.net,
            .tax = tax,
            .gross = line.line.gross,
            .restock = line.restock,
            .disposition = line.disposition};
}

RefundViewStatus status_of(const payment::RefundState& refund) {
    switch (refund.status) {
        case payment::MoveStatus::kUnderWay:
            return refund.pending ? RefundViewStatus::kPending : RefundViewStatus::kRequested;
        case payment::MoveStatus::kDone:
            return RefundViewStatus::kRefunded;
        case payment::MoveStatus::kFailed:
            return refund.settled_by ? RefundViewStatus::kSettled : RefundViewStatus::kFailed;
    }
    return RefundViewStatus::kRequested;
}

}  // namespace

CreditNoteView view_of(const credit_note::State& note) {
    const credit_note::Requested& requested = note.requested;
    CreditNoteView view{.id = requested.credit_note_id,
                        .number = {},
                        .status = note.status,
                        .order_id = if_any(requested.order_id),
                        .customer_id = if_any(requested.customer_id),
                        .currency = requested.terms.currency,
                        .lines = {},
                        .totals = requested.totals,
                        .settlements = {},
                        .settled = note.settled,
                        .reason = requested.reason,
                        .external = requested.external,
                        .created_at = note.requested_at,
                        .credited_at = requested.credited_at};
    if (note.number != 0) view.number = note.number;
    for (const credit_note::Line& line : requested.lines) view.lines.push_back(view_of(line));
    for (const credit_note::Settlement& part : requested.settlements)
        view.settlements.push_back(
            {part.by, part.amount, if_any(part.payment_id), if_any(part.refund_id)});
    return view;
}

PaymentRefundsView view_of_refunds(const PaymentId& id, const payment::State& payment) {
    const Currency& currency = payment.amount.currency;
    PaymentRefundsView view{.payment_id = id,
                            .captured = {payment.captured.minor_units, currency},
                            .refunded = {payment.refunded.minor_units, currency},
                            .left = payment.left_to_refund(),
                            .refunds = {}};
    for (const payment::RefundState& refund : payment.refunds) {
        RefundView each{.id = refund.refund_id,
                        .status = status_of(refund),
                        .amount = refund.amount,
                        .credit_note_id = if_any(refund.credit_note_id),
                        .code = {},
                        .is_owed = refund.is_owed(),
                        .settled_by = refund.settled_by};
        if (!refund.failure.empty()) each.code = refund.failure;
        view.refunds.push_back(std::move(each));
    }
    return view;
}

}  // namespace shop::api
