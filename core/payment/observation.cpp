#include "core/payment/observation.hpp"

#include <utility>

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

bool awaits_void(const State& state) {
    const bool may_be_voided =
        is_open(state) || state.status == Status::kAuthorized || state.status == Status::kDeclined;
    return state.voiding && may_be_voided;
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
        if (!may_be_authorized(state)) return {};
        const Money expected = state.amount;
        const Authorized authorized{result.reference, result.amount, result.expires_at, seen};
        if (result.amount == expected) return {authorized};
        const bool same_currency = result.amount.currency == expected.currency;
        if (result.partial && same_currency && result.amount < expected)
            return {authorized, VoidRequested{result.amount, VoidReason::kPartial}};
        Events events = mismatch(expected, result.amount, result.reference);
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
                              ActionRequired{result.kind, result.url, result.deadline, seen});
    }

    Events operator()(const ResultPending& result) const {
        if (!is_open(state) || state.voiding || state.status == Status::kPending) return {};
        return with_reference(result.reference, Pending{result.reason, seen});
    }

    Events operator()(const ResultCaptured& result) const {
        if (state.has_money() && result.amount != to_be_captured(result)) {
            const bool is_known = state.mismatch && state.mismatch->observed == result.amount;
            if (is_known) return {};
            return mismatch(to_be_captured(result), result.amount, result.reference);
        }
        Events events;
        if (state.status != Status::kAuthorized) {  // taken before we heard that it was held
            events = (*this)(ResultAuthorized{result.reference, result.amount, {}, false});
            if (events.empty() || !std::holds_alternative<Authorized>(events.front()))
                return events;
        }
        CaptureId capture_id = result.capture_id;
        if (is_of_capture_under_way(result)) capture_id = state.capture->capture_id;
        events.push_back(Captured{capture_id, result.amount, result.reference, seen});
        return events;
    }

    Events operator()(const ResultVoided&) const {
        const bool held = is_open(state) || state.status == Status::kAuthorized;
        if (!held && !awaits_void(state)) return {};
        const VoidReason reason = state.voiding ? state.voiding->reason : VoidReason::kProvider;
        return {Voided{state.held_amount(), reason, seen}};
    }

    Events operator()(const ResultExpired&) const {
        const bool held = is_open(state) || state.status == Status::kAuthorized;
        if (!held && !awaits_void(state)) return {};
        return {AuthorizationExpired{seen}};
    }

    Events operator()(const ResultFailed& result) const {
        switch (result.operation) {
            case Operation::kAuthorize:
                return (*this)(ResultDeclined{"", result.code, result.code, false});
            case Operation::kVoid:
                if (!awaits_void(state)) return {};
                return {VoidFailed{result.code, seen}};
            case Operation::kCapture:
                if (!state.capture || !state.capture->under_way ||
                    state.capture->capture_id != result.capture_id)
                    return {};
                return {CaptureFailed{result.capture_id, result.code, seen}};
            case Operation::kQuery:
                return {};
        }
        return {};
    }

    Events operator()(const ResultNotFound&) const { return {}; }

  private:
    bool is_of_capture_under_way(const ResultCaptured& result) const {
        if (!state.capture || !state.capture->under_way) return false;
        return result.capture_id.is_empty() || result.capture_id == state.capture->capture_id;
    }

    // What a capture of money that is held may take: what was asked for; all of it, if nobody did;
    // and no more than was taken before.
    Money to_be_captured(const ResultCaptured& result) const {
        if (state.status == Status::kCaptured) return state.captured;
        return is_of_capture_under_way(result) ? state.capture->amount : state.authorized;
    }

    Events mismatch(const Money& expected, const Money& observed,
                    const std::string& reference) const {
        const bool same_currency = observed.currency == expected.currency;
        return {MismatchDetected{same_currency ? "amount" : "currency", expected, observed,
                                 reference.empty() ? state.provider_reference : reference, seen}};
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
