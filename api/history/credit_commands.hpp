// What was given back, as a credit note. Pure.
#pragma once

#include <string>

#include "api/history/history_records.hpp"
#include "api/history/sale_commands.hpp"
#include "core/credit_note/credit_note.hpp"

namespace shop::history {

// The one order that a note takes back lines of, and nothing else: it is credited and refunded in
// one record. Any other note stands apart from its orders, each of which gets its part: empty.
OrderId own_order_of(const CreditNote& note, const std::string& system);

CreditNoteId note_id_of(const CreditNote& note, const std::string& system);
CreditNoteId note_id_of(const Refund& refund, const std::string& system);

// What a line is credited beyond its order line (order_amount) becomes a line of its own that
// belongs to no order. Money goes back on the order's payments, the newest first; what of the
// order's own note is not settled is less to be paid.
credit_note::Request request_of(const CreditNote& note, const std::string& system,
                                const CatalogFold& catalog);

// In the currency of the refund's order.
credit_note::Request request_of(const Refund& refund, const std::string& system, Currency currency);

}  // namespace shop::history
