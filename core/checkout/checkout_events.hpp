// The events of a checkout's stream (checkout.hpp has the rules).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/payment/provider.hpp"
#include "core/sale/values.hpp"

namespace shop::checkout {

// The first payment of an attempt carries what the checkout needs to submit it (payment.hpp:
// after_stock); a later one is submitted by its own stream.
struct PlannedPayment {
    PaymentId payment_id;
    std::string provider;
    Money amount;
    Sealed token;
    std::string return_url;
    payment::CaptureMode capture = payment::CaptureMode::kManual;
    std::string reference;  // of an offline payment
    bool operator==(const PlannedPayment&) const = default;
};
SHOP_DESCRIBE(PlannedPayment, payment_id, provider, amount, token, return_url, capture, reference)

enum class Source { kWeb, kStaff, kImport, kApp };
SHOP_DESCRIBE_ENUM(Source, kWeb, kStaff, kImport, kApp)

// In one record with cart.locked and payment.initiated. The quote is frozen from here on. Without
// a cart it is an order that staff or an import place.
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
    Reason reason;                // why staff place it
    bool operator==(const Started&) const = default;
};
SHOP_DESCRIBE(Started, cart_id, cart_revision, source, channel, locale, party, external, replaces,
              access_token_hash, order_id, attempt, stock_attempt, lines, shipping_address,
              billing_address, shipping, terms, totals, expected_total, payments, deadline, sold_at,
              reason)

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
    std::string cause;  // of a cancel by staff: order::CancelReason
    Reason by_staff;    // …
    bool operator==(const Failed&) const = default;
};
SHOP_DESCRIBE(Failed, reason, lines, cause, by_staff)

// What guests said in tries that failed cannot be read any more: these keys were destroyed before.
// It was never sold.
struct GuestsForgotten {
    static constexpr std::string_view kType = "checkout.guests_forgotten";
    static constexpr int kSchema = 1;
    std::vector<std::string> keys;
    bool operator==(const GuestsForgotten&) const = default;
};
SHOP_DESCRIBE(GuestsForgotten, keys)

using Event = std::variant<Started, StockHeld, StockRetried, PaymentAdded, ActionRequired,
                           DeadlinePassed, EffectAnswered, Completed, Failed, GuestsForgotten>;

}  // namespace shop::checkout
