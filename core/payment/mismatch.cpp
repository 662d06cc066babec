#include "core/payment/mismatch.hpp"

#include <algorithm>
#include <functional>
#include <ranges>
#include <string>
#include <utility>

#include "core/json/encode.hpp"
#include "core/payment/ids.hpp"

namespace shop::payment {
namespace {

// The capture that is meant. One that the provider does not name is the last under way, or else the
// last that was made; nullptr: nobody here asked for any.
const CaptureState* find_meant(const State& payment) {
    const CaptureId& id = payment.mismatch->capture_id;
    const auto find = [&](auto is_meant) -> const CaptureState* {
        for (const CaptureState& capture : payment.captures | std::views::reverse)
            if (std::invoke(is_meant, capture)) return &capture;
        return nullptr;
    };
    if (!id.is_empty())
        return find([&](const CaptureState& each) { return each.capture_id == id; });
    if (payment.is_capture_under_way()) return find(&CaptureState::is_under_way);
    return find([](const CaptureState& each) { return each.status == MoveStatus::kDone; });
}

template <class Move>
Money counted_of(const Move& move) {
    const bool is_done = move.status == MoveStatus::kDone;
    return is_done ? move.amount : Money{0, move.amount.currency};
}

// What is told without a name is all that was taken so far.
MismatchAccepted accept_capture(const State& payment, const Reason& reason) {
    const MismatchDetected& told = *payment.mismatch;
    const CaptureState* capture = find_meant(payment);
    MismatchAccepted accepted{.capture_id = told.capture_id,
                              .refund_id = {},
                              .amount = told.observed,
                              .counted = {0, payment.amount.currency},
                              .reason = reason};
    if (capture != nullptr) {
        accepted.capture_id = capture->capture_id;
        accepted.counted = counted_of(*capture);
    }
    if (told.capture_id.is_empty()) {
        const Money before{payment.captured.minor_units, payment.amount.currency};
        accepted.amount = accepted.counted + told.observed - before;
    }
    return accepted;
}

std::vector<Event> accept_refund(const AcceptMismatch& command, const State& payment) {
    const MismatchDetected& told = *payment.mismatch;
    const RefundState& refund = *payment.find_refund(told.refund_id);
    std::vector<Event> events = {MismatchAccepted{.capture_id = {},
                                                  .refund_id = told.refund_id,
                                                  .amount = told.observed,
                                                  .counted = counted_of(refund),
                                                  .reason = command.reason}};
    const Money rest = refund.amount - told.observed;
    const std::string cause = "accepted/" + std::to_string(payment.refunds.size());
    // Of one that failed before, the whole was asked for again, or went back by other means.
    const bool is_over = refund.is_replaced || refund.settled_by.has_value();
    if (rest.minor_units > 0 && !is_over)
        events.push_back(RefundRequested{.refund_id = refund_of(command.payment, cause),
                                         .capture_id = {},
                                         .amount = rest,
                                         .credit_note_id = refund.credit_note_id,
                                         .reason = command.reason,
                                         .replaces = {}});
    return events;
}

// With all that naming it takes.
std::unexpected<Error> mismatch_changed(const MismatchDetected& told) {
    Error error{ErrorCode::kConflict, "mismatch-changed",
                "The provider says " + to_string(told.observed) +
                    " by now, or of another capture or refund. Look at it again."};
    error.members = "\"told\":" + json::to_json(told.observed, json::Defaults::kWrite);
    const auto add = [&](const std::string& name, const auto& id) {
        if (!id.is_empty()) error.members += ",\"" + name + "\":\"" + id.to_string() + "\"";
    };
    add("capture_id", told.capture_id);
    add("refund_id", told.refund_id);
    return std::unexpected(std::move(error));
}

// What staff saw is what the provider says now.
shop::Status require_same(const AcceptMismatch& command, const MismatchDetected& told) {
    if (command.amount == told.observed && command.capture == told.capture_id &&
        command.refund == told.refund_id)
        return {};
    return mismatch_changed(told);
}

// Of what was recorded before it was noted what it is about, staff may know and name that.
State with_name(const AcceptMismatch& command, State payment) {
    if (!payment.is_mismatch_unclear()) return payment;
    const auto is_meant = [&](const Money& amount) { return amount == payment.mismatch->expected; };
    for (const CaptureState& capture : payment.captures)
        if (capture.capture_id == command.capture && is_meant(capture.amount))
            payment.mismatch->capture_id = command.capture;
    const RefundState* refund = payment.find_refund(command.refund);
    if (refund != nullptr && is_meant(refund->amount)) payment.mismatch->refund_id = command.refund;
    return payment;
}

shop::Status require_named(const State& payment) {
    if (!payment.is_mismatch_unclear()) return {};
    return fail(ErrorCode::kConflict, "mismatch-unclear",
                "It was not noted which capture or refund the provider told of. Name the one of "
                "which " +
                    to_string(payment.mismatch->expected) + " was asked for.");
}

shop::Status require_clear(const State& payment) {
    const auto under_way = std::ranges::count_if(payment.captures, &CaptureState::is_under_way);
    const MismatchDetected& told = *payment.mismatch;
    if (told.refund_id.is_empty() && told.capture_id.is_empty() && under_way > 1)
        return fail(ErrorCode::kConflict, "mismatch-unclear",
                    "The provider does not say which of the captures under way it tells of. Ask "
                    "it, or wait for their own answers.");
    return {};
}

}  // namespace

Result<std::vector<Event>> accept_mismatch(const AcceptMismatch& command, const State& payment) {
    if (!payment.has_wrong_move())
        return fail(ErrorCode::kConflict, "no-mismatch",
                    "The provider contradicts no capture and no refund of this payment.");
    const State named = with_name(command, payment);
    SHOP_TRY_STATUS(require_named(named));
    SHOP_TRY_STATUS(require_same(command, *named.mismatch));
    const Money& observed = named.mismatch->observed;
    if (observed.currency != named.amount.currency)
        return fail(ErrorCode::kConflict, "other-currency",
                    "The provider says " + to_string(observed) +
                        ", which cannot count here. Have it put right there.");
    SHOP_TRY_STATUS(require_clear(named));
    if (!named.mismatch->refund_id.is_empty()) return accept_refund(command, named);
    const MismatchAccepted accepted = accept_capture(named, command.reason);
    if (accepted.amount.minor_units < 0)
        return fail(ErrorCode::kConflict, "mismatch-unclear",
                    "The provider says that less was taken in all than before, and not by which "
                    "capture. Ask it.");
    return std::vector<Event>{accepted};
}

// ---- What is said right after all ---------------------------------------------------------------

namespace {

MismatchAccepted right(const CaptureState& capture) {
    return {capture.capture_id, {}, capture.amount, capture.amount, told_by_provider()};
}

// What was recorded before it was noted what it is about can only be about the move of that amount:
// no other was to move what is expected, nor did all captures.
bool is_surely_about(const State& payment, const Money& amount) {
    const auto is_same = [&](const auto& move) { return move.amount == amount; };
    const auto moves = std::ranges::count_if(payment.captures, is_same) +
                       std::ranges::count_if(payment.refunds, is_same);
    const bool is_sum = payment.captures.size() > 1 && amount == payment.captured;
    return amount == payment.mismatch->expected && moves == 1 && !is_sum;
}

}  // namespace

std::vector<Event> put_right(const State& payment, const CaptureState& capture) {
    if (!payment.has_wrong_move() || !payment.mismatch->refund_id.is_empty()) return {};
    const CaptureId& told = payment.mismatch->capture_id;
    if (!told.is_empty() && told != capture.capture_id) return {};
    if (payment.is_mismatch_unclear() && !is_surely_about(payment, capture.amount)) return {};
    return {right(capture)};
}

std::vector<Event> put_right(const State& payment, const RefundState& refund) {
    if (!payment.has_wrong_move()) return {};
    const bool is_surely = payment.is_mismatch_unclear() && is_surely_about(payment, refund.amount);
    if (payment.mismatch->refund_id != refund.refund_id && !is_surely) return {};
    return {
        MismatchAccepted{{}, refund.refund_id, refund.amount, refund.amount, told_by_provider()}};
}

std::vector<Event> put_right(const State& payment, const Money& taken_in_all) {
    if (!payment.has_wrong_move() || taken_in_all != payment.captured) return {};
    const MismatchDetected& told = *payment.mismatch;
    const bool may_be_refund = payment.is_mismatch_unclear() && !payment.refunds.empty();
    if (!told.capture_id.is_empty() || !told.refund_id.is_empty() || may_be_refund) return {};
    const auto is_done = [](const auto& each) { return each.status == MoveStatus::kDone; };
    const auto at = std::ranges::find_if(payment.captures, is_done);
    if (at == payment.captures.end()) return {};
    return {right(*at)};
}

}  // namespace shop::payment
