// How an order stands with money, in one word. Pure.
//
// The list of orders has it from Postgres (payment_status() in
// migrations/projections/storefront.sales.sql, for filters and indexes);
// tests/projections/payment_status_test.cpp holds the two together.
#pragma once

#include <cstdint>
#include <vector>

#include "core/order/order.hpp"
#include "core/payment/payment.hpp"

namespace shop::order {

enum class PaymentStatus {
    kNotRequired,        // it costs nothing
    kPending,            // nothing is there yet
    kAuthorized,         // held, and nothing of it taken
    kPartiallyCaptured,  // paid in part
    kCaptured,           // all that is due is paid
    kPartiallyRefunded,
    kRefunded,  // all that was paid went back
    kVoided,    // what was held was let go, and nothing was taken
    kExpired,   // … or ran out
    kOverpaid,  // more than is due is here, or is held beside what was paid
};
SHOP_DESCRIBE_ENUM(PaymentStatus, kNotRequired, kPending, kAuthorized, kPartiallyCaptured,
                   kCaptured, kPartiallyRefunded, kRefunded, kVoided, kExpired, kOverpaid)

// In minor units of the order's currency.
struct Ledger {
    std::int64_t total = 0;
    std::int64_t due = 0;
    std::int64_t captured = 0;  // by all of its payments, as are the next three
    std::int64_t refunded = 0;
    std::int64_t held = 0;                           // authorized, and nothing of it captured
    PaymentStatus unpaid = PaymentStatus::kPending;  // what it is while no money is there

    std::int64_t balance() const { return due - captured + refunded; }
    bool operator==(const Ledger&) const = default;
};

// `payments`: all that the order ever had.
Ledger ledger_of(const Money& total, const Money& due,
                 const std::vector<const payment::State*>& payments);

PaymentStatus payment_status_of(const Ledger& ledger);

}  // namespace shop::order
