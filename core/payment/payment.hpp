// One payment: one attempt to be paid, at one provider.
//
// initiated → action_required, pending, unknown → authorized → captured; declined, voided, expired.
// The one legal step back is declined → authorized. A time-out is *unknown*: it has no end until
// the provider says what happened. A payment that shall not be used gets `void_requested`, and
// stays owed until the provider confirms that nothing is held.
//
// The provider's idempotency key of an authorization is its effect id, authorize_effect(payment).
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
#include "core/payment/ids.hpp"
#include "core/payment/provider.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::payment {

// ---- Events: stored for ever --------------------------------------------------------------------

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
    bool operator==(const Initiated&) const = default;
};
SHOP_DESCRIBE(Initiated, order_id, attempt, provider, method, token, return_url, amount, capture,
              after_stock)

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

enum class VoidReason {
    kCanceled,       // the checkout or the order ended without it
    kExpired,        // the deadline passed: void it unless it is authorized by then
    kLate,           // authorized after the checkout had failed
    kSecondPayment,  // the order is paid by another payment
    kPartial,        // less than the total was authorized
    kMismatch,       // amount or currency differs from what was asked for
    kNotSubmitted,   // the provider was never asked
    kProvider,       // the provider did it by itself
};
SHOP_DESCRIBE_ENUM(VoidReason, kCanceled, kExpired, kLate, kSecondPayment, kPartial, kMismatch,
                   kNotSubmitted, kProvider)

struct VoidRequested {
    static constexpr std::string_view kType = "payment.void_requested";
    static constexpr int kSchema = 1;
    Money amount;
    VoidReason reason = VoidReason::kCanceled;
    bool operator==(const VoidRequested&) const = default;
};
SHOP_DESCRIBE(VoidRequested, amount, reason)

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
    bool operator==(const MismatchDetected&) const = default;
};
SHOP_DESCRIBE(MismatchDetected, field, expected, observed, provider_reference, seen)

// Money nobody asked for, in a stream of its own.
struct Discovered {
    static constexpr std::string_view kType = "payment.discovered";
    static constexpr int kSchema = 1;
    std::string provider;
    std::string provider_reference;
    Money amount;
    Seen seen;
    bool operator==(const Discovered&) const = default;
};
SHOP_DESCRIBE(Discovered, provider, provider_reference, amount, seen)

using Event =
    std::variant<Initiated, Submitted, ActionRequired, Pending, OutcomeUnknown, Authorized,
                 Declined, AuthorizationExpired, CaptureRequested, Captured, CaptureFailed,
                 VoidRequested, Voided, VoidFailed, MismatchDetected, Discovered>;

// ---- State --------------------------------------------------------------------------------------

enum class Status {
    kInitiated,
    kActionRequired,
    kPending,
    kUnknown,
    kAuthorized,
    kCaptured,
    kDeclined,
    kVoided,
    kExpired,
    kDiscovered,
};
SHOP_DESCRIBE_ENUM(Status, kInitiated, kActionRequired, kPending, kUnknown, kAuthorized, kCaptured,
                   kDeclined, kVoided, kExpired, kDiscovered)

// The void that was asked for. `refusals` counts the provider's: each gives the next try a new key.
struct VoidState {
    VoidReason reason = VoidReason::kCanceled;
    Time requested_at;
    std::int32_t refusals = 0;
    bool operator==(const VoidState&) const = default;
};
SHOP_DESCRIBE(VoidState, reason, requested_at, refusals)

struct CaptureState {
    CaptureId capture_id;
    Money amount;
    Time requested_at;
    std::int32_t refusals = 0;  // of earlier capture ids
    bool under_way = false;     // requested, and neither captured nor failed
    bool final = false;
    std::string failure;  // code of the last refusal
    bool operator==(const CaptureState&) const = default;
};
SHOP_DESCRIBE(CaptureState, capture_id, amount, requested_at, refusals, under_way, final, failure)

struct State {
    Status status = Status::kInitiated;
    OrderId order_id;
    std::int32_t attempt = 0;
    std::string provider;
    Method method;
    Sealed token;
    std::string return_url;
    Money amount;
    CaptureMode capture_mode = CaptureMode::kManual;
    bool after_stock = false;
    Time initiated_at;
    std::string provider_reference;
    Money authorized;  // none while its currency is empty
    std::optional<Time> authorization_expires_at;
    Money captured;
    std::optional<Declined> declined;
    std::optional<ActionRequired> action;
    std::optional<MismatchDetected> mismatch;  // until the provider takes what was asked for
    Time mismatch_at;
    std::optional<VoidState> voiding;  // kept when it is done
    std::optional<CaptureState> capture;
    bool operator==(const State&) const = default;

    // The provider will not change its answer by itself: nothing is on its way to us. A payment
    // that shall be voided has its end only once the provider confirms that nothing is held.
    bool has_definite_end() const;
    // It was used or is held: authorized, or captured.
    bool has_money() const { return status == Status::kAuthorized || status == Status::kCaptured; }
    // Its money was taken or is being taken, be it of another amount than was asked for.
    bool is_being_taken() const;
    // What the provider holds for it, as far as we know.
    Money held_amount() const;
};
SHOP_DESCRIBE(State, status, order_id, attempt, provider, method, token, return_url, amount,
              capture_mode, after_stock, initiated_at, provider_reference, authorized,
              authorization_expires_at, captured, declined, action, mismatch, mismatch_at, voiding,
              capture)

void evolve(State&, const Initiated&, Time);
void evolve(State&, const Submitted&, Time);
void evolve(State&, const ActionRequired&, Time);
void evolve(State&, const Pending&, Time);
void evolve(State&, const OutcomeUnknown&, Time);
void evolve(State&, const Authorized&, Time);
void evolve(State&, const Declined&, Time);
void evolve(State&, const AuthorizationExpired&, Time);
void evolve(State&, const CaptureRequested&, Time);
void evolve(State&, const Captured&, Time);
void evolve(State&, const CaptureFailed&, Time);
void evolve(State&, const VoidRequested&, Time);
void evolve(State&, const Voided&, Time);
void evolve(State&, const VoidFailed&, Time);
void evolve(State&, const MismatchDetected&, Time);
void evolve(State&, const Discovered&, Time);

// ---- Commands -----------------------------------------------------------------------------------

// What the provider said, whether it came as a response, a webhook or a poll; what is known already
// writes nothing. Over a payment, its checkout, cart and order in one record: an authorization that
// covers the total places the order, one that comes too late is voided.
// An empty `payment`, or one that does not exist, makes payment.discovered for money that is held.
struct RecordProviderResult {
    static constexpr std::string_view kType = "RecordProviderResult";
    PaymentId payment;
    std::string provider;
    ProviderResult result;
    StreamId target() const;
};

using Command = std::variant<RecordProviderResult>;

Result<Decision> decide(const RecordProviderResult&, const Streams&, const Env&);

}  // namespace shop::payment
