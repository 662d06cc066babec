// The events of a payment's stream (payment.hpp has the rules).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/base/actor.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/payment/provider.hpp"
#include "core/sale/values.hpp"

namespace shop::payment {

// Written before any call to the provider.
struct Initiated {
    static constexpr std::string_view kType = "payment.initiated";
    static constexpr int kSchema = 1;
    OrderId order_id;
    std::int32_t attempt = 0;  // of this order, from 1
    std::string provider;
    Method method;
    Sealed token;
    std::string return_url;
    Money amount;
    CaptureMode capture = CaptureMode::kManual;
    bool after_stock = false;  // the checkout submits it, once every line is held
    std::string reference;     // of an offline payment: the number of an invoice or a check
    std::optional<sale::External> external = {};
    bool captures_once = false;  // no second capture is possible there
    bool operator==(const Initiated&) const = default;
};
SHOP_DESCRIBE(Initiated, order_id, attempt, provider, method, token, return_url, amount, capture,
              after_stock, reference, external, captures_once)

// The provider knows it under that reference.
struct Submitted {
    static constexpr std::string_view kType = "payment.submitted";
    static constexpr int kSchema = 1;
    std::string provider_reference;
    Seen seen;
    bool operator==(const Submitted&) const = default;
};
SHOP_DESCRIBE(Submitted, provider_reference, seen)

// The shopper has to do something at the provider's. The URL holds no client secret.
struct ActionRequired {
    static constexpr std::string_view kType = "payment.action_required";
    static constexpr int kSchema = 1;
    std::string kind;  // "redirect"
    std::string url;
    Time deadline;
    Seen seen;
    bool operator==(const ActionRequired&) const = default;
};
SHOP_DESCRIBE(ActionRequired, kind, url, deadline, seen)

struct Pending {
    static constexpr std::string_view kType = "payment.pending";
    static constexpr int kSchema = 1;
    std::string reason;
    Seen seen;
    bool operator==(const Pending&) const = default;
};
SHOP_DESCRIBE(Pending, reason, seen)

struct OutcomeUnknown {
    static constexpr std::string_view kType = "payment.outcome_unknown";
    static constexpr int kSchema = 1;
    Operation operation = Operation::kAuthorize;
    Time since;
    bool operator==(const OutcomeUnknown&) const = default;
};
SHOP_DESCRIBE(OutcomeUnknown, operation, since)

struct Authorized {
    static constexpr std::string_view kType = "payment.authorized";
    static constexpr int kSchema = 1;
    std::string provider_reference;
    Money amount;
    std::optional<Time> expires_at;
    Seen seen;
    bool operator==(const Authorized&) const = default;
};
SHOP_DESCRIBE(Authorized, provider_reference, amount, expires_at, seen)

struct Declined {
    static constexpr std::string_view kType = "payment.declined";
    static constexpr int kSchema = 1;
    std::string code;  // ours
    std::string provider_code;
    bool retryable = false;
    Seen seen;
    bool operator==(const Declined&) const = default;
};
SHOP_DESCRIBE(Declined, code, provider_code, retryable, seen)

struct AuthorizationExpired {
    static constexpr std::string_view kType = "payment.authorization_expired";
    static constexpr int kSchema = 1;
    Seen seen;
    bool operator==(const AuthorizationExpired&) const = default;
};
SHOP_DESCRIBE(AuthorizationExpired, seen)

struct CaptureRequested {
    static constexpr std::string_view kType = "payment.capture_requested";
    static constexpr int kSchema = 1;
    CaptureId capture_id;
    Money amount;
    FulfillmentId fulfillment_id;
    bool final = false;
    Reason reason;  // of the staff who asked for it
    bool operator==(const CaptureRequested&) const = default;
};
SHOP_DESCRIBE(CaptureRequested, capture_id, amount, fulfillment_id, final, reason)

struct Captured {
    static constexpr std::string_view kType = "payment.captured";
    static constexpr int kSchema = 1;
    CaptureId capture_id;
    Money amount;
    std::string provider_reference;
    Seen seen;
    bool operator==(const Captured&) const = default;
};
SHOP_DESCRIBE(Captured, capture_id, amount, provider_reference, seen)

struct CaptureFailed {
    static constexpr std::string_view kType = "payment.capture_failed";
    static constexpr int kSchema = 1;
    CaptureId capture_id;
    std::string code;
    Seen seen;
    bool operator==(const CaptureFailed&) const = default;
};
SHOP_DESCRIBE(CaptureFailed, capture_id, code, seen)

// Money shall go back. Its refund id is the provider's idempotency key.
struct RefundRequested {
    static constexpr std::string_view kType = "payment.refund_requested";
    static constexpr int kSchema = 1;
    RefundId refund_id;
    CaptureId capture_id;  // empty: of whatever was captured
    Money amount;
    CreditNoteId credit_note_id;  // empty: the order was canceled, or staff gave money back
    Reason reason;
    RefundId replaces;  // one that failed
    bool operator==(const RefundRequested&) const = default;
};
SHOP_DESCRIBE(RefundRequested, refund_id, capture_id, amount, credit_note_id, reason, replaces)

struct RefundPending {
    static constexpr std::string_view kType = "payment.refund_pending";
    static constexpr int kSchema = 1;
    RefundId refund_id;
    Seen seen;
    bool operator==(const RefundPending&) const = default;
};
SHOP_DESCRIBE(RefundPending, refund_id, seen)

struct Refunded {
    static constexpr std::string_view kType = "payment.refunded";
    static constexpr int kSchema = 1;
    RefundId refund_id;  // made from the provider's reference if nobody here asked for it
    Money amount;
    std::string provider_reference;
    Seen seen;
    bool operator==(const Refunded&) const = default;
};
SHOP_DESCRIBE(Refunded, refund_id, amount, provider_reference, seen)

// `after_success`: it was reported as refunded before; the money is owed again.
struct RefundFailed {
    static constexpr std::string_view kType = "payment.refund_failed";
    static constexpr int kSchema = 1;
    RefundId refund_id;
    std::string code;
    bool after_success = false;
    Seen seen;
    bool operator==(const RefundFailed&) const = default;
};
SHOP_DESCRIBE(RefundFailed, refund_id, code, after_success, seen)

enum class SettledOtherwise { kOffline, kStoreCredit };
SHOP_DESCRIBE_ENUM(SettledOtherwise, kOffline, kStoreCredit)

enum class VoidReason {
    kCanceled,       // the checkout or the order ended without it
    kExpired,        // the deadline passed: void it unless it is authorized by then
    kLate,           // authorized after the checkout had failed
    kSecondPayment,  // the order is paid by another payment
    kPartial,        // less than the total was authorized
    kMismatch,       // amount or currency differs from what was asked for
    kNotSubmitted,   // the provider was never asked
    kProvider,       // the provider did it by itself
    kRest,           // behind captures: the order needs no more
    kDiscovered,     // nobody asked for it
};
SHOP_DESCRIBE_ENUM(VoidReason, kCanceled, kExpired, kLate, kSecondPayment, kPartial, kMismatch,
                   kNotSubmitted, kProvider, kRest, kDiscovered)

struct VoidRequested {
    static constexpr std::string_view kType = "payment.void_requested";
    static constexpr int kSchema = 1;
    Money amount;
    VoidReason reason = VoidReason::kCanceled;
    Reason by_staff = {};  // of money nobody asked for
    bool operator==(const VoidRequested&) const = default;
};
SHOP_DESCRIBE(VoidRequested, amount, reason, by_staff)

struct Voided {
    static constexpr std::string_view kType = "payment.voided";
    static constexpr int kSchema = 1;
    Money amount;
    VoidReason reason = VoidReason::kCanceled;
    Seen seen;
    bool operator==(const Voided&) const = default;
};
SHOP_DESCRIBE(Voided, amount, reason, seen)

struct VoidFailed {
    static constexpr std::string_view kType = "payment.void_failed";
    static constexpr int kSchema = 1;
    std::string code;
    Seen seen;
    bool operator==(const VoidFailed&) const = default;
};
SHOP_DESCRIBE(VoidFailed, code, seen)

struct MismatchDetected {
    static constexpr std::string_view kType = "payment.mismatch_detected";
    static constexpr int kSchema = 1;
    std::string field;  // "amount" or "currency"
    Money expected;
    Money observed;
    std::string provider_reference;
    Seen seen;
    CaptureId capture_id = {};            // that it is about, if the provider names one
    RefundId refund_id = {};              // … likewise
    std::optional<Operation> about = {};  // nothing: it was recorded before this was
    bool operator==(const MismatchDetected&) const = default;
};
SHOP_DESCRIBE(MismatchDetected, field, expected, observed, provider_reference, seen, capture_id,
              refund_id, about)

// The provider's word counts: so much was taken by a capture, or went back by a refund. Staff says
// so; or, with the reason "provider", it says again what counts, or names what was in a sum before.
struct MismatchAccepted {
    static constexpr std::string_view kType = "payment.mismatch_accepted";
    static constexpr int kSchema = 1;
    CaptureId capture_id;  // empty, with no refund: one that nobody here asked for
    RefundId refund_id;
    Money amount;   // that counts for it now
    Money counted;  // … and did before
    Reason reason;
    bool operator==(const MismatchAccepted&) const = default;
};
SHOP_DESCRIBE(MismatchAccepted, capture_id, refund_id, amount, counted, reason)

// A refund that was refused, or came back, was given back by other means; nothing of it is owed.
struct RefundSettled {
    static constexpr std::string_view kType = "payment.refund_settled";
    static constexpr int kSchema = 1;
    RefundId refund_id;
    SettledOtherwise by = SettledOtherwise::kOffline;
    Money amount;
    Reason reason;
    bool operator==(const RefundSettled&) const = default;
};
SHOP_DESCRIBE(RefundSettled, refund_id, by, amount, reason)

// What a refused capture was to take need not be taken any more: it was paid in another way, or
// less came to be due.
struct CaptureSettled {
    static constexpr std::string_view kType = "payment.capture_settled";
    static constexpr int kSchema = 1;
    CaptureId capture_id;
    Money amount;
    bool operator==(const CaptureSettled&) const = default;
};
SHOP_DESCRIBE(CaptureSettled, capture_id, amount)

// Money nobody asked for, in a stream of its own.
struct Discovered {
    static constexpr std::string_view kType = "payment.discovered";
    static constexpr int kSchema = 1;
    std::string provider;
    std::string provider_reference;
    Money amount;
    Seen seen;
    bool is_captured = false;   // it was taken; else it is held
    CaptureId capture_id = {};  // by which, if the provider names one
    bool operator==(const Discovered&) const = default;
};
SHOP_DESCRIBE(Discovered, provider, provider_reference, amount, seen, is_captured, capture_id)

// What was taken of such money had been held before, in all so much, and more may be held still.
struct HoldDiscovered {
    static constexpr std::string_view kType = "payment.hold_discovered";
    static constexpr int kSchema = 1;
    Money amount;
    Seen seen;
    bool operator==(const HoldDiscovered&) const = default;
};
SHOP_DESCRIBE(HoldDiscovered, amount, seen)

// Staff has seen to money that nobody asked for in another way than giving it back.
struct DiscoveryClosed {
    static constexpr std::string_view kType = "payment.discovery_closed";
    static constexpr int kSchema = 1;
    Reason reason;
    bool operator==(const DiscoveryClosed&) const = default;
};
SHOP_DESCRIBE(DiscoveryClosed, reason)

using Event =
    std::variant<Initiated, Submitted, ActionRequired, Pending, OutcomeUnknown, Authorized,
                 Declined, AuthorizationExpired, CaptureRequested, Captured, CaptureFailed,
                 VoidRequested, Voided, VoidFailed, MismatchDetected, Discovered, RefundRequested,
                 RefundPending, Refunded, RefundFailed, RefundSettled, CaptureSettled,
                 DiscoveryClosed, MismatchAccepted, HoldDiscovered>;

}  // namespace shop::payment
