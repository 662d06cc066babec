// A credit note: the document that says what is given back, and why.
//
// requested → issued (it has its number, from a series without gaps) → settled, in parts. One about
// a single order has that order's slot, and is recorded together with what it makes of the order
// and its payments; one about several orders, or none, has a slot of its own and owes each order
// its part (order.lines_credited, refund) as an effect. Goods that come back are owed to their
// stock items.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/checkout/checkout.hpp"
#include "core/payment/payment_events.hpp"
#include "core/sale/values.hpp"
#include "core/stock/stock.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::credit_note {

// ---- Events: stored for ever --------------------------------------------------------------------

// What is credited: a copy of the sold line with the credited quantity and amounts (its line_id is
// the note's own), and the order's line it takes back, if there is one.
struct Line {
    sale::Line line;
    OrderId order_id;
    LineId order_line_id;
    std::int64_t restock = 0;  // units that come back
    stock::Disposition disposition = stock::Disposition::kSellable;
    std::string matched_by;  // how an import found the order's line
    bool operator==(const Line&) const = default;
};
SHOP_DESCRIBE(Line, line, order_id, order_line_id, restock, disposition, matched_by)

enum class SettledBy { kRefund, kStoreCredit, kOffline, kOffset };
SHOP_DESCRIBE_ENUM(SettledBy, kRefund, kStoreCredit, kOffline, kOffset)

// How a part of the total is given back. A refund names the payment it goes back on.
struct Settlement {
    SettledBy by = SettledBy::kRefund;
    Money amount;
    OrderId order_id;
    PaymentId payment_id;
    RefundId refund_id;
    bool operator==(const Settlement&) const = default;
};
SHOP_DESCRIBE(Settlement, by, amount, order_id, payment_id, refund_id)

struct Requested {
    static constexpr std::string_view kType = "credit_note.requested";
    static constexpr int kSchema = 1;
    CreditNoteId credit_note_id;
    OrderId order_id;  // empty if there are several, or none
    ReturnId return_id;
    CustomerId customer_id;
    std::vector<Line> lines;
    Reason reason;
    sale::Terms terms;
    sale::Totals totals;
    std::vector<Settlement> settlements;  // as intended; their sum is the total
    std::optional<sale::External> external;
    OrderId reverses;                 // the order all of which is taken back
    std::optional<Time> credited_at;  // of a note that is older than its record
    bool operator==(const Requested&) const = default;
};
SHOP_DESCRIBE(Requested, credit_note_id, order_id, return_id, customer_id, lines, reason, terms,
              totals, settlements, external, reverses, credited_at)

struct Issued {
    static constexpr std::string_view kType = "credit_note.issued";
    static constexpr int kSchema = 1;
    std::int64_t number = 0;
    bool operator==(const Issued&) const = default;
};
SHOP_DESCRIBE(Issued, number)

struct Settled {
    static constexpr std::string_view kType = "credit_note.settled";
    static constexpr int kSchema = 1;
    SettledBy by = SettledBy::kRefund;
    Money amount;
    PaymentId payment_id;
    RefundId refund_id;
    bool operator==(const Settled&) const = default;
};
SHOP_DESCRIBE(Settled, by, amount, payment_id, refund_id)

// A refund that settled a part failed at last: that part is open again.
struct Reopened {
    static constexpr std::string_view kType = "credit_note.reopened";
    static constexpr int kSchema = 1;
    Money amount;
    PaymentId payment_id;
    RefundId refund_id;
    bool operator==(const Reopened&) const = default;
};
SHOP_DESCRIBE(Reopened, amount, payment_id, refund_id)

// Restocking, and parts of other slots' orders, were acknowledged.
struct EffectAnswered {
    static constexpr std::string_view kType = "credit_note.effect_answered";
    static constexpr int kSchema = 1;
    std::vector<checkout::EffectAnswer> answers;
    bool operator==(const EffectAnswered&) const = default;
};
SHOP_DESCRIBE(EffectAnswered, answers)

using Event = std::variant<Requested, Issued, Settled, Reopened, EffectAnswered>;

// ---- State --------------------------------------------------------------------------------------

enum class Status { kRequested, kIssued, kSettled };
SHOP_DESCRIBE_ENUM(Status, kRequested, kIssued, kSettled)

struct State {
    Status status = Status::kRequested;
    Requested requested;
    Time requested_at;
    std::int64_t number = 0;
    Money settled;
    std::vector<EffectId> owed;  // restocking, and other slots' orders
    bool operator==(const State&) const = default;

    Money total() const { return requested.totals.total; }
    Money left_to_settle() const { return total() - settled; }
    bool owes(const EffectId& effect) const;
    // What of it is about that order.
    Money part_of(const OrderId& order) const;
};
SHOP_DESCRIBE(State, status, requested, requested_at, number, settled, owed)

void evolve(State&, const Requested&, Time);
void evolve(State&, const Issued&, Time);
void evolve(State&, const Settled&, Time);
void evolve(State&, const Reopened&, Time);
void evolve(State&, const EffectAnswered&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// What shall be credited. Of a line of the note's own order: its units, or money; copied from the
// order's line. Else `sold` says what it is, with all its amounts.
struct Wanted {
    OrderId order_id;  // of a note over several orders
    LineId order_line_id;
    std::int64_t quantity = 0;
    std::optional<Money> amount;  // tax included; none: what the units cost (core/order/credit.hpp)
    sale::Line sold;
    std::int64_t restock = 0;
    stock::Disposition disposition = stock::Disposition::kSellable;
    std::string matched_by;
    bool operator==(const Wanted&) const = default;
};
SHOP_DESCRIBE(Wanted, order_id, order_line_id, quantity, amount, sold, restock, disposition,
              matched_by)

// Makes the note, and all that follows from it in its slot. About one order, in the order's slot:
// the order's lines are credited, and money goes back on its payments, in one record. Without
// `settlements` what was taken beyond what is then due goes back, the newest payment first, and the
// rest is less to be paid (offset). Over several orders, or none: in a slot of its own; each order
// is owed its part, and what settles the rest is told at once.
//
// kInvalid names the line or settlement that is wrong; kConflict "credit-limit" or "refund-limit"
// (members: left), "order-canceled", "payment-mismatch". The same note again changes nothing.
struct Request {
    static constexpr std::string_view kType = "RequestCreditNote";
    CreditNoteId note;
    OrderId order;  // empty: several, or none
    CustomerId customer;
    std::vector<Wanted> lines;
    std::optional<std::vector<Settlement>> settlements;  // their refund ids are made here
    sale::Terms terms;  // of a note without an order of its own; else the order's
    Reason reason;
    std::optional<sale::External> external;
    OrderId reverses;
    std::optional<Time> credited_at;
    StreamId target() const { return note; }
    bool operator==(const Request&) const = default;
};
SHOP_DESCRIBE(Request, note, order, customer, lines, settlements, terms, reason, external, reverses,
              credited_at)

struct RecordNumber {
    static constexpr std::string_view kType = "RecordCreditNoteNumber";
    CreditNoteId note;
    std::int64_t number = 0;
    StreamId target() const { return note; }
    bool operator==(const RecordNumber&) const = default;
};
SHOP_DESCRIBE(RecordNumber, note, number)

// Goods are in stock again; or other slots' orders have taken their part, or never will.
struct Answer {
    checkout::EffectAnswer effect;
    OrderId order_id;                                         // of a part
    Money refunded;                                           // … of which so much went back
    std::optional<payment::SettledOtherwise> otherwise = {};  // … or which that order does not take
    bool operator==(const Answer&) const = default;
};
SHOP_DESCRIBE(Answer, effect, order_id, refunded, otherwise)
struct RecordAnswers {
    static constexpr std::string_view kType = "RecordCreditNoteAnswers";
    CreditNoteId note;
    std::vector<Answer> answers;
    StreamId target() const { return note; }
    bool operator==(const RecordAnswers&) const = default;
};
SHOP_DESCRIBE(RecordAnswers, note, answers)

using Command = std::variant<Request, RecordNumber, RecordAnswers>;

Result<Decision> decide(const Request&, const Streams&, const Env&);
Result<Decision> decide(const RecordNumber&, const Streams&, const Env&);
Result<Decision> decide(const RecordAnswers&, const Streams&, const Env&);

// ---- Ids ----------------------------------------------------------------------------------------

// A note that is made by that command: in the order's slot, or in one of its own.
CreditNoteId note_of(const OrderId&, const CommandId&);
CreditNoteId note_of(const CommandId&);
// The note's n-th line, from 0.
LineId line_of(const CreditNoteId&, std::size_t n);

EffectId number_effect(const CreditNoteId&);
EffectId restock_effect(const CreditNoteId&, const LineId&);
// The part of an order in another slot.
EffectId part_effect(const CreditNoteId&, const OrderId&);

}  // namespace shop::credit_note
