// A sold order (sold_order.hpp) and verbs for what is credited of it and given back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/credit_note/credit_note.hpp"
#include "tests/core/order/sold_order.hpp"

namespace shop::tests {

class CreditedOrder : public SoldOrder {
  public:
    // Everything has left, and its money was taken.
    CreditedOrder& deliver_all() {
        create_shipped(2, 1).captured(1);
        return *this;
    }

    CreditNoteId note_id(int n = 1) const {
        return credit_note::note_of(order, CommandId::derive({"note", std::to_string(n)}));
    }
    const credit_note::State& note(int n = 1) const {
        return scenario.state<credit_note::State>(note_id(n));
    }

    // The n-th line: 0 mugs, 1 tea, 2 delivery.
    credit_note::Wanted of(std::size_t line, std::int64_t quantity,
                           std::optional<std::int64_t> pence = {}) const {
        credit_note::Wanted wanted{.order_line_id = sold().placed.lines.at(line).line_id,
                                   .quantity = quantity};
        if (pence) wanted.amount = gbp(*pence);
        return wanted;
    }
    credit_note::Wanted money_only(std::int64_t pence) const {
        credit_note::Wanted wanted{.amount = gbp(pence)};
        wanted.sold.title = "Goodwill";
        return wanted;
    }

    CreditedOrder& credit(std::vector<credit_note::Wanted> lines) {
        return credit_as(std::move(lines), std::nullopt);
    }
    CreditedOrder& credit_as(std::vector<credit_note::Wanted> lines,
                             std::optional<std::vector<credit_note::Settlement>> settlements) {
        scenario.when(credit_note::Request{.note = note_id(++notes_),
                                           .order = order,
                                           .lines = std::move(lines),
                                           .settlements = std::move(settlements),
                                           .reason = kWhy});
        return *this;
    }
    // The last note, asked for once more.
    CreditedOrder& credit_again(std::vector<credit_note::Wanted> lines) {
        --notes_;
        return credit(std::move(lines));
    }

    const payment::RefundState& refund(std::size_t n, int of_payment = 1) const {
        return payment(of_payment).refunds.at(n - 1);
    }
    CreditedOrder& refunded(std::size_t n) {
        says(payment::ResultRefunded{"sbx_1", refund(n).amount, refund(n).refund_id});
        return *this;
    }
    CreditedOrder& refund_failed(std::size_t n) {
        says(payment::ResultFailed{.operation = payment::Operation::kRefund,
                                   .capture_id = {},
                                   .code = "refund_refused",
                                   .refund_id = refund(n).refund_id});
        return *this;
    }

  private:
    int notes_ = 0;
};

}  // namespace shop::tests
