// A checkout: from the cart's frozen quote to a placed order, or back to the cart.
//
// started: reserves every line, then authorizes the first payment.
// paying:  every line is held; waits for the provider, or for the next payment attempt.
// completed: the order exists.   failed: it does not; releases are owed, and each payment's end is
// awaited; once both are there it is closed and the cart is open again.
//
// There is one checkout stream per cart, with the cart's slot and body; each start is an attempt
// inside it. The order id is made from the cart's, so that no cart can ever have two orders. An
// order that staff or an import place (PlaceOrder) goes the same way without a cart.
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
#include "core/checkout/checkout_events.hpp"
#include "core/payment/provider.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::checkout {

inline constexpr Duration kPaymentTime = minutes(15);   // from started to the deadline, unless said
inline constexpr Duration kStockPatience = seconds(2);  // for units held by undecided checkouts
inline constexpr Duration kStockRetryDelay = milliseconds(20);
inline constexpr std::int32_t kDeclinesMax = 10;   // per cart
inline constexpr std::size_t kLinesMax = 1'200;    // of an order without a cart
inline constexpr std::size_t kGuestKeysMax = 100;  // … and of its guests' tries
inline constexpr Duration kGuestsKept = days(30);  // from the last try's failure, as a cart is
// Of its lines as JSON: the record that places it, which names each reservation twice besides, has
// to stay within kRecordBytesMax (events/record.hpp).
inline constexpr std::size_t kLinesBytesMax = 760'000;

// ---- State --------------------------------------------------------------------------------------

enum class Status { kStarted, kPaying, kCompleted, kFailed };
SHOP_DESCRIBE_ENUM(Status, kStarted, kPaying, kCompleted, kFailed)

enum class PaymentStatus {
    kOpen,      // the provider has not said its last word
    kAwaiting,  // the shopper has to do something
    kDeclined,
    kEnded,  // voided, expired, never submitted
};
SHOP_DESCRIBE_ENUM(PaymentStatus, kOpen, kAwaiting, kDeclined, kEnded)

// The outcome in an EffectAnswer that leaves a payment declined; every other one ends it.
inline constexpr std::string_view kDeclinedOutcome = "declined";

// What the checkout knows of one of its payments.
struct PaymentView {
    PlannedPayment plan;
    PaymentStatus status = PaymentStatus::kOpen;
    std::string code;  // why it was declined
    std::string action_kind;
    std::string action_url;
    std::optional<Time> action_deadline;
    bool operator==(const PaymentView&) const = default;

    bool has_ended() const {
        return status == PaymentStatus::kDeclined || status == PaymentStatus::kEnded;
    }
};
SHOP_DESCRIBE(PaymentView, plan, status, code, action_kind, action_url, action_deadline)

struct State {
    Status status = Status::kStarted;
    Started quote;  // as frozen; personal data and lines are dropped once nothing needs them
    Time started_at;
    std::int32_t stock_attempt = 0;
    std::int32_t parallel_attempt = 0;   // the one to be released before the serial walk; 0: none
    std::vector<HeldLine> held;          // known to be held, in the serial walk or for good
    LineId waiting_for;                  // the line the serial walk waits at …
    std::optional<Time> waiting_since;   // … and since when
    std::int32_t retries_here = 0;       // … and how often it was tried
    std::optional<Time> retried_at;      // the last retry
    std::vector<PaymentView> payments;   // of this attempt, in order
    std::int32_t payments_total = 0;     // of all attempts
    std::int32_t payments_declined = 0;  // of all attempts
    // What guests said in all attempts is sealed under, but what was forgotten since; none of a
    // cart's, which has one for all, and is forgotten with the cart.
    std::vector<std::string> guest_keys;
    bool deadline_passed = false;
    std::optional<Failed> failure;
    Time failed_at;
    std::vector<EffectId> owed;  // of a failed checkout: releases and payments without an end
    bool operator==(const State&) const = default;

    bool is_active() const { return status == Status::kStarted || status == Status::kPaying; }
    // Failed, and everything it owed is answered.
    bool is_closed() const { return status == Status::kFailed && owed.empty(); }
};
SHOP_DESCRIBE(State, status, quote, started_at, stock_attempt, parallel_attempt, held, waiting_for,
              waiting_since, retries_here, retried_at, payments, payments_total, payments_declined,
              guest_keys, deadline_passed, failure, failed_at, owed)

void evolve(State&, const Started&, Time);
void evolve(State&, const StockHeld&, Time);
void evolve(State&, const StockRetried&, Time);
void evolve(State&, const PaymentAdded&, Time);
void evolve(State&, const ActionRequired&, Time);
void evolve(State&, const DeadlinePassed&, Time);
void evolve(State&, const EffectAnswered&, Time);
void evolve(State&, const Completed&, Time);
void evolve(State&, const Failed&, Time);
void evolve(State&, const GuestsForgotten&, Time);

// When what guests said in its tries is to be forgotten, for nothing was sold; nothing if no guest
// said anything, or while a try is under way or being undone.
std::optional<Time> guests_end(const State& state);

// ---- Commands -----------------------------------------------------------------------------------

// How the shopper wants to pay.
struct PaymentChoice {
    std::string provider;
    payment::Method method;
    Sealed token;
    std::string return_url;
    payment::Capabilities provider_can = {};
    payment::CaptureMode capture = payment::CaptureMode::kManual;
    std::string reference = {};  // of an offline payment
    bool operator==(const PaymentChoice&) const = default;
};
SHOP_DESCRIBE(PaymentChoice, provider, method, token, return_url, provider_can, capture, reference)

// Starts a checkout; or, if the last payment was declined, the next payment attempt on the same
// quote; or, if one is under way or done, changes nothing: the caller gets that one's outcome.
// kConflict "total-changed" (members: total), "not-available" (members: lines),
// "too-many-payments" after kDeclinesMax declined ones; kInvalid for a cart that lacks something,
// or for a total that the provider cannot take; kUnavailable if no order number is left here.
struct Start {
    static constexpr std::string_view kType = "StartCheckout";
    CartId cart;
    std::optional<Money> expected_total;
    std::optional<PaymentChoice> payment;  // absent only if there is nothing to pay
    Duration payment_time = kPaymentTime;  // of a checkout that starts: to its deadline
    StreamId target() const { return cart; }
    bool operator==(const Start&) const = default;
};
SHOP_DESCRIBE(Start, cart, expected_total, payment, payment_time)

enum class LineTax { kByRules, kNone };
SHOP_DESCRIBE_ENUM(LineTax, kByRules, kNone)

// A line as staff or an import say it. An item names what it is: by SKU, if that is published, or
// by product and variant (or SKU), whatever their state. One that names nothing, and every other
// kind of line, has a title and a price of its own, and needs no stock.
struct OrderLine {
    std::string key;  // unique in the order, for line_of(); empty: its number, from 1
    sale::LineKind kind = sale::LineKind::kItem;
    std::string sku;
    ProductId product_id;
    VariantId variant_id;
    std::string title;                          // empty: the product's
    std::int64_t quantity = 1;                  // up to cart::kQuantityMax
    std::optional<sale::UnitPrice> unit_price;  // as agreed; none: the list's
    LineTax tax = LineTax::kByRules;
    bool operator==(const OrderLine&) const = default;
};
SHOP_DESCRIBE(OrderLine, key, kind, sku, product_id, variant_id, title, quantity, unit_price, tax)

// Sells without a cart: by phone, at the counter, or in the past (`sold_at`). The whole total is
// paid as `payment` says; without one it is sold on account. Goes the way of every checkout:
// started, stock held, paid, placed. An order of that id that was placed or is under way: no event
// (or the next payment, if the last was declined), and the caller gets that one's outcome; one
// that has failed is tried anew.
//
// What is personal in a try is sealed under a key of its own, or the customer's. What a guest said
// in a try that failed is nobody's, and goes with whoever the order is sold to at last; a customer
// has those keys before (customer::AssignOrder), an import's excepted. A customer's key goes with
// that customer, and with nobody else. Of an order that is never sold it is forgotten after
// kGuestsKept (ForgetGuests).
//
// kInvalid names what is wrong; kConflict "total-changed"; "order-changed" if there are guests'
// keys by now that the customer has not got, or the key is one of them; "too-many-tries" of guests;
// kUnavailable while a failed try is being undone, or if no order number is left.
struct PlaceOrder {
    static constexpr std::string_view kType = "PlaceOrder";
    OrderId order;  // made from what the caller knows it by, so that a repetition has the same
    Source source = Source::kStaff;
    std::string channel = "main";
    std::string locale;
    Currency currency;  // empty: the shop's
    sale::Party party;
    std::optional<sale::Address> shipping_address;  // or its country alone
    std::optional<sale::Address> billing_address;
    std::vector<std::string> customer_keys;  // of guests' tries before, that the customer has
    std::vector<OrderLine> lines;
    std::optional<PaymentChoice> payment;
    std::optional<Time> sold_at;  // not in the future
    std::optional<sale::External> external;
    std::optional<Money> expected_total;
    std::string access_token_hash;
    Reason reason;                         // why staff place it; of a try that starts
    Duration payment_time = kPaymentTime;  // … and how long it has, to its deadline
    StreamId target() const { return order; }
    bool operator==(const PlaceOrder&) const = default;
};
SHOP_DESCRIBE(PlaceOrder, order, source, channel, locale, currency, party, shipping_address,
              billing_address, customer_keys, lines, payment, sold_at, external, expected_total,
              access_token_hash, reason, payment_time)

// Places the order of a checkout with nothing to pay, once every line is held.
struct Complete {
    static constexpr std::string_view kType = "CompleteCheckout";
    CheckoutId checkout;
    std::int32_t stock_attempt = 0;  // the one whose answers were seen
    StreamId target() const { return checkout; }
    bool operator==(const Complete&) const = default;
};
SHOP_DESCRIBE(Complete, checkout, stock_attempt)

// A line was refused, and units of it are held by undecided checkouts only.
struct RetryStock {
    static constexpr std::string_view kType = "RetryStock";
    CheckoutId checkout;
    std::int32_t stock_attempt = 0;  // the one that was refused
    std::vector<HeldLine> held;
    std::vector<RefusedLine> refused;
    StreamId target() const { return checkout; }
    bool operator==(const RetryStock&) const = default;
};
SHOP_DESCRIBE(RetryStock, checkout, stock_attempt, held, refused)

// A line was refused for good.
struct Refuse {
    static constexpr std::string_view kType = "RefuseCheckout";
    CheckoutId checkout;
    std::int32_t stock_attempt = 0;
    std::vector<RefusedLine> refused;
    StreamId target() const { return checkout; }
    bool operator==(const Refuse&) const = default;
};
SHOP_DESCRIBE(Refuse, checkout, stock_attempt, refused)

// Releases of a failed checkout were acknowledged.
struct RecordReleases {
    static constexpr std::string_view kType = "RecordReleases";
    CheckoutId checkout;
    std::vector<EffectAnswer> answers;
    StreamId target() const { return checkout; }
    bool operator==(const RecordReleases&) const = default;
};
SHOP_DESCRIBE(RecordReleases, checkout, answers)

// The deadline has passed. No event if it has not, or if the checkout ended before.
struct Expire {
    static constexpr std::string_view kType = "ExpireCheckout";
    CheckoutId checkout;
    StreamId target() const { return checkout; }
    bool operator==(const Expire&) const = default;
};
SHOP_DESCRIBE(Expire, checkout)

// These keys are destroyed, for the time of its guests' tries was over. No event if it is not (any
// more), or if they are not all it has: the order is tried anew, and they are told of with the next
// ones.
struct ForgetGuests {
    static constexpr std::string_view kType = "ForgetGuests";
    CheckoutId checkout;
    std::vector<std::string> keys;  // all that the state has
    StreamId target() const { return checkout; }
    bool operator==(const ForgetGuests&) const = default;
};
SHOP_DESCRIBE(ForgetGuests, checkout, keys)

using Command = std::variant<Start, PlaceOrder, Complete, RetryStock, Refuse, RecordReleases,
                             Expire, ForgetGuests>;

Result<Decision> decide(const Start&, const Streams&, const Env&);
Result<Decision> decide(const PlaceOrder&, const Streams&, const Env&);
Result<Decision> decide(const Complete&, const Streams&, const Env&);
Result<Decision> decide(const RetryStock&, const Streams&, const Env&);
Result<Decision> decide(const Refuse&, const Streams&, const Env&);
Result<Decision> decide(const RecordReleases&, const Streams&, const Env&);
Result<Decision> decide(const Expire&, const Streams&, const Env&);
Result<Decision> decide(const ForgetGuests&, const Streams&, const Env&);

// ---- Outcome ------------------------------------------------------------------------------------

enum class OutcomeKind { kPending, kPlaced, kFailed, kDeclined, kAction };
SHOP_DESCRIBE_ENUM(OutcomeKind, kPending, kPlaced, kFailed, kDeclined, kAction)

// What a checkout has come to, for the HTTP answer. A failed one stays kPending until the cart is
// open again, so that whoever reads `failed` can go on with it.
struct Outcome {
    OutcomeKind kind = OutcomeKind::kPending;
    OrderId order_id;
    FailReason reason = FailReason::kOutOfStock;  // of kFailed
    std::vector<RefusedLine> lines;               // of kFailed, out of stock
    PaymentId payment_id;                         // of kDeclined and kAction
    std::string code;                             // of kDeclined
    std::string action_kind;                      // of kAction
    std::string action_url;
    std::optional<Time> action_deadline;
    bool operator==(const Outcome&) const = default;
};
SHOP_DESCRIBE(Outcome, kind, order_id, reason, lines, payment_id, code, action_kind, action_url,
              action_deadline)

Outcome checkout_outcome(const State& state);

// ---- Ids ----------------------------------------------------------------------------------------

CheckoutId checkout_of(const CartId& cart);
CheckoutId checkout_of(const OrderId& order);
OrderId order_of(const CartId& cart);
OrderId order_of(const CheckoutId& checkout);
CartId cart_of(const OrderId& order);
// A line of an order without a cart, by its key.
LineId line_of(const OrderId& order, std::string_view key);
EffectId reserve_effect(const CheckoutId&, const LineId&, std::int32_t stock_attempt);
EffectId release_effect(const CheckoutId&, const LineId&, std::int32_t stock_attempt);

}  // namespace shop::checkout
