#include "core/payment/observation.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/payment/mismatch.hpp"

namespace shop::payment {
namespace {

using Events = std::vector<Event>;

// The provider has not said its last word.
bool is_open(const State& state) {
    switch (state.status) {
        case Status::kInitiated:
        case Status::kActionRequired:
        case Status::kPending:
        case Status::kUnknown:
            return true;
        case Status::kAuthorized:
        case Status::kCaptured:
        case Status::kDeclined:
        case Status::kVoided:
        case Status::kExpired:
        case Status::kDiscovered:
            return false;
    }
    return false;
}

// … or it holds the money.
bool is_held(const State& state) {
    const bool is_unasked =
        state.status == Status::kDiscovered && state.captured.currency.is_empty();
    return is_open(state) || state.status == Status::kAuthorized || is_unasked;
}

bool awaits_void(const State& state) {
    return state.voiding && (is_held(state) || state.status == Status::kDeclined);
}

// An authorization counts late too: after a decline, and after an end that only we assumed. One
// that arrives behind a void the provider confirmed is old news.
bool may_be_authorized(const State& state) {
    if (state.mismatch) return false;
    if (state.status == Status::kVoided) return !state.voiding;
    return is_open(state) || state.status == Status::kDeclined;
}

// One per kind of result.
struct Observer {
    const State& state;
    const Seen& seen;
    const Time now;

    Events operator()(const ResultUnknown& result) const {
        const bool first = state.status == Status::kInitiated && !state.voiding;
        if (result.operation != Operation::kAuthorize || !first) return {};
        return {OutcomeUnknown{result.operation, now}};
    }

    Events operator()(const ResultAuthorized& result) const {
        if (state.is_discovered()) return held_unasked(result);
        if (!may_be_authorized(state)) return {};
        const Money expected = state.amount;
        const Authorized authorized{result.reference, result.amount, result.expires_at, seen};
        if (result.amount == expected) return {authorized};
        const bool same_currency = result.amount.currency == expected.currency;
        if (result.partial && same_currency && result.amount < expected)
            return {authorized, VoidRequested{result.amount, VoidReason::kPartial}};
        Events events = {
            mismatch_of(Operation::kAuthorize, expected, result.amount, result.reference)};
        // The deadline has passed already, and the void that spares an authorization did.
        if (state.voiding && state.voiding->reason == VoidReason::kExpired)
            events.push_back(VoidRequested{result.amount, VoidReason::kMismatch});
        return events;
    }

    Events operator()(const ResultDeclined& result) const {
        if (!is_open(state)) return {};
        return with_reference(result.reference,
                              Declined{result.code, result.provider_code, result.retryable, seen});
    }

    Events operator()(const ResultActionRequired& result) const {
        const bool known = state.status == Status::kActionRequired && state.action &&
                           state.action->url == result.url;
        if (!is_open(state) || state.voiding || known) return {};
        return with_reference(result.reference,
                              ActionRequired{result.action, result.url, result.deadline, seen});
    }

    Events operator()(const ResultPending& result) const {
        if (!is_open(state) || state.voiding || state.status == Status::kPending) return {};
        return with_reference(result.reference, Pending{result.reason, seen});
    }

    // A result that names no capture tells of all that was taken so far, or is about the one that
    // it fits. What it may have told before is no news, and where it fits several that are under
    // way their own answers tell which.
    Events operator()(const ResultCaptured& result) const {
        if (state.is_discovered()) return captured_unasked(result);
        if (result.capture_id.is_empty() && is_told_already(result.amount))
            return put_right(state, result.amount);
        const std::vector<const CaptureState*> fitting = find_captures(result);
        if (fitting.size() > 1) return {};
        if (!fitting.empty()) return captured(*fitting.front(), result);
        if (result.capture_id.is_empty() && result.amount == taken_or_under_way())
            return captured_all(result);
        const bool is_all =
            result.amount == state.authorized && state.status == Status::kAuthorized;
        if (state.has_money() && !is_all) return mismatch(expected_in_all(), result);
        Events events;
        if (state.status != Status::kAuthorized) {  // taken before we heard that it was held
            events = (*this)(ResultAuthorized{result.reference, result.amount, {}, false});
            if (events.empty() || !std::holds_alternative<Authorized>(events.front()))
                return events;
        }
        events.push_back(Captured{result.capture_id, result.amount, result.reference, seen});
        return events;
    }

    Events operator()(const ResultRefunded& result) const {
        const RefundState* refund = find_refund(result);
        if (refund == nullptr) return refunded_unasked(result);
        const bool is_same_currency = refund->amount.currency == result.amount.currency;
        const bool is_any_right = state.is_discovered() && is_same_currency;
        if (refund->amount != result.amount && !is_any_right)
            return mismatch(refund->amount, result);
        if (refund->status == MoveStatus::kDone) return put_right(state, *refund);
        Events events{Refunded{refund->refund_id, result.amount, result.reference, seen}};
        if (state.is_mismatch_unclear() && result.amount == refund->amount)
            std::ranges::move(put_right(state, *refund), std::back_inserter(events));
        return events;
    }

    Events operator()(const ResultRefundPending& result) const {
        const RefundState* refund = state.find_refund(result.refund_id);
        if (refund == nullptr || !refund->is_under_way() || refund->pending) return {};
        return {RefundPending{refund->refund_id, seen}};
    }

    Events operator()(const ResultVoided&) const {
        if (state.releasing || may_hold_unasked_rest()) return rest_is_gone();
        if (!is_held(state) && !awaits_void(state)) return {};
        const VoidReason reason = state.voiding ? state.voiding->reason : VoidReason::kProvider;
        return {Voided{state.held_amount(), reason, seen}};
    }

    Events operator()(const ResultExpired&) const {
        const bool is_released = state.is_discovered() && state.releasing;
        if (is_released || may_hold_unasked_rest()) return rest_is_gone();
        if (!is_held(state) && !awaits_void(state)) return {};
        return {AuthorizationExpired{seen}};
    }

    Events operator()(const ResultFailed& result) const {
        switch (result.operation) {
            case Operation::kAuthorize:
                return (*this)(ResultDeclined{"", result.code, result.code, false});
            case Operation::kVoid:
                if (!awaits_void(state) && !state.releasing) return {};
                return {VoidFailed{result.code, seen}};
            case Operation::kCapture:
                return capture_failed(result);
            case Operation::kRefund:
                return refund_failed(result);
            case Operation::kQuery:
                return {};
        }
        return {};
    }

    Events operator()(const ResultNotFound&) const { return {}; }

  private:
    // The sum of the captures that were made, now or at some time before.
    bool is_told_already(const Money& amount) const {
        if (state.status != Status::kCaptured) return false;
        Money sum{0, state.amount.currency};
        for (const CaptureState& capture : state.captures) {
            if (capture.status != MoveStatus::kDone) continue;
            sum += capture.amount;
            if (amount == sum || amount == capture.amount) return true;
        }
        return amount == state.captured;
    }

    std::vector<const CaptureState*> find_captures(const ResultCaptured& result) const {
        std::vector<const CaptureState*> found;
        for (const CaptureState& capture : state.captures) {
            const bool is_named =
                !result.capture_id.is_empty() && capture.capture_id == result.capture_id;
            const Money in_all{state.captured.minor_units + capture.amount.minor_units,
                               capture.amount.currency};
            const bool fits = result.capture_id.is_empty() && capture.is_under_way() &&
                              (result.amount == capture.amount || result.amount == in_all);
            if (is_named || fits) found.push_back(&capture);
        }
        return found;
    }

    Events captured(const CaptureState& capture, const ResultCaptured& result) const {
        const bool is_named = !result.capture_id.is_empty();
        if (is_named && result.amount != capture.amount) return mismatch(capture.amount, result);
        if (capture.status == MoveStatus::kDone) return put_right(state, capture);
        Events events{Captured{capture.capture_id, capture.amount, result.reference, seen}};
        if (state.is_mismatch_unclear())
            std::ranges::move(put_right(state, capture), std::back_inserter(events));
        return events;
    }

    Money taken_or_under_way() const {
        Money sum{state.captured.minor_units, state.amount.currency};
        for (const CaptureState& capture : state.captures)
            if (capture.is_under_way()) sum += capture.amount;
        return sum;
    }

    // Of money nobody asked for: what names a capture adds up, what names none is all that was
    // taken so far, be its captures told before or afterwards.
    Events captured_unasked(const ResultCaptured& result) const {
        const Money known{state.captured.minor_units, state.amount.currency};
        if (result.amount.currency != known.currency) return {};
        if (!result.capture_id.is_empty()) return captured_by_name(result);
        if (result.amount <= known) return {};
        return {Captured{{}, result.amount - known, result.reference, seen}};
    }

    Events captured_by_name(const ResultCaptured& result) const {
        const auto at =
            std::ranges::find(state.captures, result.capture_id, &CaptureState::capture_id);
        const bool is_new = at == state.captures.end();
        const Money known = is_new ? Money{0, result.amount.currency} : at->amount;
        if (result.amount == known) return {};
        // What is more may have been counted already, told without a name.
        Money counted = known;
        if (result.amount > known)
            counted = known + std::min(result.amount - known, state.captured_unnamed());
        if (is_new && counted.minor_units == 0)
            return {Captured{result.capture_id, result.amount, result.reference, seen}};
        return {
            MismatchAccepted{result.capture_id, {}, result.amount, counted, told_by_provider()}};
    }

    // … told only after something was taken of it.
    Events held_unasked(const ResultAuthorized& result) const {
        const bool is_known = !state.authorized.currency.is_empty();
        if (is_known || result.amount.minor_units <= 0) return {};
        if (result.amount.currency != state.amount.currency) return {};
        return {HoldDiscovered{result.amount, seen}};
    }

    // Behind what was taken of money nobody asked for; or it may, for that is not told yet.
    bool may_hold_unasked_rest() const {
        if (!state.is_discovered() || state.captured.currency.is_empty()) return false;
        const bool is_untold = state.authorized.currency.is_empty() && !state.is_rest_gone;
        return is_untold || state.unasked_held().minor_units > 0;
    }

    Events rest_is_gone() const {
        const std::int64_t rest = std::max<std::int64_t>(0, state.rest().minor_units);
        return {Voided{{rest, state.amount.currency}, VoidReason::kRest, seen}};
    }

    Events captured_all(const ResultCaptured& result) const {
        Events events;
        for (const CaptureState& capture : state.captures)
            if (capture.is_under_way())
                events.push_back(
                    Captured{capture.capture_id, capture.amount, result.reference, seen});
        return events;
    }

    // What may have been taken of money that is held: what was asked for; all of it, if nobody did;
    // and no more than was taken before.
    Money expected_in_all() const {
        if (state.status == Status::kCaptured) return state.captured;
        return state.is_capture_under_way() ? state.last_capture()->amount : state.authorized;
    }

    Events capture_failed(const ResultFailed& result) const {
        const auto at =
            std::ranges::find(state.captures, result.capture_id, &CaptureState::capture_id);
        if (at == state.captures.end() || !at->is_under_way()) return {};
        return {CaptureFailed{result.capture_id, result.code, seen}};
    }

    const RefundState* find_refund(const ResultRefunded& result) const {
        if (!result.refund_id.is_empty()) return state.find_refund(result.refund_id);
        const auto at = std::ranges::find_if(state.refunds, [&](const RefundState& refund) {
            return refund.is_under_way() && refund.amount == result.amount;
        });
        return at == state.refunds.end() ? nullptr : &*at;
    }

    // Somebody gave money back at the provider's. Known by what the provider calls that fact.
    Events refunded_unasked(const ResultRefunded& result) const {
        const Money left = taken_as_told() - already_refunded();
        if (result.amount.currency != left.currency || result.amount > left) return {};
        RefundId id = result.refund_id;
        if (id.is_empty())
            id = RefundId::derive(
                {"refund", state.provider, result.reference, seen.provider_event_id});
        if (state.find_refund(id) != nullptr) return {};
        return {Refunded{id, result.amount, result.reference, seen}};
    }

    // … as far as the provider says, be it more than counts here.
    Money taken_as_told() const {
        Money taken{state.captured.minor_units, state.amount.currency};
        if (state.has_wrong_move() && state.mismatch->field == "amount")
            taken += state.mismatch->observed;
        return taken;
    }

    Money already_refunded() const { return {state.refunded.minor_units, state.amount.currency}; }

    Events refund_failed(const ResultFailed& result) const {
        const RefundState* refund = state.find_refund(result.refund_id);
        if (refund == nullptr || refund->status == MoveStatus::kFailed) return {};
        const bool after_success = refund->status == MoveStatus::kDone;
        return {RefundFailed{refund->refund_id, result.code, after_success, seen}};
    }

    // What is known already is told once; once more, if it is not known what it is about.
    template <class Result>
    Events mismatch(const Money& expected, const Result& result) const {
        const bool is_known =
            state.mismatch && state.mismatch->about && state.mismatch->observed == result.amount;
        if (is_known) return {};
        constexpr bool kIsRefund = std::is_same_v<Result, ResultRefunded>;
        constexpr Operation kAbout = kIsRefund ? Operation::kRefund : Operation::kCapture;
        MismatchDetected told = mismatch_of(kAbout, expected, result.amount, result.reference);
        if constexpr (kIsRefund)
            told.refund_id = result.refund_id;
        else
            told.capture_id = result.capture_id;
        return {std::move(told)};
    }

    MismatchDetected mismatch_of(Operation about, const Money& expected, const Money& observed,
                                 const std::string& reference) const {
        const bool same_currency = observed.currency == expected.currency;
        return {.field = same_currency ? "amount" : "currency",
                .expected = expected,
                .observed = observed,
                .provider_reference = reference.empty() ? state.provider_reference : reference,
                .seen = seen,
                .about = about};
    }

    template <class Fact>
    Events with_reference(const std::string& reference, Fact fact) const {
        Events events;
        if (state.provider_reference.empty() && !reference.empty())
            events.push_back(Submitted{reference, seen});
        events.push_back(std::move(fact));
        return events;
    }
};

}  // namespace

std::vector<Event> observe(const State& payment, const ProviderResult& result, Time now) {
    if (names_other_reference(payment, result)) return {};
    return std::visit(Observer{payment, result.seen, now}, result.of);
}

bool names_other_reference(const State& payment, const ProviderResult& result) {
    const std::string reference = reference_of(result);
    return !reference.empty() && !payment.provider_reference.empty() &&
           reference != payment.provider_reference;
}

}  // namespace shop::payment
