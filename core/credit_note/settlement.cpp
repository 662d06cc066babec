#include "core/credit_note/settlement.hpp"

#include <algorithm>
#include <ranges>
#include <string>
#include <utility>

#include "core/decision.hpp"
#include "core/payment/moves.hpp"

namespace shop::credit_note {
namespace {

// Lays refunds on the payments of an order, each as far as it goes.
class Laying {
  public:
    Laying(const Request& request, const std::vector<order::OrderPayment>& payments)
        : request_(request) {
        for (const order::OrderPayment& payment : payments | std::views::reverse)
            purses_.push_back({payment.id, payment.state->free_to_refund()});
    }

    // On that payment; none: on all, the newest first. What did not fit.
    Money refund(const PaymentId& payment, Money amount) {
        for (Purse& purse : purses_) {
            if (!payment.is_empty() && purse.payment != payment) continue;
            const Money part = std::min(amount, purse.left);
            if (part.minor_units <= 0) continue;
            const std::string cause =
                request_.note.to_string() + "/" + std::to_string(settlements_.size());
            settlements_.push_back({.by = SettledBy::kRefund,
                                    .amount = part,
                                    .order_id = request_.order,
                                    .payment_id = purse.payment,
                                    .refund_id = payment::refund_of(purse.payment, cause)});
            purse.left = purse.left - part;
            amount = amount - part;
        }
        return amount;
    }

    void otherwise(SettledBy by, const Money& amount) {
        if (amount.minor_units > 0) settlements_.push_back({by, amount, request_.order, {}, {}});
    }

    bool has(const PaymentId& payment) const {
        return payment.is_empty() ||
               std::ranges::find(purses_, payment, &Purse::payment) != purses_.end();
    }
    std::vector<Settlement> take() && { return std::move(settlements_); }

  private:
    struct Purse {
        PaymentId payment;
        Money left;
    };
    const Request& request_;
    std::vector<Purse> purses_;  // the newest first
    std::vector<Settlement> settlements_;
};

// `unpaid`: what the buyer owes still, before the note. Only that can be set off.
Result<std::vector<Settlement>> as_asked(const Request& request, const Money& total, Money unpaid,
                                         Laying laying) {
    Money left = total;
    for (std::size_t n = 0; n < request.settlements->size(); ++n) {
        const Settlement& asked = (*request.settlements)[n];
        const std::string at = "/settlements/" + std::to_string(n);
        if (asked.amount.currency != total.currency || asked.amount.minor_units <= 0)
            return fail_field(at + "/amount", "must be more than nothing, in the order's currency");
        if (!laying.has(asked.payment_id))
            return fail_field(at + "/payment_id", "the order has no such payment");
        left = left - asked.amount;
        if (asked.by == SettledBy::kOffset) {
            if (asked.amount > unpaid)
                return fail_field(at + "/amount",
                                  "still to be paid, and so to be set off: " + to_string(unpaid));
            unpaid = unpaid - asked.amount;
        }
        if (asked.by != SettledBy::kRefund) {
            laying.otherwise(asked.by, asked.amount);
            continue;
        }
        const Money missing = laying.refund(asked.payment_id, asked.amount);
        if (missing.minor_units > 0) return payment::over_refund_limit(asked.amount - missing);
    }
    if (!left.is_zero())
        return fail_field("/settlements", "must add up to the credited " + to_string(total));
    return std::move(laying).take();
}

}  // namespace

Result<std::vector<Settlement>> settlements_of(const Request& request, const order::State& order,
                                               const Money& total,
                                               const std::vector<order::OrderPayment>& payments) {
    const Money nothing{0, total.currency};
    Laying laying(request, payments);
    std::vector<Settlement> settlements;
    if (request.settlements) {
        const Money unpaid = std::max(nothing, -order::beyond_due(order.due(), payments));
        SHOP_TRY(asked, as_asked(request, total, unpaid, std::move(laying)));
        settlements = std::move(asked);
    } else {
        const Money back =
            std::clamp(order::beyond_due(order.due() - total, payments), nothing, total);
        const Money missing = laying.refund({}, back);
        laying.otherwise(SettledBy::kOffset, total - back + missing);
        settlements = std::move(laying).take();
    }
    const bool moves_money = std::ranges::any_of(
        settlements, [](const Settlement& each) { return each.by == SettledBy::kRefund; });
    if (moves_money && order::has_mismatch(payments)) return order::payment_mismatch();
    return settlements;
}

SettledBy settled_by(payment::SettledOtherwise by) {
    switch (by) {
        case payment::SettledOtherwise::kOffline:
            return SettledBy::kOffline;
        case payment::SettledOtherwise::kStoreCredit:
            return SettledBy::kStoreCredit;
    }
    return SettledBy::kOffline;
}

// A provider may give back more than was asked for: no note is settled beyond its total.
void note_refunded(Decision& decision, const CreditNoteId& note, Settled settled,
                   const Streams& streams, std::optional<Time> at) {
    const State* found = note.is_empty() ? nullptr : streams.find<State>(note);
    if (found == nullptr) return;
    settled.amount = std::min(settled.amount, found->left_to_settle());
    if (settled.amount.minor_units > 0) decision.add(note, std::move(settled), at);
}

void note_refund_lost(Decision& decision, const CreditNoteId& note, Reopened reopened,
                      const Streams& streams, std::optional<Time> at) {
    const State* found = note.is_empty() ? nullptr : streams.find<State>(note);
    if (found == nullptr) return;
    reopened.amount = std::min(reopened.amount, found->settled);
    if (reopened.amount.minor_units > 0) decision.add(note, std::move(reopened), at);
}

}  // namespace shop::credit_note
