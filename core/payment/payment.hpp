// One payment: one attempt to be paid, at one provider.
//
// initiated → action_required, pending, unknown → authorized → captured; declined, voided, expired.
// Behind a capture, what the order needs no more of is voided by itself (`VoidReason::kRest`).
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
#include "core/payment/payment_events.hpp"
#include "core/sale/values.hpp"

namespace shop {
struct Decision;
struct Env;
class Streams;
}  // namespace shop

namespace shop::payment {

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

// So many, and somebody has to look at it.
inline constexpr std::int32_t kVoidRefusalsMax = 3;

// The void that was asked for. `refusals` counts the provider's: each gives the next try a new key.
struct VoidState {
    VoidReason reason = VoidReason::kCanceled;
    Time requested_at;
    std::int32_t refusals = 0;
    bool operator==(const VoidState&) const = default;

    bool is_stuck() const { return refusals >= kVoidRefusalsMax; }
};
SHOP_DESCRIBE(VoidState, reason, requested_at, refusals)

// How a capture or a refund that was asked for stands.
enum class MoveStatus { kUnderWay, kDone, kFailed };
SHOP_DESCRIBE_ENUM(MoveStatus, kUnderWay, kDone, kFailed)

struct CaptureState {
    CaptureId capture_id;
    Money amount;
    FulfillmentId fulfillment_id;
    Time requested_at;
    MoveStatus status = MoveStatus::kUnderWay;
    bool final = false;
    std::string failure;      // code of the refusal
    bool is_settled = false;  // it failed; a later one takes its amount, or it need not be taken
    bool operator==(const CaptureState&) const = default;

    bool is_under_way() const { return status == MoveStatus::kUnderWay; }
    // The money is to be taken still.
    bool is_owed() const { return status == MoveStatus::kFailed && !is_settled; }
};
SHOP_DESCRIBE(CaptureState, capture_id, amount, fulfillment_id, requested_at, status, final,
              failure, is_settled)

struct RefundState {
    RefundId refund_id;
    Money amount;
    CreditNoteId credit_note_id;
    Time requested_at;
    MoveStatus status = MoveStatus::kUnderWay;
    bool pending = false;  // the provider has it, and will tell
    std::string failure;
    Time failed_at;
    bool is_replaced = false;                    // it failed, and another one took its place
    std::optional<SettledOtherwise> settled_by;  // it failed, and went back by other means
    bool operator==(const RefundState&) const = default;

    bool is_under_way() const { return status == MoveStatus::kUnderWay; }
    // The money is owed still.
    bool is_owed() const { return status == MoveStatus::kFailed && !is_replaced && !settled_by; }
};
SHOP_DESCRIBE(RefundState, refund_id, amount, credit_note_id, requested_at, status, pending,
              failure, failed_at, is_replaced, settled_by)

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
    bool captures_once = false;
    Time initiated_at;
    std::string provider_reference;
    Money authorized;  // none while its currency is empty
    std::optional<Time> authorization_expires_at;
    Money captured;
    std::optional<Declined> declined;
    std::optional<ActionRequired> action;
    std::optional<MismatchDetected> mismatch;  // until the provider takes what was asked for
    Time mismatch_at;
    std::optional<VoidState> voiding;    // kept when it is done
    std::optional<VoidState> releasing;  // the rest, until it is let go
    bool is_rest_gone = false;           // the rest was let go, by a void or a final capture
    std::vector<CaptureState> captures;  // in the order they were asked for
    std::vector<RefundState> refunds;
    Money refunded;                // none while its currency is empty
    std::optional<Reason> closed;  // money nobody asked for, and why nobody need look at it
    bool operator==(const State&) const = default;

    // Money that nobody asked for: no order's.
    bool is_discovered() const { return order_id.is_empty(); }
    // Of such money, what is held, or was taken, and is not on its way back.
    Money unasked() const;
    // … of that, what is held only.
    Money unasked_held() const;
    // Of what was taken, what the provider told without the name of a capture.
    Money captured_unnamed() const;
    // A void or a refund was asked for, and may still be done.
    bool is_going_back() const;

    // The provider will not change its answer by itself: nothing is on its way to us. A payment
    // that shall be voided has its end only once the provider confirms that nothing is held.
    bool has_definite_end() const;
    // The provider contradicts the amount of a capture or a refund.
    bool has_wrong_move() const { return mismatch && (has_money() || is_discovered()); }
    // … of which it was not noted, as it is since, and may be any of several.
    bool is_mismatch_unclear() const;
    // It was used or is held: authorized, or captured.
    bool has_money() const { return status == Status::kAuthorized || status == Status::kCaptured; }
    // Its money was taken or is being taken, be it of another amount than was asked for.
    bool is_being_taken() const;
    // What the provider holds for it, as far as we know.
    Money held_amount() const;
    // … behind captures: what they did not take.
    Money rest() const;

    bool is_capture_under_way() const;
    // The last capture that was asked for, or nullptr.
    const CaptureState* last_capture() const {
        return captures.empty() ? nullptr : &captures.back();
    }
    // One that was refused, and whose money is to be taken still, or nullptr.
    const CaptureState* owed_capture() const;
    const RefundState* find_refund(const RefundId& id) const;
    // Of what is authorized, what no capture has asked for or taken; nothing if the rest was let
    // go.
    Money left_to_capture() const;
    // Money can still be captured, and the time for that is told.
    bool may_expire() const;
    // The time to capture is over, be it that the provider has not said so.
    bool has_expired(Time now) const;
    // Of what was captured, what no refund has asked for or given back.
    Money left_to_refund() const;
    // What went back by other means, for the provider refused it.
    Money settled_otherwise() const;
    // … less what failed to go back, and is owed to whom it was for.
    Money free_to_refund() const;
};
SHOP_DESCRIBE(State, status, order_id, attempt, provider, method, token, return_url, amount,
              capture_mode, after_stock, captures_once, initiated_at, provider_reference,
              authorized, authorization_expires_at, captured, declined, action, mismatch,
              mismatch_at, voiding, releasing, is_rest_gone, captures, refunds, refunded, closed)

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
void evolve(State&, const RefundRequested&, Time);
void evolve(State&, const RefundPending&, Time);
void evolve(State&, const Refunded&, Time);
void evolve(State&, const RefundFailed&, Time);
void evolve(State&, const RefundSettled&, Time);
void evolve(State&, const CaptureSettled&, Time);
void evolve(State&, const HoldDiscovered&, Time);
void evolve(State&, const DiscoveryClosed&, Time);
void evolve(State&, const MismatchAccepted&, Time);

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
    bool operator==(const RecordProviderResult&) const = default;
};
SHOP_DESCRIBE(RecordProviderResult, payment, provider, result)

// Staff gives money back: again what was refused (`again`), which then settles its credit note; or
// by itself. Without an amount: of `again`, or what was taken beyond what is due. kConflict
// "refund-limit" (members: left), "nothing-to-refund", "refund-not-refused", "payment-mismatch".
struct Refund {
    static constexpr std::string_view kType = "RefundPayment";
    PaymentId payment;
    std::optional<Money> amount;
    RefundId again;
    Reason reason;
    StreamId target() const { return payment; }
    bool operator==(const Refund&) const = default;
};
SHOP_DESCRIBE(Refund, payment, amount, again, reason)

// Staff says that a refund which was refused was given back by other means; it settles its credit
// note. kNotFound; kConflict "refund-not-refused".
struct SettleRefund {
    static constexpr std::string_view kType = "SettlePaymentRefund";
    PaymentId payment;
    RefundId refund;
    SettledOtherwise by = SettledOtherwise::kOffline;
    Reason reason;
    StreamId target() const { return payment; }
    bool operator==(const SettleRefund&) const = default;
};
SHOP_DESCRIBE(SettleRefund, payment, refund, by, reason)

// The amount that the provider says of a capture or a refund counts, though another was asked for.
// What a capture did not take stays due, what it took beyond what is due goes back, and so does
// what a refund left. The command names what staff saw: `amount`, and the capture or the refund if
// the provider names one; where it was recorded before that was noted, the one that staff know it
// to be. kNotFound; kConflict "no-mismatch", "mismatch-changed" (it says another thing by now;
// members: told, and capture_id or refund_id), "other-currency" (it cannot count here),
// "mismatch-unclear" (it tells of no single capture, or may be about several and none is named of
// which the expected amount was asked for).
struct AcceptMismatch {
    static constexpr std::string_view kType = "AcceptPaymentMismatch";
    OrderId order;
    PaymentId payment;
    Money amount;
    CaptureId capture = {};
    RefundId refund = {};
    Reason reason = {};
    StreamId target() const { return payment; }
    bool operator==(const AcceptMismatch&) const = default;
};
SHOP_DESCRIBE(AcceptMismatch, order, payment, amount, capture, refund, reason)

// Money that nobody asked for goes back: what is held is let go, what was taken is refunded; again,
// if that was refused. kNotFound; kConflict "not-discovered", "discovery-closed",
// "nothing-to-refund".
struct GiveBackDiscovered {
    static constexpr std::string_view kType = "GiveBackDiscoveredPayment";
    PaymentId payment;
    Reason reason;
    StreamId target() const { return payment; }
    bool operator==(const GiveBackDiscovered&) const = default;
};
SHOP_DESCRIBE(GiveBackDiscovered, payment, reason)

// Nobody need look at it any more: it was given back at the provider's, say; unless more of it is
// taken, or a refund comes back. Errors: kNotFound; kConflict "not-discovered", "going-back" (a
// refund, or a void that the provider does not keep refusing, is under way).
struct CloseDiscovered {
    static constexpr std::string_view kType = "CloseDiscoveredPayment";
    PaymentId payment;
    Reason reason;
    StreamId target() const { return payment; }
    bool operator==(const CloseDiscovered&) const = default;
};
SHOP_DESCRIBE(CloseDiscovered, payment, reason)

using Command = std::variant<RecordProviderResult, Refund, SettleRefund, GiveBackDiscovered,
                             CloseDiscovered, AcceptMismatch>;

Result<Decision> decide(const RecordProviderResult&, const Streams&, const Env&);
Result<Decision> decide(const Refund&, const Streams&, const Env&);
Result<Decision> decide(const SettleRefund&, const Streams&, const Env&);
Result<Decision> decide(const GiveBackDiscovered&, const Streams&, const Env&);
Result<Decision> decide(const CloseDiscovered&, const Streams&, const Env&);
Result<Decision> decide(const AcceptMismatch&, const Streams&, const Env&);

}  // namespace shop::payment
