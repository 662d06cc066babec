// An order: a sale, from `order.placed` on. Before that, only a checkout exists.
//
// It owes its stock: each line's units are allocated (held → sold) after it was placed, or released
// if it was canceled first. How it stands with money is told by its payments.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/checkout/checkout.hpp"
#include "core/order/order_events.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::order {

// ---- State --------------------------------------------------------------------------------------

enum class Status { kPlaced, kConfirmed, kOnHold, kClosed, kCanceled };
SHOP_DESCRIBE_ENUM(Status, kPlaced, kConfirmed, kOnHold, kClosed, kCanceled)

// What became of a line's units. Those in fulfillments are told by the fulfillments.
struct LineProgress {
    std::int64_t canceled = 0;
    Money canceled_amount;
    std::int64_t credited = 0;
    Money credited_amount;
    std::int64_t returned = 0;
    bool operator==(const LineProgress&) const = default;
};
SHOP_DESCRIBE(LineProgress, canceled, canceled_amount, credited, credited_amount, returned)

// Units to be given back to the stock for one cancellation of lines.
struct OwedRelease {
    EffectId effect;
    std::int32_t cancellation = 0;
    LineId line_id;
    std::int64_t quantity = 0;
    Time since;
    bool operator==(const OwedRelease&) const = default;
};
SHOP_DESCRIBE(OwedRelease, effect, cancellation, line_id, quantity, since)

struct State {
    Status status = Status::kPlaced;
    Placed placed;
    Time placed_at;  // recorded; placed.sold_at may be older
    std::optional<Canceled> canceled;
    std::optional<Time> canceled_at;
    std::vector<EffectId> owed;  // allocations, or releases of whole lines, without an answer
    std::vector<OwedRelease> owed_releases;
    std::optional<Held> held;
    bool was_confirmed = false;  // what a released hold returns to
    std::map<LineId, LineProgress> progress;
    std::int32_t cancellations = 0;  // of lines
    Money canceled_amount;           // of lines; none while its currency is empty
    Money credited_amount;
    Money given_amount;  // of it, given back by other means than the order's payments
    std::vector<CreditNoteId> credit_notes;
    std::map<CreditNoteId, Money> refunded_for;                     // for notes of other slots
    std::map<CreditNoteId, payment::SettledOtherwise> settled_for;  // … that it takes no part of
    std::int32_t notes = 0;
    std::vector<std::string> note_keys;  // that were not the buyer's
    CustomerId customer_id;
    std::vector<PaymentId> later_payments;  // than the sale
    bool operator==(const State&) const = default;

    // Those that it was placed with, and those that came later, in that order.
    std::vector<PaymentId> payment_ids() const;
    const sale::Line* find_line(const LineId& line) const;
    // Nothing yet: all zero.
    LineProgress progress_of(const LineId& line) const;
    // What the shop may have of the order's payments: what was not canceled or credited, and what
    // was given back by other means, which alone is left of a canceled order.
    Money due() const;
    // What can still be credited.
    Money left_to_credit() const;
    // What its personal values are sealed under, each once; of a customer's, that customer's.
    std::vector<std::string> own_keys() const;
    // … and what guests said in tries of it that failed, which is erased with its buyer. Nothing is
    // ever sealed under one of those again: others may have them, for whom it was tried.
    std::vector<std::string> personal_keys() const;
};
SHOP_DESCRIBE(State, status, placed, placed_at, canceled, canceled_at, owed, owed_releases, held,
              was_confirmed, progress, cancellations, canceled_amount, credited_amount,
              given_amount, credit_notes, refunded_for, settled_for, notes, note_keys, customer_id,
              later_payments)

void evolve(State&, const Placed&, Time);
void evolve(State&, const Confirmed&, Time);
void evolve(State&, const Held&, Time);
void evolve(State&, const HoldReleased&, Time);
void evolve(State&, const LinesCanceled&, Time);
void evolve(State&, const LinesCredited&, Time);
void evolve(State&, const NoteAdded&, Time);
void evolve(State&, const CustomerAssigned&, Time);
void evolve(State&, const PaymentAdded&, Time);
void evolve(State&, const CreditSettled&, Time);
void evolve(State&, const Canceled&, Time);
void evolve(State&, const EffectAnswered&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// The shopper's cancel. An order none of which is in a fulfillment is canceled: its stock is
// released, what is held is voided, what was taken is given back; money that is being taken is
// awaited first. One that is still `pending` (its checkout is under way) ends that: the cart opens
// again. kNotFound if there is neither; kConflict "in-fulfillment"; "payment-mismatch" while an
// operator has to look at the money; no event if it is canceled already.
struct Cancel {
    static constexpr std::string_view kType = "CancelOrder";
    OrderId order;
    CancelReason reason = CancelReason::kCustomer;
    StreamId target() const { return order; }
    bool operator==(const Cancel&) const = default;
};
SHOP_DESCRIBE(Cancel, order, reason)

// … by staff: fulfillments that did not leave are canceled with it; kConflict "already-shipped" if
// one has.
struct CancelByStaff {
    static constexpr std::string_view kType = "CancelOrderByStaff";
    OrderId order;
    CancelReason reason = CancelReason::kStaff;
    Reason by_staff;
    StreamId target() const { return order; }
    bool operator==(const CancelByStaff&) const = default;
};
SHOP_DESCRIBE(CancelByStaff, order, reason, by_staff)

struct LineQuantity {
    LineId line_id;
    std::int64_t quantity = 0;
    bool operator==(const LineQuantity&) const = default;
};
SHOP_DESCRIBE(LineQuantity, line_id, quantity)

// Units that are in no fulfillment will not be delivered: less is due, by the penny rule. Nothing
// is left of the order: it is canceled. kInvalid names the line that has not so many.
struct CancelLines {
    static constexpr std::string_view kType = "CancelOrderLines";
    OrderId order;
    std::vector<LineQuantity> lines;
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const CancelLines&) const = default;
};
SHOP_DESCRIBE(CancelLines, order, lines, reason)

// It is going to be fulfilled. kConflict "order-canceled", "order-on-hold".
struct Confirm {
    static constexpr std::string_view kType = "ConfirmOrder";
    OrderId order;
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const Confirm&) const = default;
};
SHOP_DESCRIBE(Confirm, order, reason)

// Until it is released nothing of it leaves and no money is taken. Held anew for another reason, it
// has that one.
struct Hold {
    static constexpr std::string_view kType = "HoldOrder";
    OrderId order;
    HoldReason hold = HoldReason::kPayment;
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const Hold&) const = default;
};
SHOP_DESCRIBE(Hold, order, hold, reason)

struct ReleaseHold {
    static constexpr std::string_view kType = "ReleaseOrderHold";
    OrderId order;
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const ReleaseHold&) const = default;
};
SHOP_DESCRIBE(ReleaseHold, order, reason)

// A note for staff, sealed under a key of the order's, or under a new one, which the order's
// customer must have before (customer::AssignOrder): kConflict "order-changed" if it is somebody
// else's by now.
struct AddNote {
    static constexpr std::string_view kType = "AddOrderNote";
    OrderId order;
    Sealed text;
    CustomerId customer;                // who has the key; none of an order without a customer
    std::optional<Time> noted_at = {};  // if that was before now
    StreamId target() const { return order; }
    bool operator==(const AddNote&) const = default;
};
SHOP_DESCRIBE(AddNote, order, text, customer, noted_at)

// The order of a guest was bought by that customer, who has it in their own stream already
// (customer::AssignOrder). kConflict "order-has-customer": it was placed for another one, and what
// is personal in it is sealed under that one's key; "order-changed" if it has got a key meanwhile
// that the customer has not.
struct AssignCustomer {
    static constexpr std::string_view kType = "AssignOrderCustomer";
    OrderId order;
    CustomerId customer;
    std::vector<std::string> keys;  // that the customer has for it
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const AssignCustomer&) const = default;
};
SHOP_DESCRIBE(AssignCustomer, order, customer, keys, reason)

// Staff takes all that is due and authorized. kConflict if nothing is, if it was taken already, or
// if the order is on hold.
struct Capture {
    static constexpr std::string_view kType = "CaptureOrder";
    OrderId order;
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const Capture&) const = default;
};
SHOP_DESCRIBE(Capture, order, reason)

inline constexpr std::size_t kPaymentsMax = 200;  // of an order

// Money has come outside of any provider, after the sale: a transfer, cash, a paid invoice. It is a
// payment of its own at the provider `offline`, authorized and captured in one record. If nothing
// is then left to be taken, what other payments hold is let go. On hold money may come all the
// same.
//
// The same payment again changes nothing: one of that id, or, if no other system has named it, one
// of that method, amount and reference, if it has one, whose money is here still. kConflict
// "payment-exists" or "reference-used" if what is there differs.
//
// kConflict "paid-too-much" (members: balance) if less is still to be paid, unless the caller knows
// and says so (`beyond_due`): the order is overpaid then, until that is given back. kConflict
// "nothing-to-pay" if no amount is named and none is missing, "order-canceled", "payment-mismatch",
// "too-many-payments"; kInvalid for another currency, or a time to come.
struct RecordPayment {
    static constexpr std::string_view kType = "RecordPayment";
    OrderId order;
    PaymentId payment;  // payment::later_payment_of()
    payment::Method method;
    std::string reference;
    std::optional<Money> amount;  // none: all that is still to be paid
    std::optional<Time> paid_at;  // if that was before now
    std::optional<sale::External> external;
    bool beyond_due = false;
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const RecordPayment&) const = default;
};
SHOP_DESCRIBE(RecordPayment, order, payment, method, reference, amount, paid_at, external,
              beyond_due, reason)

// Allocations or releases were acknowledged.
struct RecordAnswers {
    static constexpr std::string_view kType = "RecordOrderAnswers";
    OrderId order;
    std::vector<checkout::EffectAnswer> answers;
    StreamId target() const { return order; }
    bool operator==(const RecordAnswers&) const = default;
};
SHOP_DESCRIBE(RecordAnswers, order, answers)

// What a credit note of another slot, over several orders, credits of this one. Money that goes
// back does so at once: kConflict "credit-apart" if the order's payments have a provider that must
// be asked (a note of the order's own slot does that), "credit-limit" if more would be credited
// than is left. The same note again changes nothing and is answered from the state.
struct ApplyCredit {
    static constexpr std::string_view kType = "ApplyCreditToOrder";
    OrderId order;
    CreditNoteId note;
    std::vector<LineAmount> lines;
    Money amount;
    Reason reason;
    std::optional<Time> credited_at;
    StreamId target() const { return order; }
    bool operator==(const ApplyCredit&) const = default;
};
SHOP_DESCRIBE(ApplyCredit, order, note, lines, amount, reason, credited_at)

// Staff says that this order's part of a credit note of another slot, which it does not take, was
// given back by other means; it takes none of it from then on. kConflict "credit-taken" if it has.
struct SettleCredit {
    static constexpr std::string_view kType = "SettleCreditOfOrder";
    OrderId order;
    CreditNoteId note;
    payment::SettledOtherwise by = payment::SettledOtherwise::kOffline;
    Reason reason;
    StreamId target() const { return order; }
    bool operator==(const SettleCredit&) const = default;
};
SHOP_DESCRIBE(SettleCredit, order, note, by, reason)

using Command =
    std::variant<Cancel, Capture, RecordAnswers, CancelByStaff, CancelLines, Confirm, Hold,
                 ReleaseHold, AddNote, AssignCustomer, ApplyCredit, RecordPayment, SettleCredit>;

Result<Decision> decide(const Cancel&, const Streams&, const Env&);
Result<Decision> decide(const CancelByStaff&, const Streams&, const Env&);
Result<Decision> decide(const CancelLines&, const Streams&, const Env&);
Result<Decision> decide(const Confirm&, const Streams&, const Env&);
Result<Decision> decide(const Hold&, const Streams&, const Env&);
Result<Decision> decide(const ReleaseHold&, const Streams&, const Env&);
Result<Decision> decide(const AddNote&, const Streams&, const Env&);
Result<Decision> decide(const AssignCustomer&, const Streams&, const Env&);
// Whether it may be assigned to that customer.
shop::Status check_assignable(const State& order, const CustomerId& customer);
Result<Decision> decide(const Capture&, const Streams&, const Env&);
Result<Decision> decide(const RecordAnswers&, const Streams&, const Env&);
Result<Decision> decide(const ApplyCredit&, const Streams&, const Env&);
Result<Decision> decide(const RecordPayment&, const Streams&, const Env&);
Result<Decision> decide(const SettleCredit&, const Streams&, const Env&);

struct Credited {
    Money refunded;                                           // the rest is less to be paid
    std::optional<payment::SettledOtherwise> otherwise = {};  // it takes none of it
    bool operator==(const Credited&) const = default;
};
SHOP_DESCRIBE(Credited, refunded, otherwise)
// What the order says of that call, or nothing yet.
std::optional<Credited> find_outcome(const State& state, const ApplyCredit& call);

// ---- Ids ----------------------------------------------------------------------------------------

EffectId allocate_effect(const OrderId&, const LineId&);
EffectId release_effect(const OrderId&, const LineId&);
// … of the units of one cancellation of lines.
EffectId release_effect(const OrderId&, const LineId&, std::int32_t cancellation);

}  // namespace shop::order
