// RecordProviderResult: what the provider said, and what that makes of the checkout and the order;
// and AcceptMismatch, which lets count what did not at first.
#include <algorithm>
#include <string>
#include <utility>

#include "core/base/assert.hpp"
#include "core/checkout/draft.hpp"
#include "core/credit_note/settlement.hpp"
#include "core/decision.hpp"
#include "core/order/money.hpp"
#include "core/order/order.hpp"
#include "core/payment/mismatch.hpp"
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
    Discovered found{command.provider, reference_of(command.result), *money, command.result.seen,
                     is_captured};
    if (is_captured) found.capture_id = std::get<ResultCaptured>(command.result.of).capture_id;
    decision.add(command.target(), std::move(found), command.result.effective_at);
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
    const bool is_to_go_back = before.voiding || before.releasing;
    const bool is_more_taken = after.captured != before.captured;
    if (is_to_go_back && is_more_taken && after.unasked().minor_units > 0)
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

const checkout::State& checkout_of(const State& payment, const Streams& streams) {
    const auto* checkout = streams.find<checkout::State>(checkout::checkout_of(payment.order_id));
    SHOP_ASSERT(checkout != nullptr);
    return *checkout;
}

// What is said of one payment, recorded together with all that follows from it. `at`: when that
// happened, if it is not now.
class Settlement {
  public:
    Settlement(const PaymentId& id, const State& before, const Streams& streams, const Env& env,
               std::optional<Time> at)
        : id_(id),
          before_(before),
          after_(before),
          draft_(checkout_of(before, streams), streams, env),
          streams_(streams),
          env_(env),
          at_(at) {}

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
                draft_.add_to(id_, std::move(e), ours ? std::nullopt : at_);
            },
            event);
    }

    const checkout::PaymentView* view() const { return find_view(draft_.state(), id_); }

    // The checkout submits its first payment when all lines are held, and not before: so whatever
    // the provider says of it tells that they are.
    void note_that_stock_is_held(const std::vector<Event>& events) {
        const checkout::State& checkout = draft_.state();
        if (events.empty() || checkout.deadline_passed || view() == nullptr) return;
        draft_.hold_stock();
    }

    shop::Status place_or_void() {
        if (after_.voiding) return {};  // it is not to be used
        if (draft_.state().is_active() && view() != nullptr) return draft_.place(id_);
        record(VoidRequested{after_.held_amount(), why_not_placed(draft_.state())});
        return {};
    }

    void note_action() {
        if (!draft_.state().is_active() || view() == nullptr || !after_.action) return;
        if (after_.action == before_.action) return;
        draft_.add(checkout::ActionRequired{id_, after_.action->kind, after_.action->url,
                                            after_.action->deadline});
    }

    void note_end() {
        const checkout::State& checkout = draft_.state();
        if (checkout.status == checkout::Status::kCompleted || checkout.is_closed()) return;
        const checkout::PaymentView* own = view();
        if (own == nullptr || own->has_ended() || !after_.has_definite_end()) return;
        draft_.answer({end_of(id_, after_)});
        const bool all_ended = std::ranges::all_of(
            checkout.payments, [](const auto& payment) { return payment.has_ended(); });
        if (checkout.is_active() && checkout.deadline_passed && all_ended)
            draft_.fail(reason_after_deadline(after_), {}, VoidReason::kExpired);
    }

    // Money that was taken though it was not to be: too late, or beside another payment.
    void give_back_unwanted() {
        if (!after_.voiding || after_.captured == before_.captured || after_.mismatch) return;
        const std::string cause = "unwanted/" + std::to_string(after_.refunds.size());
        record(RefundRequested{.refund_id = refund_of(id_, cause),
                               .capture_id = {},
                               .amount = after_.left_to_refund(),
                               .credit_note_id = {},
                               .reason = {std::string(enum_name(after_.voiding->reason)), ""},
                               .replaces = {}});
    }

    // What went back, or did not after all, makes of the credit notes it was for.
    void note_refunds(Decision& decision) const {
        for (const RefundState& refund : after_.refunds) {
            const Money was = given_by(before_.find_refund(refund.refund_id));
            const Money is = given_by(&refund);
            if (is == was || refund.settled_by) continue;
            if (is > was)
                credit_note::note_refunded(
                    decision, refund.credit_note_id,
                    {credit_note::SettledBy::kRefund, is - was, id_, refund.refund_id}, streams_,
                    at_);
            else
                credit_note::note_refund_lost(decision, refund.credit_note_id,
                                              {was - is, id_, refund.refund_id}, streams_, at_);
        }
    }

    Money given_by(const RefundState* refund) const {
        const bool is_done = refund != nullptr && refund->status == MoveStatus::kDone;
        return is_done ? refund->amount : Money{0, before_.amount.currency};
    }

    // A capture that was under way while less came to be due has ended, a refund that was to be
    // taken again has failed, or a contradiction that held all back was put right.
    void give_back_rest(Decision& decision) const {
        const auto* order = streams_.find<order::State>(before_.order_id);
        const bool is_same = after_.captures == before_.captures &&
                             after_.refunds == before_.refunds &&
                             after_.mismatch == before_.mismatch;
        if (order == nullptr || after_.voiding || is_same) return;
        auto payments = order::payments_of(*order, streams_);
        for (order::OrderPayment& payment : payments)
            if (payment.id == id_) payment.state = &after_;
        if (order->canceled)
            order::give_back_all(*order, payments, order->canceled->by_staff, decision);
        else
            order::give_back(order->due(), payments, {}, decision);
    }

    const PaymentId id_;
    const State& before_;
    State after_;
    checkout::Draft draft_;
    const Streams& streams_;
    const Env& env_;
    const std::optional<Time> at_;
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
    return Settlement(command.payment, *payment, streams, env, command.result.effective_at)
        .settle(std::move(events));
}

Result<Decision> decide(const AcceptMismatch& command, const Streams& streams, const Env& env) {
    const State* payment = streams.find<State>(command.payment);
    if (payment == nullptr || payment->order_id != command.order)
        return fail(ErrorCode::kNotFound, "unknown-payment", "The order has no such payment.");
    SHOP_TRY(events, accept_mismatch(command, *payment));
    return Settlement(command.payment, *payment, streams, env, {}).settle(std::move(events));
}

}  // namespace shop::payment
