#include "projections/storefront/payment_rows.hpp"

#include "projections/storefront/patch.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::Database;
using postgres::RowSet;
using postgres::SetStatement;

constexpr Column kPaymentInputs[] = {{"payment_id", "text"},
                                     {"order_id", "text"},
                                     {"attempt", "bigint"},
                                     {"provider", "text"},
                                     {"method", "text"},
                                     {"status", "text"},
                                     {"currency", "text"},
                                     {"amount", "bigint"},
                                     {"authorized", "bigint"},
                                     {"captured", "bigint"},
                                     {"provider_reference", "text"},
                                     {"failure", "text"},
                                     {"initiated_at", "timestamptz"},
                                     {"changed_at", "timestamptz"}};
constexpr SetStatement kUpsertPayments{
    "upsert_payments", kPaymentInputs,
    "INSERT INTO payment AS p (payment_id, order_id, attempt, provider, method, status, currency, "
    "amount, authorized, captured, provider_reference, failure, initiated_at, changed_at) "
    "SELECT u.payment_id, u.order_id, u.attempt, u.provider, u.method, u.status, u.currency, "
    "u.amount, u.authorized, u.captured, u.provider_reference, u.failure, u.initiated_at, "
    "u.changed_at FROM {rows} ON CONFLICT (payment_id) DO UPDATE SET "
    "order_id = coalesce(excluded.order_id, p.order_id), "
    "attempt = coalesce(excluded.attempt, p.attempt), "
    "provider = coalesce(excluded.provider, p.provider), "
    "method = coalesce(excluded.method, p.method), "
    "status = coalesce(excluded.status, p.status), "
    "currency = coalesce(excluded.currency, p.currency), "
    "amount = coalesce(excluded.amount, p.amount), "
    "authorized = coalesce(excluded.authorized, p.authorized), "
    "captured = p.captured + excluded.captured, "
    "provider_reference = coalesce(excluded.provider_reference, p.provider_reference), "
    "failure = coalesce(excluded.failure, p.failure), "
    "initiated_at = coalesce(excluded.initiated_at, p.initiated_at), "
    "changed_at = excluded.changed_at"};

constexpr Column kRefundInputs[] = {{"refund_id", "text"},        {"payment_id", "text"},
                                    {"status", "text"},           {"credit_note_id", "text"},
                                    {"amount", "bigint"},         {"currency", "text"},
                                    {"reason", "text"},           {"failure", "text"},
                                    {"replaces", "text"},         {"requested_at", "timestamptz"},
                                    {"changed_at", "timestamptz"}};
constexpr SetStatement kUpsertRefunds{
    "upsert_refunds", kRefundInputs,
    "INSERT INTO refund AS r (refund_id, payment_id, status, credit_note_id, amount, currency, "
    "reason, failure, replaces, requested_at, changed_at) "
    "SELECT u.refund_id, u.payment_id, u.status, coalesce(u.credit_note_id, ''), "
    "coalesce(u.amount, 0), coalesce(u.currency, ''), coalesce(u.reason, ''), "
    "coalesce(u.failure, ''), coalesce(u.replaces, ''), u.requested_at, u.changed_at FROM {rows} "
    "ON CONFLICT (refund_id) DO UPDATE SET status = excluded.status, "
    "amount = CASE WHEN excluded.currency = '' THEN r.amount ELSE excluded.amount END, "
    "currency = CASE WHEN excluded.currency = '' THEN r.currency ELSE excluded.currency END, "
    "failure = CASE WHEN excluded.failure = '' THEN r.failure ELSE excluded.failure END, "
    "changed_at = excluded.changed_at"};

}  // namespace

void PaymentRows::fold(const Record& record, const RecordedEvent& event) {
    const Time time = record.time_of(event);
    visit_event<payment::Event>(event.data, [&](const auto& data) {
        const std::string id = event.stream.to_string();
        fold_payment(payments_[id], data, time);
        fold_refund(id, data, time);
    });
}

void PaymentRows::fold_payment(Payment& payment, const payment::Event& event, Time time) {
    payment.changed_at = time;
    const auto sets = [&](std::string status) { payment.status = std::move(status); };
    std::visit(
        [&]<class Event>(const Event& data) {
            if constexpr (std::is_same_v<Event, payment::Initiated>) {
                payment.order_id = data.order_id.to_string();
                payment.attempt = data.attempt;
                payment.provider = data.provider;
                payment.method = data.method.type;
                payment.currency = std::string(data.amount.currency.view());
                payment.amount = data.amount.minor_units;
                payment.initiated_at = time;
                sets("initiated");
            } else if constexpr (std::is_same_v<Event, payment::Submitted>) {
                payment.provider_reference = data.provider_reference;
            } else if constexpr (std::is_same_v<Event, payment::ActionRequired>) {
                sets("action_required");
            } else if constexpr (std::is_same_v<Event, payment::Pending>) {
                sets("pending");
            } else if constexpr (std::is_same_v<Event, payment::OutcomeUnknown>) {
                if (data.operation == payment::Operation::kAuthorize) sets("unknown");
            } else if constexpr (std::is_same_v<Event, payment::Authorized>) {
                payment.provider_reference = data.provider_reference;
                payment.authorized = data.amount.minor_units;
                sets("authorized");
            } else if constexpr (std::is_same_v<Event, payment::Declined>) {
                payment.failure = data.code;
                sets("declined");
            } else if constexpr (std::is_same_v<Event, payment::AuthorizationExpired>) {
                sets("expired");
            } else if constexpr (std::is_same_v<Event, payment::Captured>) {
                payment.captured += data.amount.minor_units;
                sets("captured");
            } else if constexpr (std::is_same_v<Event, payment::CaptureFailed> ||
                                 std::is_same_v<Event, payment::VoidFailed>) {
                payment.failure = data.code;
            } else if constexpr (std::is_same_v<Event, payment::Voided>) {
                if (data.reason != payment::VoidReason::kRest) sets("voided");
            } else if constexpr (std::is_same_v<Event, payment::MismatchDetected>) {
                payment.provider_reference = data.provider_reference;
                payment.failure = "mismatch";
            } else if constexpr (std::is_same_v<Event, payment::MismatchAccepted>) {
                payment.failure = "";
                if (!data.refund_id.is_empty()) return;
                payment.captured += data.amount.minor_units - data.counted.minor_units;
                sets("captured");
            } else if constexpr (std::is_same_v<Event, payment::Discovered>) {
                payment.provider = data.provider;
                payment.provider_reference = data.provider_reference;
                payment.currency = std::string(data.amount.currency.view());
                payment.amount = data.amount.minor_units;
                if (data.is_captured)
                    payment.captured += data.amount.minor_units;
                else
                    payment.authorized = payment.amount;
                payment.initiated_at = time;
                sets("discovered");
            } else if constexpr (std::is_same_v<Event, payment::HoldDiscovered>) {
                payment.amount = data.amount.minor_units;
                payment.authorized = payment.amount;
            }
        },
        event);
}

void PaymentRows::fold_refund(const std::string& payment_id, const payment::Event& event,
                              Time time) {
    const auto refund_of = [&](const RefundId& id, std::string status) -> Refund& {
        const auto [at, is_new] = refunds_.try_emplace(id.to_string());
        Refund& refund = at->second;
        if (is_new) refund.requested_at = time;
        refund.payment_id = payment_id;
        refund.status = std::move(status);
        refund.changed_at = time;
        return refund;
    };
    const auto costs = [](Refund& refund, const Money& amount) {
        refund.amount = amount.minor_units;
        refund.currency = std::string(amount.currency.view());
    };
    if (const auto* asked = std::get_if<payment::RefundRequested>(&event)) {
        Refund& refund = refund_of(asked->refund_id, "requested");
        costs(refund, asked->amount);
        refund.credit_note_id = asked->credit_note_id.to_string();
        refund.reason = asked->reason.code;
        refund.replaces = asked->replaces.to_string();
    } else if (const auto* pending = std::get_if<payment::RefundPending>(&event)) {
        refund_of(pending->refund_id, "pending");
    } else if (const auto* done = std::get_if<payment::Refunded>(&event)) {
        costs(refund_of(done->refund_id, "refunded"), done->amount);
    } else if (const auto* accepted = std::get_if<payment::MismatchAccepted>(&event)) {
        if (accepted->refund_id.is_empty()) return;
        costs(refund_of(accepted->refund_id, "refunded"), accepted->amount);
    } else if (const auto* failed = std::get_if<payment::RefundFailed>(&event)) {
        refund_of(failed->refund_id, "failed").failure = failed->code;
    } else if (const auto* settled = std::get_if<payment::RefundSettled>(&event)) {
        refund_of(settled->refund_id, "settled");
    }
}

Status PaymentRows::write(Database& database) {
    SHOP_TRY_STATUS(write_payments(database));
    return write_refunds(database);
}

Status PaymentRows::write_payments(Database& database) {
    RowSet rows(kUpsertPayments, mode_);
    for (const auto& [id, payment] : payments_) {
        rows.text(id);
        add(rows, payment.order_id);
        add(rows, payment.attempt);
        add(rows, payment.provider);
        add(rows, payment.method);
        add(rows, payment.status);
        add(rows, payment.currency);
        add(rows, payment.amount);
        add(rows, payment.authorized);
        rows.integer(payment.captured);
        add(rows, payment.provider_reference);
        add(rows, payment.failure);
        add(rows, payment.initiated_at);
        rows.text(to_rfc3339(payment.changed_at));
    }
    return run(database, rows);
}

Status PaymentRows::write_refunds(Database& database) {
    RowSet rows(kUpsertRefunds, mode_);
    for (const auto& [id, refund] : refunds_) {
        rows.text(id).text(refund.payment_id).text(refund.status);
        add(rows, refund.credit_note_id);
        add(rows, refund.amount);
        add(rows, refund.currency);
        add(rows, refund.reason);
        add(rows, refund.failure);
        add(rows, refund.replaces);
        rows.text(to_rfc3339(refund.requested_at)).text(to_rfc3339(refund.changed_at));
    }
    return run(database, rows);
}

void PaymentRows::add_ids(RowSet& rows) const {
    for (const auto& [id, payment] : payments_) rows.text("p").text(id);
}

}  // namespace shop::projections::storefront
