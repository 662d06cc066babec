// RecordProviderResult: what the provider said, and what that makes of the checkout and the order.
#include <algorithm>
#include <string>
#include <utility>

#include "core/base/assert.hpp"
#include "core/checkout/draft.hpp"
#include "core/credit_note/settlement.hpp"
#include "core/decision.hpp"
#include "core/order/money.hpp"
#include "core/order/order.hpp"
#include "core/payment/moves.hpp"
#include "core/payment/observation.hpp"
#include "core/payment/payment.hpp"

namespace shop::payment {
namespace {

// Money that the provider says it holds or took, if the result names any.
const Money* money_in(const ProviderResult& result) {
    if (const auto* authorized = std::get_if<ResultAuthorized>(&result.of))
        return &authorized->amount;
    if (const auto* captured = std::get_if<ResultCaptured>(&result.of)) return &captured->amount;
    return nullptr;
}

Decision discover(const RecordProviderResult& command) {
    Decision decision;
    const Money* money = money_in(command.result);
    if (money == nullptr || money->minor_units <= 0) return decision;
    const bool is_captured = std::holds_alternative<ResultCaptured>(command.result.of);
    decision.add(command.target(),
                 Discovered{command.provider, reference_of(command.result), *money,
                            command.result.seen, is_captured},
                 command.result.effective_at);
    return decision;
}

// What is said later of money that nobody asked for. What was taken while it was to be let go goes
// back.
Decision record_discovered(const RecordProviderResult& command, const State& before, Time now) {
    Decision decision;
    State after = before;
    for (Event& event : observe(before, command.result, now)) {
        std::visit([&](const auto& fact) { evolve(after, fact, now); }, event);
        std::visit(
            [&](auto& fact) {
                decision.add(command.target(), std::move(fact), command.result.effective_at);
            },
            event);
    }
    if (after.voiding && after.captured != before.captured)
        give_back_discovered(decision, command.target().as<PaymentId>(), after, {});
    return decision;
}

const checkout::PaymentView* find_view(const checkout::State& checkout, const PaymentId& id) {
    const auto at = std::ranges::find_if(
        checkout.payments, [&](const auto& view) { return view.plan.payment_id == id; });
    return at == checkout.payments.end() ? nullptr : &*at;
}

// How the checkout notes the end of a payment.
checkout::EffectAnswer end_of(const PaymentId& id, const State& payment) {
    checkout::EffectAnswer answer{authorize_effect(id), "voided", ""};
    if (payment.status == Status::kExpired) answer.outcome = "expired";
    if (payment.status == Status::kCaptured) answer.outcome = "captured";
    if (payment.status == Status::kDeclined && payment.declined) {
        answer.outcome = checkout::kDeclinedOutcome;
        answer.code = payment.declined->code;
    }
    if (payment.voiding && payment.voiding->reason == VoidReason::kPartial)
        answer.code = "partial_authorization";
    return answer;
}

// Why a checkout fails whose time to pay is over.
checkout::FailReason reason_after_deadline(const State& last) {
    if (last.mismatch) return checkout::FailReason::kMismatch;
    if (last.status == Status::kDeclined) return checkout::FailReason::kDeclined;
    return checkout::FailReason::kExpired;
}

VoidReason why_not_placed(const checkout::State& checkout) {
    return checkout.status == checkout::Status::kCompleted ? VoidReason::kSecondPayment
                                                           : VoidReason::kLate;
}

// One result of one payment, recorded together with all that follows from it.
class Settlement {
  public:
    Settlement(const RecordProviderResult& command, const State& before,
               const checkout::State& checkout, const Streams& streams, const Env& env)
        : command_(command),
          before_(before),
          after_(before),
          draft_(checkout, streams, env),
          streams_(streams),
          env_(env) {}

    Result<Decision> settle(std::vector<Event> events) {
        note_that_stock_is_held(events);
        for (Event& event : events) record(std::move(event));
        if (after_.has_money() && !before_.has_money()) {
            SHOP_TRY_STATUS(place_or_void());
        }
        give_back_unwanted();
        note_action();
        note_end();
        Decision decision = std::move(draft_).take();
        note_refunds(decision);
        give_back_rest(decision);
        return decision;
    }

  private:
    void record(Event event) {
        std::visit(
            [&]<class E>(E& e) {
                evolve(after_, e, env_.now);
                const bool ours =
                    std::is_same_v<E, VoidRequested> || std::is_same_v<E, RefundRequested>;
                draft_.add_to(command_.payment, std::move(e),
                              ours ? std::nullopt : command_.result.effective_at);
            },
            event);
    }

    const checkout::PaymentView* view() const {
        return find_view(draft_.state(), command_.payment);
    }

    // The checkout submits its first payment when all lines are held, and not before: so whatever
    // the provider says of it tells that they are.
    void note_that_stock_is_held(const std::vector<Event>& events) {
        const checkout::State& checkout = draft_.state();
        if (events.empty() || checkout.deadline_passed || view() == nullptr) return;
        draft_.hold_stock();
    }

    shop::Status place_or_void() {
        if (after_.voiding) return {};  // it is not to be used
        if (draft_.state().is_active() && view() != nullptr) return draft_.place(command_.payment);
        record(VoidRequested{after_.held_amount(), why_not_placed(draft_.state())});
        return {};
    }

    void note_action() {
        if (!draft_.state().is_active() || view() == nullptr || !after_.action) return;
        if (after_.action == before_.action) return;
        draft_.add(checkout::ActionRequired{command_.payment, after_.action->kind,
                                            after_.action->url, after_.action->deadline});
    }

    void note_end() {
        const checkout::State& checkout = draft_.state();
        if (checkout.status == checkout::Status::kCompleted || checkout.is_closed()) return;
        const checkout::PaymentView* own = view();
        if (own == nullptr || own->has_ended() || !after_.has_definite_end()) return;
        draft_.answer({end_of(command_.payment, after_)});
        const bool all_ended = std::ranges::all_of(
            checkout.payments, [](const auto& payment) { return payment.has_ended(); });
        if (checkout.is_active() && checkout.deadline_passed && all_ended)
            draft_.fail(reason_after_deadline(after_), {}, VoidReason::kExpired);
    }

    // Money that was taken though it was not to be: too late, or beside another payment.
    void give_back_unwanted() {
        if (!after_.voiding || after_.captured == before_.captured || after_.mismatch) return;
        const std::string cause = "unwanted/" + std::to_string(after_.refunds.size());
        record(RefundRequested{.refund_id = refund_of(command_.payment, cause),
                               .capture_id = {},
                               .amount = after_.left_to_refund(),
                               .credit_note_id = {},
                               .reason = {std::string(enum_name(after_.voiding->reason)), ""},
                               .replaces = {}});
    }

    // What the ends of refunds make of the credit notes they were for.
    void note_refunds(Decision& decision) const {
        for (const RefundState& refund : after_.refunds) {
            const RefundState* before = before_.find_refund(refund.refund_id);
            const MoveStatus was = before == nullptr ? MoveStatus::kUnderWay : before->status;
            if (refund.status == was || refund.settled_by) continue;
            if (refund.status == MoveStatus::kDone)
                credit_note::note_refunded(decision, refund.credit_note_id,
                                           {credit_note::SettledBy::kRefund, refund.amount,
                                            command_.payment, refund.refund_id},
                                           streams_, command_.result.effective_at);
            else if (was == MoveStatus::kDone)
                credit_note::note_refund_lost(decision, refund.credit_note_id,
                                              {refund.amount, command_.payment, refund.refund_id},
                                              streams_, command_.result.effective_at);
        }
    }

    // A capture that was under way while less came to be due has ended, or a refund that was to be
    // taken again has failed.
    void give_back_rest(Decision& decision) const {
        const auto* order = streams_.find<order::State>(before_.order_id);
        const bool is_same =
            after_.captures == before_.captures && after_.refunds == before_.refunds;
        if (order == nullptr || after_.voiding || is_same) return;
        auto payments = order::payments_of(*order, streams_);
        for (order::OrderPayment& payment : payments)
            if (payment.id == command_.payment) payment.state = &after_;
        if (order->canceled)
            order::give_back_all(*order, payments, order->canceled->by_staff, decision);
        else
            order::give_back(order->due(), payments, {}, decision);
    }

    const RecordProviderResult& command_;
    const State& before_;
    State after_;
    checkout::Draft draft_;
    const Streams& streams_;
    const Env& env_;
};

}  // namespace

Result<Decision> decide(const RecordProviderResult& command, const Streams& streams,
                        const Env& env) {
    const State* payment = streams.find<State>(command.target());
    if (payment == nullptr) return discover(command);
    if (payment->is_discovered()) return record_discovered(command, *payment, env.now);
    if (names_other_reference(*payment, command.result) && money_in(command.result) != nullptr)
        return fail(ErrorCode::kConflict, "other-reference",
                    "The payment is known under another reference. Record it as discovered.");
    std::vector<Event> events = observe(*payment, command.result, env.now);
    if (events.empty()) return Decision{};
    const auto* checkout = streams.find<checkout::State>(checkout::checkout_of(payment->order_id));
    SHOP_ASSERT(checkout != nullptr);
    return Settlement(command, *payment, *checkout, streams, env).settle(std::move(events));
}

}  // namespace shop::payment
