// Credit notes, and a payment's refunds, as staff see them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/credit_note/credit_note.hpp"
#include "core/payment/payment.hpp"

namespace shop::api {

struct CreditNoteLineView {
    LineId id;
    std::optional<OrderId> order_id;
    std::optional<LineId> order_line_id;
    std::string sku;
    std::string title;
    std::int64_t quantity = 0;
    Money net;
    Money tax;
    Money gross;
    std::int64_t restock = 0;
    stock::Disposition disposition = stock::Disposition::kSellable;
    static constexpr std::string_view kSchemaName = "CreditNoteLine";
    bool operator==(const CreditNoteLineView&) const = default;
};
SHOP_DESCRIBE(CreditNoteLineView, id, order_id, order_line_id, sku, title, quantity, net, tax,
              gross, restock, disposition)

// As intended; `settled` of the note says how much of it has come to pass.
struct CreditSettlementView {
    credit_note::SettledBy by = credit_note::SettledBy::kRefund;
    Money amount;
    std::optional<PaymentId> payment_id;
    std::optional<RefundId> refund_id;
    static constexpr std::string_view kSchemaName = "CreditNoteSettlement";
    bool operator==(const CreditSettlementView&) const = default;
};
SHOP_DESCRIBE(CreditSettlementView, by, amount, payment_id, refund_id)

struct CreditNoteView {
    CreditNoteId id;
    std::optional<std::int64_t> number;  // once it is issued
    credit_note::Status status = credit_note::Status::kRequested;
    std::optional<OrderId> order_id;
    std::optional<CustomerId> customer_id;
    Currency currency;
    std::vector<CreditNoteLineView> lines;
    sale::Totals totals;
    std::vector<CreditSettlementView> settlements;
    Money settled;
    Reason reason;
    std::optional<sale::External> external;
    Time created_at;
    std::optional<Time> credited_at;  // of a note that is older than its record
    static constexpr std::string_view kSchemaName = "CreditNote";
    bool operator==(const CreditNoteView&) const = default;
};
SHOP_DESCRIBE(CreditNoteView, id, number, status, order_id, customer_id, currency, lines, totals,
              settlements, settled, reason, external, created_at, credited_at)

CreditNoteView view_of(const credit_note::State& note);

// Settled: it failed, and went back by other means.
enum class RefundViewStatus { kRequested, kPending, kRefunded, kFailed, kSettled };
SHOP_DESCRIBE_ENUM(RefundViewStatus, kRequested, kPending, kRefunded, kFailed, kSettled)

struct RefundView {
    RefundId id;
    RefundViewStatus status = RefundViewStatus::kRequested;
    Money amount;
    std::optional<CreditNoteId> credit_note_id;
    std::optional<std::string> code;  // why it failed
    bool is_owed = false;             // it failed, and was neither asked for again nor settled
    std::optional<payment::SettledOtherwise> settled_by;
    static constexpr std::string_view kSchemaName = "Refund";
    bool operator==(const RefundView&) const = default;
};
SHOP_DESCRIBE(RefundView, id, status, amount, credit_note_id, code, is_owed, settled_by)

struct PaymentRefundsView {
    PaymentId payment_id;
    Money captured;
    Money refunded;
    Money left;  // what can still go back
    std::vector<RefundView> refunds;
    static constexpr std::string_view kSchemaName = "PaymentRefunds";
    bool operator==(const PaymentRefundsView&) const = default;
};
SHOP_DESCRIBE(PaymentRefundsView, payment_id, captured, refunded, left, refunds)

PaymentRefundsView view_of_refunds(const PaymentId& id, const payment::State& payment);

}  // namespace shop::api
