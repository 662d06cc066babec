#include "core/order/payment_status.hpp"

#include <algorithm>

namespace shop::order {
namespace {

using Payments = std::vector<const payment::State*>;

bool is_open(const payment::State* payment) {
    switch (payment->status) {
        case payment::Status::kInitiated:
        case payment::Status::kActionRequired:
        case payment::Status::kPending:
        case payment::Status::kUnknown:
            return true;
        case payment::Status::kAuthorized:
        case payment::Status::kCaptured:
        case payment::Status::kDeclined:
        case payment::Status::kVoided:
        case payment::Status::kExpired:
        case payment::Status::kDiscovered:
            return false;
    }
    return false;
}

// Whoever may pay still speaks for those who will not.
PaymentStatus unpaid_status(const Payments& payments) {
    if (std::ranges::any_of(payments, is_open)) return PaymentStatus::kPending;
    const auto any = [&](payment::Status status) {
        return std::ranges::find(payments, status, &payment::State::status) != payments.end();
    };
    if (any(payment::Status::kVoided)) return PaymentStatus::kVoided;
    return any(payment::Status::kExpired) ? PaymentStatus::kExpired : PaymentStatus::kPending;
}

// Beside what was paid nothing more is to be held.
bool is_overpaid(const Ledger& ledger) {
    const std::int64_t kept = ledger.captured - ledger.refunded;
    const bool is_held_too = kept > 0 && kept >= ledger.due && ledger.held > 0;
    return kept > ledger.due || ledger.held > ledger.total || is_held_too;
}

}  // namespace

Ledger ledger_of(const Money& total, const Money& due, const Payments& payments) {
    Ledger ledger{
        .total = total.minor_units, .due = due.minor_units, .unpaid = unpaid_status(payments)};
    for (const payment::State* payment : payments) {
        ledger.captured += payment->captured.minor_units;
        ledger.refunded += payment->refunded.minor_units + payment->settled_otherwise().minor_units;
        if (payment->status == payment::Status::kAuthorized)
            ledger.held += payment->authorized.minor_units;
    }
    return ledger;
}

PaymentStatus payment_status_of(const Ledger& ledger) {
    if (is_overpaid(ledger)) return PaymentStatus::kOverpaid;
    if (ledger.total == 0) return PaymentStatus::kNotRequired;
    if (ledger.refunded > 0)
        return ledger.refunded >= ledger.captured ? PaymentStatus::kRefunded
                                                  : PaymentStatus::kPartiallyRefunded;
    if (ledger.captured > 0)
        return ledger.captured >= ledger.due ? PaymentStatus::kCaptured
                                             : PaymentStatus::kPartiallyCaptured;
    return ledger.held > 0 ? PaymentStatus::kAuthorized : ledger.unpaid;
}

}  // namespace shop::order
