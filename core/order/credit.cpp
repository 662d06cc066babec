#include "core/order/credit.hpp"

#include <algorithm>
#include <ranges>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/decision.hpp"
#include "core/json/encode.hpp"
#include "core/order/money.hpp"
#include "core/order/penny.hpp"
#include "core/payment/moves.hpp"

namespace shop::order {
namespace {

// A line, and what became of it, the wishes before included.
struct Progressed {
    const sale::Line* line = nullptr;
    LineProgress done;

    // Units may be canceled that were credited before.
    std::int64_t units_left() const {
        return std::max<std::int64_t>(0, line->quantity - done.canceled - done.credited);
    }
    Money amount_left() const { return line->gross - done.canceled_amount - done.credited_amount; }
};

// A line that was sold for less than nothing (a voucher) is credited for less than nothing.
bool is_within(const Money& amount, const Money& left) {
    const std::int64_t low = std::min<std::int64_t>(0, left.minor_units);
    const std::int64_t high = std::max<std::int64_t>(0, left.minor_units);
    return low <= amount.minor_units && amount.minor_units <= high;
}

class Wishes {
  public:
    Wishes(const State& order, const fulfillment::Progress& fulfilled)
        : fulfilled_(fulfilled),
          left_(order.left_to_credit()),
          nothing_{0, order.placed.terms.currency} {
        for (const sale::Line& line : order.placed.lines)
            lines_[line.line_id] = {&line, order.progress_of(line.line_id)};
    }

    Result<LineAmount> grant(const CreditWish& wish, const std::string& at) {
        if (wish.amount && wish.amount->currency != nothing_.currency)
            return fail_field(at + "/amount", "must be in the order's currency");
        if (wish.line_id.is_empty()) return grant_money(wish, at);
        const auto found = lines_.find(wish.line_id);
        if (found == lines_.end()) return fail_field(at + "/line_id", "the order has no such line");
        Progressed& line = found->second;
        SHOP_TRY_STATUS(check_units(wish, line, at));
        const Money amount = wish.amount ? *wish.amount : cost_of(line, wish.quantity);
        if (!is_within(amount, line.amount_left()))
            return fail_field(at + "/amount",
                              "of the line is left " + to_string(line.amount_left()));
        if (wish.quantity == 0 && amount.is_zero())
            return fail_field(at + (wish.amount ? "/amount" : "/quantity"),
                              "must be units, or an amount of money");
        line.done.credited += wish.quantity;
        line.done.credited_amount += amount;
        line.done.returned += wish.returned;
        left_ = left_ - amount;
        return LineAmount{wish.line_id, wish.quantity, amount, wish.returned};
    }

  private:
    Result<LineAmount> grant_money(const CreditWish& wish, const std::string& at) {
        if (!wish.amount || wish.amount->minor_units <= 0)
            return fail_field(at + "/amount", "must be more than nothing");
        left_ = left_ - *wish.amount;
        return LineAmount{{}, wish.quantity, *wish.amount, wish.returned};
    }

    shop::Status check_units(const CreditWish& wish, const Progressed& line,
                             const std::string& at) const {
        if (wish.quantity < 0 || wish.quantity > line.units_left())
            return fail_field(at + "/quantity",
                              "of the line are left " + std::to_string(line.units_left()));
        if (wish.returned < 0 || wish.returned > wish.quantity)
            return fail_field(at + "/restock", "must be units that are credited");
        const std::int64_t away = fulfilled_.of(wish.line_id).shipped - line.done.returned;
        if (wish.returned > away)
            return fail_field(at + "/restock",
                              "of the line have left and not come back " + std::to_string(away));
        return {};
    }

    Money cost_of(const Progressed& line, std::int64_t units) const {
        if (units == 0) return nothing_;
        const Part done{line.done.canceled + line.done.credited,
                        line.done.canceled_amount + line.done.credited_amount};
        const Money cost = amount_of_more(*line.line, done, units);
        if (line.line->gross < nothing_) return std::min(cost, nothing_);
        return std::clamp(cost, nothing_, std::max(left_, nothing_));
    }

    const fulfillment::Progress& fulfilled_;
    std::unordered_map<LineId, Progressed> lines_;
    Money left_;  // of the order
    const Money nothing_;
};

}  // namespace

Result<std::vector<LineAmount>> amounts_of(const State& order,
                                           const fulfillment::Progress& fulfilled,
                                           const std::vector<CreditWish>& wishes) {
    Wishes granting(order, fulfilled);
    std::vector<LineAmount> amounts;
    amounts.reserve(wishes.size());
    for (std::size_t n = 0; n < wishes.size(); ++n) {
        // Money about no line is no member of `lines` where it is asked for.
        const std::string at = wishes[n].line_id.is_empty() ? "" : "/lines/" + std::to_string(n);
        SHOP_TRY(amount, granting.grant(wishes[n], at));
        amounts.push_back(amount);
    }
    return amounts;
}

shop::Status check_credit_limit(const State& order, const Money& amount) {
    const Money left = order.left_to_credit();
    if (amount <= left) return {};
    Error error{ErrorCode::kConflict, "credit-limit",
                "More would be credited than is left of the order: " + to_string(left) + "."};
    error.members = "\"left\":" + json::to_json(left, json::Defaults::kWrite);
    return std::unexpected(std::move(error));
}

// ---- Notes of other slots -----------------------------------------------------------------------

namespace {

Result<std::vector<LineAmount>> check_applied(const State& order, const ApplyCredit& command,
                                              const Streams& streams) {
    std::vector<CreditWish> wishes;
    wishes.reserve(command.lines.size());
    for (const LineAmount& line : command.lines)
        wishes.push_back({line.line_id, line.quantity, line.amount, line.returned});
    const fulfillment::Progress fulfilled(order, fulfillment::find_all(command.order, streams));
    SHOP_TRY(amounts, amounts_of(order, fulfilled, wishes));
    SHOP_TRY_STATUS(check_credit_limit(order, command.amount));
    std::erase_if(amounts, [](const LineAmount& line) { return line.line_id.is_empty(); });
    return std::move(amounts);
}

std::unexpected<Error> credit_apart() {
    return fail(ErrorCode::kConflict, "credit-apart",
                "Money of this order goes back through its payment provider: credit it by a note "
                "of its own.");
}

}  // namespace

Result<Decision> decide(const ApplyCredit& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    if (find_outcome(*order, command)) return Decision{};
    if (order->status == Status::kCanceled)
        return fail(ErrorCode::kConflict, "order-canceled",
                    "The order is canceled: its money has gone back.");
    SHOP_TRY(lines, check_applied(*order, command, streams));
    const auto payments = payments_of(*order, streams);
    const Money nothing{0, command.amount.currency};
    const Money back =
        std::clamp(beyond_due(order->due() - command.amount, payments), nothing, command.amount);
    Decision decision;
    decision.add(command.order,
                 LinesCredited{command.note, std::move(lines), command.amount, {}, back},
                 command.credited_at);
    Money left = back;
    for (const OrderPayment& payment : payments | std::views::reverse) {
        const Money amount = std::min(left, payment.state->free_to_refund());
        if (amount.minor_units <= 0) continue;
        if (payment.state->provider != payment::kOfflineProvider) return credit_apart();
        payment::request_refund(
            decision, payment.id, *payment.state,
            {.refund_id = payment::refund_of(payment.id, command.note.to_string()),
             .capture_id = {},
             .amount = amount,
             .credit_note_id = command.note,
             .reason = command.reason},
            command.credited_at);
        left = left - amount;
    }
    let_go_if_paid(order->due() - command.amount, payments, decision);
    return decision;
}

Result<Decision> decide(const SettleCredit& command, const Streams& streams, const Env&) {
    const State* order = streams.find<State>(command.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    if (order->refunded_for.contains(command.note))
        return fail(ErrorCode::kConflict, "credit-taken",
                    "The order has taken its part of the credit note.");
    Decision decision;
    if (!order->settled_for.contains(command.note))
        decision.add(command.order, CreditSettled{command.note, command.by, command.reason});
    return decision;
}

std::optional<Credited> find_outcome(const State& state, const ApplyCredit& call) {
    const auto settled = state.settled_for.find(call.note);
    if (settled != state.settled_for.end())
        return Credited{{0, state.placed.terms.currency}, settled->second};
    const auto at = state.refunded_for.find(call.note);
    if (at == state.refunded_for.end()) return std::nullopt;
    return Credited{at->second};
}

}  // namespace shop::order
