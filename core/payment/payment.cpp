#include "core/payment/payment.hpp"

#include <algorithm>

namespace shop::payment {
namespace {

CaptureState* find_capture(State& state, const CaptureId& id) {
    const auto at = std::ranges::find(state.captures, id, &CaptureState::capture_id);
    return at == state.captures.end() ? nullptr : &*at;
}

void add(Money& sum, const Money& amount) {
    sum = sum.currency.is_empty() ? amount : sum + amount;
}

// Of money that nobody asked for more was taken.
void look_again(State& state) {
    state.closed.reset();
    if (state.rest().minor_units <= 0) state.releasing.reset();
}

// What the provider contradicted may have been that capture, and no other move.
bool is_about(const State& state, const CaptureId& id) {
    if (!state.mismatch || state.is_mismatch_unclear()) return false;
    const MismatchDetected& told = *state.mismatch;
    return told.refund_id.is_empty() && (told.capture_id.is_empty() || told.capture_id == id);
}

// So much was taken. A capture that nobody here asked for is listed too: it counts against what may
// be captured.
CaptureState& note_captured(State& state, const CaptureId& id, const Money& amount,
                            const Money& taken, Time time) {
    state.status = Status::kCaptured;
    add(state.captured, taken);
    if (state.is_discovered() && taken.minor_units > 0) look_again(state);
    if (CaptureState* capture = find_capture(state, id)) {
        capture->status = MoveStatus::kDone;
        state.is_rest_gone = state.is_rest_gone || capture->final;
        return *capture;
    }
    state.captures.push_back({.capture_id = id,
                              .amount = amount,
                              .fulfillment_id = {},
                              .requested_at = time,
                              .status = MoveStatus::kDone,
                              .final = false,
                              .failure = {}});
    return state.captures.back();
}

// What the refused ones were to take.
void settle_captures(State& state) {
    for (CaptureState& capture : state.captures)
        if (capture.is_owed()) capture.is_settled = true;
}

RefundState* find_refund(State& state, const RefundId& id) {
    const auto at = std::ranges::find(state.refunds, id, &RefundState::refund_id);
    return at == state.refunds.end() ? nullptr : &*at;
}

}  // namespace

StreamId RecordProviderResult::target() const {
    if (!payment.is_empty()) return payment;
    return discovered_id(provider, reference_of(result));
}

bool State::has_definite_end() const {
    switch (status) {
        case Status::kInitiated:
        case Status::kActionRequired:
        case Status::kPending:
        case Status::kUnknown:
            return false;
        case Status::kDiscovered:
            return !voiding || closed;
        case Status::kAuthorized:
        case Status::kDeclined:  // it may be authorized late, unless a void has barred it
            return !voiding;
        case Status::kCaptured:
        case Status::kVoided:
        case Status::kExpired:
            return true;
    }
    return true;
}

bool State::is_being_taken() const {
    if (status == Status::kCaptured || is_capture_under_way()) return true;
    return status == Status::kAuthorized && mismatch;
}

Money State::held_amount() const {
    if (!authorized.currency.is_empty()) return authorized;
    if (mismatch) return mismatch->observed;
    return {0, amount.currency};
}

Money State::rest() const {
    return {authorized.minor_units - captured.minor_units, amount.currency};
}

bool State::is_capture_under_way() const {
    return std::ranges::any_of(captures, &CaptureState::is_under_way);
}

const CaptureState* State::owed_capture() const {
    const auto at = std::ranges::find_if(captures, &CaptureState::is_owed);
    return at == captures.end() ? nullptr : &*at;
}

const RefundState* State::find_refund(const RefundId& id) const {
    const auto at = std::ranges::find(refunds, id, &RefundState::refund_id);
    return at == refunds.end() ? nullptr : &*at;
}

Money State::left_to_capture() const {
    Money left{authorized.minor_units, amount.currency};
    if (releasing || is_rest_gone) return {0, amount.currency};
    for (const CaptureState& capture : captures)
        if (capture.status != MoveStatus::kFailed) left = left - capture.amount;
    return {std::max<std::int64_t>(0, left.minor_units), left.currency};
}

bool State::may_expire() const {
    return has_money() && !voiding && !mismatch && authorization_expires_at &&
           left_to_capture().minor_units > 0;
}

bool State::has_expired(Time now) const {
    return status == Status::kExpired || (may_expire() && *authorization_expires_at <= now);
}

Money State::settled_otherwise() const {
    Money sum{0, amount.currency};
    for (const RefundState& refund : refunds)
        if (refund.settled_by) sum += refund.amount;
    return sum;
}

Money State::left_to_refund() const {
    Money left{captured.minor_units - refunded.minor_units, amount.currency};
    left = left - settled_otherwise();
    for (const RefundState& refund : refunds)
        if (refund.is_under_way()) left = left - refund.amount;
    return {std::max<std::int64_t>(0, left.minor_units), left.currency};
}

Money State::unasked() const {
    if (!is_discovered()) return {0, amount.currency};
    return left_to_refund() + unasked_held();
}

Money State::unasked_held() const {
    const bool is_any_taken = !captured.currency.is_empty();
    const bool is_let_go = is_any_taken ? releasing || is_rest_gone : voiding.has_value();
    const bool may_be_held = status == Status::kDiscovered || status == Status::kCaptured;
    if (!is_discovered() || !may_be_held || is_let_go) return {0, amount.currency};
    return {std::max<std::int64_t>(0, rest().minor_units), amount.currency};
}

bool State::is_mismatch_unclear() const {
    if (!mismatch || mismatch->about) return false;
    const bool is_named = !mismatch->capture_id.is_empty() || !mismatch->refund_id.is_empty();
    return !is_named && (!refunds.empty() || captures.size() > 1);
}

Money State::captured_unnamed() const {
    Money left{captured.minor_units, amount.currency};
    for (const CaptureState& capture : captures)
        if (!capture.capture_id.is_empty()) left = left - capture.amount;
    return {std::max<std::int64_t>(0, left.minor_units), left.currency};
}

bool State::is_going_back() const {
    if (mismatch) return false;  // what was said of it instead ends nothing
    const bool is_voided = voiding && status == Status::kDiscovered && !voiding->is_stuck();
    const bool is_released = releasing && !releasing->is_stuck();
    return is_voided || is_released || std::ranges::any_of(refunds, &RefundState::is_under_way);
}

Money State::free_to_refund() const {
    Money left = left_to_refund();
    for (const RefundState& refund : refunds)
        if (refund.is_owed()) left = left - refund.amount;
    return {std::max<std::int64_t>(0, left.minor_units), left.currency};
}

void evolve(State& state, const Initiated& event, Time time) {
    state.order_id = event.order_id;
    state.attempt = event.attempt;
    state.provider = event.provider;
    state.method = event.method;
    state.token = event.token;
    state.return_url = event.return_url;
    state.amount = event.amount;
    state.capture_mode = event.capture;
    state.after_stock = event.after_stock;
    state.captures_once = event.captures_once;
    state.provider_reference = event.reference;
    state.initiated_at = time;
}

void evolve(State& state, const Submitted& event, Time) {
    state.provider_reference = event.provider_reference;
}

void evolve(State& state, const ActionRequired& event, Time) {
    state.status = Status::kActionRequired;
    state.action = event;
}

void evolve(State& state, const Pending&, Time) {
    state.status = Status::kPending;
}

void evolve(State& state, const OutcomeUnknown& event, Time) {
    if (event.operation == Operation::kAuthorize) state.status = Status::kUnknown;
}

// A void that must spare an authorization (kExpired) is settled by it.
void evolve(State& state, const Authorized& event, Time) {
    state.status = Status::kAuthorized;
    if (state.voiding && state.voiding->reason == VoidReason::kExpired) state.voiding.reset();
    state.provider_reference = event.provider_reference;
    state.authorized = event.amount;
    state.authorization_expires_at = event.expires_at;
    state.token = {};
}

void evolve(State& state, const Declined& event, Time) {
    state.status = Status::kDeclined;
    state.declined = event;
    state.token = {};
}

void evolve(State& state, const AuthorizationExpired&, Time) {
    state.status = Status::kExpired;
    state.is_rest_gone = state.is_rest_gone || state.is_discovered();
    state.token = {};
}

// The amounts of those that were refused are in it.
void evolve(State& state, const CaptureRequested& event, Time time) {
    settle_captures(state);
    state.captures.push_back({.capture_id = event.capture_id,
                              .amount = event.amount,
                              .fulfillment_id = event.fulfillment_id,
                              .requested_at = time,
                              .status = MoveStatus::kUnderWay,
                              .final = event.final,
                              .failure = {}});
}

void evolve(State& state, const Captured& event, Time time) {
    if (is_about(state, event.capture_id)) state.mismatch.reset();
    note_captured(state, event.capture_id, event.amount, event.amount, time);
}

void evolve(State& state, const MismatchAccepted& event, Time time) {
    const Money more = event.amount - event.counted;
    RefundState* refund = find_refund(state, event.refund_id);
    const bool is_of_refund = state.mismatch && !state.mismatch->refund_id.is_empty();
    if (refund != nullptr || !is_of_refund) state.mismatch.reset();
    if (refund == nullptr) {
        note_captured(state, event.capture_id, event.amount, more, time).amount = event.amount;
        return;
    }
    refund->status = MoveStatus::kDone;
    refund->pending = false;
    refund->amount = event.amount;
    add(state.refunded, more);
}

// What it was to take is to be taken still, so one that waits for it must not let go of that.
void evolve(State& state, const CaptureFailed& event, Time) {
    CaptureState* capture = find_capture(state, event.capture_id);
    if (capture == nullptr) return;
    capture->status = MoveStatus::kFailed;
    capture->failure = event.code;
    for (CaptureState& other : state.captures)
        if (other.is_under_way()) other.final = false;
}

// Nothing more is to be taken.
void evolve(State& state, const VoidRequested& event, Time time) {
    settle_captures(state);
    const VoidState voiding{.reason = event.reason, .requested_at = time};
    (event.reason == VoidReason::kRest ? state.releasing : state.voiding) = voiding;
}

void evolve(State& state, const Voided& event, Time) {
    if (event.reason == VoidReason::kRest) {
        state.releasing.reset();
        state.is_rest_gone = true;
        return;
    }
    state.status = Status::kVoided;
    state.is_rest_gone = state.is_rest_gone || state.is_discovered();
    state.token = {};
}

void evolve(State& state, const VoidFailed&, Time) {
    auto& voiding = state.releasing ? state.releasing : state.voiding;
    if (voiding) ++voiding->refusals;
}

void evolve(State& state, const MismatchDetected& event, Time time) {
    state.mismatch = event;
    state.mismatch_at = time;
    state.provider_reference = event.provider_reference;
}

void evolve(State& state, const Discovered& event, Time time) {
    state.provider = event.provider;
    state.provider_reference = event.provider_reference;
    state.amount = event.amount;
    if (event.is_captured)
        note_captured(state, event.capture_id, event.amount, event.amount, time);
    else
        state.authorized = event.amount;
    state.status = Status::kDiscovered;
    state.initiated_at = time;
}

void evolve(State& state, const HoldDiscovered& event, Time) {
    state.amount = event.amount;
    state.authorized = event.amount;
    if (state.unasked_held().minor_units > 0) state.closed.reset();
}

void evolve(State& state, const DiscoveryClosed& event, Time) {
    state.closed = event.reason;
}

void evolve(State& state, const RefundRequested& event, Time time) {
    if (RefundState* failed = find_refund(state, event.replaces)) failed->is_replaced = true;
    state.refunds.push_back({.refund_id = event.refund_id,
                             .amount = event.amount,
                             .credit_note_id = event.credit_note_id,
                             .requested_at = time,
                             .status = MoveStatus::kUnderWay,
                             .pending = false,
                             .failure = {},
                             .failed_at = {}});
}

void evolve(State& state, const RefundPending& event, Time) {
    if (RefundState* refund = find_refund(state, event.refund_id)) refund->pending = true;
}

// One that nobody here asked for is listed too: it counts against what may be refunded.
void evolve(State& state, const Refunded& event, Time time) {
    RefundState* refund = find_refund(state, event.refund_id);
    if (refund == nullptr) {
        state.refunds.push_back(
            {.refund_id = event.refund_id, .amount = event.amount, .requested_at = time});
        refund = &state.refunds.back();
    }
    refund->status = MoveStatus::kDone;
    refund->pending = false;
    refund->amount = event.amount;
    add(state.refunded, event.amount);
    if (state.mismatch && state.mismatch->refund_id == event.refund_id) state.mismatch.reset();
}

void evolve(State& state, const RefundFailed& event, Time time) {
    RefundState* refund = find_refund(state, event.refund_id);
    if (refund == nullptr) return;
    if (refund->status == MoveStatus::kDone) state.refunded = state.refunded - refund->amount;
    refund->status = MoveStatus::kFailed;
    refund->pending = false;
    state.closed.reset();
    refund->failure = event.code;
    refund->failed_at = time;
}

void evolve(State& state, const RefundSettled& event, Time) {
    if (RefundState* refund = find_refund(state, event.refund_id)) refund->settled_by = event.by;
}

void evolve(State& state, const CaptureSettled& event, Time) {
    if (CaptureState* capture = find_capture(state, event.capture_id)) capture->is_settled = true;
}

}  // namespace shop::payment
