// A checkout: from the cart's frozen quote to a placed order, or back to the cart.
//
// started: reserves every line, then authorizes the first payment.
// paying:  every line is held; waits for the provider, or for the next payment attempt.
// completed: the order exists.   failed: it does not; releases are owed, and each payment's end is
// awaited; once both are there it is closed and the cart is open again.
//
// There is one checkout stream per cart, with the cart's slot and body; each start is an attempt
// inside it. The order id is made from the cart's, so that no cart can ever have two orders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/payment/provider.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::checkout {

inline constexpr Duration kPaymentTime = minutes(15);   // from started to the deadline
inline constexpr Duration kStockPatience = seconds(2);  // for units held by undecided checkouts
inline constexpr Duration kStockRetryDelay = milliseconds(20);
inline constexpr std::int32_t kDeclinesMax = 10;  // per cart

// ---- Events: stored for ever --------------------------------------------------------------------

// The first payment of an attempt carries what the checkout needs to submit it (payment.hpp:
// after_stock); a later one is submitted by its own stream.
struct PlannedPayment {
    PaymentId payment_id;
    std::string provider;
    Money amount;
    Sealed token;
    std::string return_url;
    bool operator==(const PlannedPayment&) const = default;
};
SHOP_DESCRIBE(PlannedPayment, payment_id, provider, amount, token, return_url)

enum class Source { kWeb, kStaff, kImport, kApp };
SHOP_DESCRIBE_ENUM(Source, kWeb, kStaff, kImport, kApp)

// In one record with cart.locked and payment.initiated. The quote is frozen from here on.
struct Started {
    static constexpr std::string_view kType = "checkout.started";
    static constexpr int kSchema = 1;
    CartId cart_id;
    std::int64_t cart_revision = 0;
    Source source = Source::kWeb;
    std::string channel;
    std::string locale;
    sale::Party party;
    std::optional<sale::External> external;
    OrderId replaces;
    std::string access_token_hash;
    OrderId order_id;
    std::int32_t attempt = 0;        // of the checkout, from 1
    std::int32_t stock_attempt = 0;  // of the reservations; grows over all attempts
    std::vector<sale::Line> lines;
    std::optional<sale::Address> shipping_address;
    std::optional<sale::Address> billing_address;
    std::optional<sale::ShippingChoice> shipping;
    sale::Terms terms;
    sale::Totals totals;
    std::optional<Money> expected_total;
    std::vector<PlannedPayment> payments;  // none if there is nothing to pay
    Time deadline;
    std::optional<Time> sold_at;  // of a sale that is older than its record
    bool operator==(const Started&) const = default;
};
SHOP_DESCRIBE(Started, cart_id, cart_revision, source, channel, locale, party, external, replaces,
              access_token_hash, order_id, attempt, stock_attempt, lines, shipping_address,
              billing_address, shipping, terms, totals, expected_total, payments, deadline, sold_at)

// A line's units are held under the reservation {order, line, attempt}.
struct HeldLine {
    LineId line_id;
    std::int32_t attempt = 0;
    bool operator==(const HeldLine&) const = default;
};
SHOP_DESCRIBE(HeldLine, line_id, attempt)

struct RefusedLine {
    LineId line_id;
    std::int64_t requested = 0;
    std::int64_t available = 0;
    bool operator==(const RefusedLine&) const = default;
};
SHOP_DESCRIBE(RefusedLine, line_id, requested, available)

// Every line is held. Rides with the record of the provider's first answer.
struct StockHeld {
    static constexpr std::string_view kType = "checkout.stock_held";
    static constexpr int kSchema = 1;
    std::vector<HeldLine> reservations;
    bool operator==(const StockHeld&) const = default;
};
SHOP_DESCRIBE(StockHeld, reservations)

// Units were missing that others hold without having decided: everything but `held` was released,
// and is tried again, one line after another, as the next attempt.
struct StockRetried {
    static constexpr std::string_view kType = "checkout.stock_retried";
    static constexpr int kSchema = 1;
    std::int32_t attempt = 0;
    std::vector<HeldLine> held;
    std::vector<RefusedLine> refused;
    bool operator==(const StockRetried&) const = default;
};
SHOP_DESCRIBE(StockRetried, attempt, held, refused)

// The shopper pays again, on the same quote and the same held units.
struct PaymentAdded {
    static constexpr std::string_view kType = "checkout.payment_added";
    static constexpr int kSchema = 1;
    PlannedPayment payment;
    bool operator==(const PaymentAdded&) const = default;
};
SHOP_DESCRIBE(PaymentAdded, payment)

struct ActionRequired {
    static constexpr std::string_view kType = "checkout.action_required";
    static constexpr int kSchema = 1;
    PaymentId payment_id;
    std::string kind;
    std::string url;
    Time deadline;
    bool operator==(const ActionRequired&) const = default;
};
SHOP_DESCRIBE(ActionRequired, payment_id, kind, url, deadline)

// The time to pay is over while a payment has no end: it is canceled at the provider, and what the
// provider answers decides.
struct DeadlinePassed {
    static constexpr std::string_view kType = "checkout.deadline_passed";
    static constexpr int kSchema = 1;
    bool operator==(const DeadlinePassed&) const = default;
};
SHOP_DESCRIBE_EMPTY(DeadlinePassed)

struct EffectAnswer {
    EffectId effect_id;
    std::string outcome;  // "released", "declined", "voided", …
    std::string code;     // why, for a declined payment
    bool operator==(const EffectAnswer&) const = default;
};
SHOP_DESCRIBE(EffectAnswer, effect_id, outcome, code)

// Answers no event of this stream's own tells: releases, and how a payment ended (its effect is the
// authorization). Several in one event, since the lines of a checkout are released together.
struct EffectAnswered {
    static constexpr std::string_view kType = "checkout.effect_answered";
    static constexpr int kSchema = 1;
    std::vector<EffectAnswer> answers;
    bool operator==(const EffectAnswered&) const = default;
};
SHOP_DESCRIBE(EffectAnswered, answers)

// In one record with order.placed, cart.completed and payment.authorized.
struct Completed {
    static constexpr std::string_view kType = "checkout.completed";
    static constexpr int kSchema = 1;
    OrderId order_id;
    bool operator==(const Completed&) const = default;
};
SHOP_DESCRIBE(Completed, order_id)

enum class FailReason {
    kOutOfStock,
    kTotalChanged,
    kDeclined,
    kExpired,
    kCanceled,
    kMismatch,
    kProviderUnavailable,
};
SHOP_DESCRIBE_ENUM(FailReason, kOutOfStock, kTotalChanged, kDeclined, kExpired, kCanceled,
                   kMismatch, kProviderUnavailable)

struct Failed {
    static constexpr std::string_view kType = "checkout.failed";
    static constexpr int kSchema = 1;
    FailReason reason = FailReason::kOutOfStock;
    std::vector<RefusedLine> lines;
    bool operator==(const Failed&) const = default;
};
SHOP_DESCRIBE(Failed, reason, lines)

using Event = std::variant<Started, StockHeld, StockRetried, PaymentAdded, ActionRequired,
                           DeadlinePassed, EffectAnswered, Completed, Failed>;

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
              deadline_passed, failure, failed_at, owed)

void evolve(State&, const Started&, Time);
void evolve(State&, const StockHeld&, Time);
void evolve(State&, const StockRetried&, Time);
void evolve(State&, const PaymentAdded&, Time);
void evolve(State&, const ActionRequired&, Time);
void evolve(State&, const DeadlinePassed&, Time);
void evolve(State&, const EffectAnswered&, Time);
void evolve(State&, const Completed&, Time);
void evolve(State&, const Failed&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// How the shopper wants to pay.
struct PaymentChoice {
    std::string provider;
    payment::Method method;
    Sealed token;
    std::string return_url;
    payment::Capabilities provider_can = {};
    bool operator==(const PaymentChoice&) const = default;
};

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
    StreamId target() const { return cart; }
};

// Places the order of a checkout with nothing to pay, once every line is held.
struct Complete {
    static constexpr std::string_view kType = "CompleteCheckout";
    CheckoutId checkout;
    std::int32_t stock_attempt = 0;  // the one whose answers were seen
    StreamId target() const { return checkout; }
};

// A line was refused, and units of it are held by undecided checkouts only.
struct RetryStock {
    static constexpr std::string_view kType = "RetryStock";
    CheckoutId checkout;
    std::int32_t stock_attempt = 0;  // the one that was refused
    std::vector<HeldLine> held;
    std::vector<RefusedLine> refused;
    StreamId target() const { return checkout; }
};

// A line was refused for good.
struct Refuse {
    static constexpr std::string_view kType = "RefuseCheckout";
    CheckoutId checkout;
    std::int32_t stock_attempt = 0;
    std::vector<RefusedLine> refused;
    StreamId target() const { return checkout; }
};

// Releases of a failed checkout were acknowledged.
struct RecordReleases {
    static constexpr std::string_view kType = "RecordReleases";
    CheckoutId checkout;
    std::vector<EffectAnswer> answers;
    StreamId target() const { return checkout; }
};

// The deadline has passed. No event if it has not, or if the checkout ended before.
struct Expire {
    static constexpr std::string_view kType = "ExpireCheckout";
    CheckoutId checkout;
    StreamId target() const { return checkout; }
};

using Command = std::variant<Start, Complete, RetryStock, Refuse, RecordReleases, Expire>;

Result<Decision> decide(const Start&, const Streams&, const Env&);
Result<Decision> decide(const Complete&, const Streams&, const Env&);
Result<Decision> decide(const RetryStock&, const Streams&, const Env&);
Result<Decision> decide(const Refuse&, const Streams&, const Env&);
Result<Decision> decide(const RecordReleases&, const Streams&, const Env&);
Result<Decision> decide(const Expire&, const Streams&, const Env&);

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
EffectId reserve_effect(const CheckoutId&, const LineId&, std::int32_t stock_attempt);
EffectId release_effect(const CheckoutId&, const LineId&, std::int32_t stock_attempt);

}  // namespace shop::checkout
