#include "core/payment/payment.hpp"

namespace shop::payment {

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
        case Status::kAuthorized:
        case Status::kDeclined:  // it may be authorized late, unless a void has barred it
            return !voiding;
        case Status::kCaptured:
        case Status::kVoided:
        case Status::kExpired:
        case Status::kDiscovered:
            return true;
    }
    return true;
}

bool State::is_being_taken() const {
    if (status == Status::kCaptured || (capture && capture->under_way)) return true;
    return status == Status::kAuthorized && mismatch;
}

Money State::held_amount() const {
    if (!authorized.currency.is_empty()) return authorized;
    if (mismatch) return mismatch->observed;
    return {0, amount.currency};
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
    state.token = {};
}

void evolve(State& state, const CaptureRequested& event, Time time) {
    const std::int32_t refusals = state.capture ? state.capture->refusals : 0;
    state.capture = CaptureState{.capture_id = event.capture_id,
                                 .amount = event.amount,
                                 .requested_at = time,
                                 .refusals = refusals,
                                 .under_way = true,
                                 .final = event.final};
}

void evolve(State& state, const Captured& event, Time) {
    state.status = Status::kCaptured;
    state.captured =
        state.captured.currency.is_empty() ? event.amount : state.captured + event.amount;
    if (state.capture) state.capture->under_way = false;
    state.mismatch.reset();
}

void evolve(State& state, const CaptureFailed& event, Time) {
    if (!state.capture) return;
    state.capture->under_way = false;
    state.capture->failure = event.code;
    ++state.capture->refusals;
}

void evolve(State& state, const VoidRequested& event, Time time) {
    state.voiding = VoidState{.reason = event.reason, .requested_at = time};
}

void evolve(State& state, const Voided&, Time) {
    state.status = Status::kVoided;
    state.token = {};
}

void evolve(State& state, const VoidFailed&, Time) {
    if (state.voiding) ++state.voiding->refusals;
}

void evolve(State& state, const MismatchDetected& event, Time time) {
    state.mismatch = event;
    state.mismatch_at = time;
    state.provider_reference = event.provider_reference;
}

void evolve(State& state, const Discovered& event, Time time) {
    state.status = Status::kDiscovered;
    state.provider = event.provider;
    state.provider_reference = event.provider_reference;
    state.amount = event.amount;
    state.initiated_at = time;
}

}  // namespace shop::payment
