// What was given back, as a credit note. Pure.
#pragma once

#include <string>

#include "api/history/history_records.hpp"
#include "api/history/sale_commands.hpp"
#include "core/credit_note/credit_note.hpp"

namespace shop::history {

// How an order was paid; empty if it was not, or if there is no order.
struct OrderPaid {
    PaymentId payment;
    Currency currency;
};

// The one order that a note takes back lines of, and nothing else: it is credited and refunded in
// one record. Any other note stands apart from its orders, each of which gets its part: empty.
OrderId own_order_of(const CreditNote& note, const std::string& system);

// `paid` is own_order_of()'s. What a line is credited beyond its order line (order_amount) becomes
// a line of its own that belongs to no order.
credit_note::Request request_of(const CreditNote& note, const std::string& system,
                                const OrderPaid& paid, const CatalogFold& catalog);

// `paid` is that of the refund's order.
credit_note::Request request_of(const Refund& refund, const std::string& system,
                                const OrderPaid& paid);

}  // namespace shop::history
