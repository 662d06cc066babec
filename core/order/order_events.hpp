// The events of an order's stream (order.hpp has the rules). Stored for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/checkout/checkout.hpp"
#include "core/payment/payment_events.hpp"
#include "core/sale/values.hpp"

namespace shop::order {

struct Placed {
    static constexpr std::string_view kType = "order.placed";
    static constexpr int kSchema = 1;
    std::string number;
    checkout::Source source = checkout::Source::kWeb;
    std::string channel;
    std::string locale;
    CheckoutId checkout_id;
    CartId cart_id;  // empty: sold by staff or imported
    sale::Party party;
    std::optional<sale::Address> shipping_address;
    std::optional<sale::Address> billing_address;
    std::optional<sale::ShippingChoice> shipping;
    std::vector<sale::Line> lines;
    sale::Terms terms;
    sale::Totals totals;
    std::vector<PaymentId> payment_ids;
    std::vector<checkout::HeldLine> reservations;  // what the lines' units are held under
    std::string access_token_hash;
    std::optional<sale::External> external;
    OrderId replaces;
    std::optional<Time> sold_at;            // of a sale that is older than its record
    std::vector<std::string> earlier_keys;  // of what guests said in tries that failed
    bool operator==(const Placed&) const = default;
};
SHOP_DESCRIBE(Placed, number, source, channel, locale, checkout_id, cart_id, party,
              shipping_address, billing_address, shipping, lines, terms, totals, payment_ids,
              reservations, access_token_hash, external, replaces, sold_at, earlier_keys)

enum class ConfirmedBy { kAuto, kStaff };
SHOP_DESCRIBE_ENUM(ConfirmedBy, kAuto, kStaff)

// It is going to be fulfilled: said by staff, or by the first fulfillment.
struct Confirmed {
    static constexpr std::string_view kType = "order.confirmed";
    static constexpr int kSchema = 1;
    ConfirmedBy by = ConfirmedBy::kAuto;
    Reason reason;  // of staff
    bool operator==(const Confirmed&) const = default;
};
SHOP_DESCRIBE(Confirmed, by, reason)

enum class HoldReason { kPayment, kFraud, kAddress, kStock };
SHOP_DESCRIBE_ENUM(HoldReason, kPayment, kFraud, kAddress, kStock)

// Nothing is shipped or captured until the hold is released.
struct Held {
    static constexpr std::string_view kType = "order.held";
    static constexpr int kSchema = 1;
    HoldReason hold = HoldReason::kPayment;
    Reason reason;
    bool operator==(const Held&) const = default;
};
SHOP_DESCRIBE(Held, hold, reason)

struct HoldReleased {
    static constexpr std::string_view kType = "order.hold_released";
    static constexpr int kSchema = 1;
    Reason reason;
    bool operator==(const HoldReleased&) const = default;
};
SHOP_DESCRIBE(HoldReleased, reason)

// Units of a line, and what they cost, tax included.
struct LineAmount {
    LineId line_id;
    std::int64_t quantity = 0;
    Money amount;
    std::int64_t returned = 0;  // units that came back
    bool operator==(const LineAmount&) const = default;
};
SHOP_DESCRIBE(LineAmount, line_id, quantity, amount, returned)

// Units that are not in any fulfillment will not be delivered.
struct LinesCanceled {
    static constexpr std::string_view kType = "order.lines_canceled";
    static constexpr int kSchema = 1;
    std::int32_t cancellation = 0;  // of this order, from 1
    std::vector<LineAmount> lines;
    Money amount;  // the lines' sum
    Reason reason;
    bool operator==(const LinesCanceled&) const = default;
};
SHOP_DESCRIBE(LinesCanceled, cancellation, lines, amount, reason)

// Units were credited, or money without units (quantity 0); `amount` may be more than the lines'
// sum: money that is about no line. What was given back by other means than the order's payments
// (`given`: store credit, cash) cannot go back on them once more.
struct LinesCredited {
    static constexpr std::string_view kType = "order.lines_credited";
    static constexpr int kSchema = 1;
    CreditNoteId credit_note_id;
    std::vector<LineAmount> lines;
    Money amount;
    Money given;     // none while its currency is empty
    Money refunded;  // for a note of another slot: what went back here, in the same record
    bool operator==(const LinesCredited&) const = default;
};
SHOP_DESCRIBE(LinesCredited, credit_note_id, lines, amount, given, refunded)

// What staff want to remember of it. `text` seals {text}: it may name persons.
struct NoteAdded {
    static constexpr std::string_view kType = "order.note_added";
    static constexpr int kSchema = 1;
    std::int32_t note = 0;  // of this order, from 1
    Sealed text;
    bool operator==(const NoteAdded&) const = default;
};
SHOP_DESCRIBE(NoteAdded, note, text)

struct CustomerAssigned {
    static constexpr std::string_view kType = "order.customer_assigned";
    static constexpr int kSchema = 1;
    CustomerId customer_id;
    Reason reason;
    bool operator==(const CustomerAssigned&) const = default;
};
SHOP_DESCRIBE(CustomerAssigned, customer_id, reason)

enum class CancelReason { kCustomer, kInventory, kFraud, kPayment, kStaff, kOther };
SHOP_DESCRIBE_ENUM(CancelReason, kCustomer, kInventory, kFraud, kPayment, kStaff, kOther)

struct Canceled {
    static constexpr std::string_view kType = "order.canceled";
    static constexpr int kSchema = 1;
    CancelReason reason = CancelReason::kCustomer;
    Reason by_staff;  // empty: the shopper did it
    bool operator==(const Canceled&) const = default;
};
SHOP_DESCRIBE(Canceled, reason, by_staff)

// Allocations, or releases after a cancel, were acknowledged.
struct EffectAnswered {
    static constexpr std::string_view kType = "order.effect_answered";
    static constexpr int kSchema = 1;
    std::vector<checkout::EffectAnswer> answers;
    bool operator==(const EffectAnswered&) const = default;
};
SHOP_DESCRIBE(EffectAnswered, answers)

// Money came after the sale: a payment beside those that the order was placed with.
struct PaymentAdded {
    static constexpr std::string_view kType = "order.payment_added";
    static constexpr int kSchema = 1;
    PaymentId payment_id;
    Reason reason;
    bool operator==(const PaymentAdded&) const = default;
};
SHOP_DESCRIBE(PaymentAdded, payment_id, reason)

// The order's part of a credit note of another slot was given back by other means: the order takes
// none of it, and what is due of it stays.
struct CreditSettled {
    static constexpr std::string_view kType = "order.credit_settled";
    static constexpr int kSchema = 1;
    CreditNoteId credit_note_id;
    payment::SettledOtherwise by = payment::SettledOtherwise::kOffline;
    Reason reason;
    bool operator==(const CreditSettled&) const = default;
};
SHOP_DESCRIBE(CreditSettled, credit_note_id, by, reason)

using Event =
    std::variant<Placed, Canceled, EffectAnswered, Confirmed, Held, HoldReleased, LinesCanceled,
                 LinesCredited, NoteAdded, CustomerAssigned, PaymentAdded, CreditSettled>;

}  // namespace shop::order
