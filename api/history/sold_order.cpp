#include "api/history/sold_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/history/sale_commands.hpp"
#include "core/fulfillment/progress.hpp"

namespace shop::history {
namespace {

Error refusal(std::string_view code, std::string message) {
    return {ErrorCode::kInvalid, std::string(code), std::move(message)};
}

Error canceled(const SoldOrder& order) {
    return refusal("order-canceled", fmt::format("the order {} was canceled", order.name));
}

}  // namespace

std::optional<Error> SoldOrder::pay(const PaymentId& payment, std::int64_t amount) {
    if (is_canceled) return canceled(*this);
    if (payments.size() >= order::kPaymentsMax)
        return refusal("too-many-payments",
                       fmt::format("an order has up to {} payments", order::kPaymentsMax));
    const std::int64_t left = std::max<std::int64_t>(0, balance);
    if (amount > left)
        return refusal("paid-too-much", fmt::format("the order {} has {} left to be paid, not {}",
                                                    name, left, amount));
    balance -= amount;
    to_refund += amount;
    payments.insert(payment);
    return std::nullopt;
}

SoldOrder sold_of(const Order& record, const std::string& system) {
    SoldOrder sold{
        .name = record.id, .id = order_id_of(system, record.id), .currency = record.currency};
    for (const OrderLine& line : record.lines) {
        const bool has_left = record.fulfilled && line.kind == sale::LineKind::kItem;
        sold.lines[checkout::line_of(sold.id, line.id)] = {line.quantity, line.gross,
                                                           has_left ? line.quantity : 0};
        sold.to_credit += line.gross;
    }
    sold.balance = sold.to_credit;
    return sold;
}

SoldOrder sold_of(std::string name, const OrderId& id, const order::State& order,
                  const std::vector<order::OrderPayment>& payments,
                  const std::vector<fulfillment::Found>& fulfillments) {
    SoldOrder sold{.name = std::move(name),
                   .id = id,
                   .currency = order.placed.terms.currency,
                   .is_canceled = order.status == order::Status::kCanceled,
                   .to_credit = order.left_to_credit().minor_units,
                   .balance = order::left_to_take(order.due(), payments).minor_units};
    for (const order::OrderPayment& payment : payments) {
        sold.to_refund += payment.state->free_to_refund().minor_units;
        sold.payments.insert(payment.id);
    }
    const fulfillment::Progress progress(order, fulfillments);
    for (const sale::Line& line : order.placed.lines) {
        const order::LineProgress done = order.progress_of(line.line_id);
        const Money left = line.gross - done.canceled_amount - done.credited_amount;
        sold.lines[line.line_id] = {line.quantity - done.canceled - done.credited, left.minor_units,
                                    progress.of(line.line_id).shipped - done.returned};
    }
    return sold;
}

Credit::Part& Credit::part_of(SoldOrder& order) {
    const auto at = std::ranges::find(parts_, &order, &Part::order);
    return at == parts_.end() ? parts_.emplace_back(&order) : *at;
}

void Credit::take_line(SoldOrder& order, const std::string& line, const CreditedUnits& units) {
    part_of(order).credited += units.amount;
    const LineId id = checkout::line_of(order.id, line);
    const auto at = order.lines.find(id);
    if (at == order.lines.end())
        return refuse("unknown-order-line",
                      fmt::format("the order {} has no line {}", order.name, line));
    const SoldOrder::Line& left = at->second;
    SoldOrder::Line& sum = lines_.try_emplace(id, &order).first->second.sum;
    sum.quantity += units.quantity;
    sum.amount += units.amount;
    if (units.restock) sum.away += units.quantity;
    const auto says = [&](std::string_view what, std::int64_t there, std::int64_t wanted) {
        return fmt::format("line {} of the order {} has {} {}, not {}", line, order.name, there,
                           what, wanted);
    };
    if (sum.quantity > left.quantity)
        refuse("credited-too-many", says("units left to be credited", left.quantity, sum.quantity));
    if (sum.amount > left.amount)
        refuse("credited-too-much", says("left to be credited", left.amount, sum.amount) +
                                        "; say with order_amount how much belongs to it");
    if (sum.away > left.away)
        refuse("restocked-too-many",
               says("units that have left and not come back", left.away, sum.away));
}

void Credit::refuse(std::string_view code, std::string message) {
    if (!refusal_) refusal_ = refusal(code, std::move(message));
}

void Credit::check(const Part& part) {
    const SoldOrder& order = *part.order;
    if (order.is_canceled && !refusal_) refusal_ = canceled(order);
    if (part.refunded > order.to_refund)
        refuse("refunded-too-much", fmt::format("of what was paid for the order {} {} is left, "
                                                "not {}",
                                                order.name, order.to_refund, part.refunded));
    if (part.credited > order.to_credit)
        refuse("credited-too-much", fmt::format("the order {} has {} left to be credited, not {}",
                                                order.name, order.to_credit, part.credited));
    if (part.offset > std::max<std::int64_t>(0, order.balance))
        refuse("offset-too-much",
               fmt::format("the order {} has {} left to be paid, of which {} cannot be set off",
                           order.name, std::max<std::int64_t>(0, order.balance), part.offset));
}

// As order::ApplyCredit and credit_note::Request do.
void Credit::note(const Part& part) {
    SoldOrder& order = *part.order;
    const std::int64_t beyond = part.credited - order.balance;
    const std::int64_t back =
        is_apart_ ? std::clamp<std::int64_t>(beyond, 0, part.credited) : part.refunded;
    order.to_credit -= part.credited;
    order.balance -= is_apart_ ? part.credited - back : part.offset;
    order.to_refund -= back;
    given_back_ += back;
}

std::optional<Error> Credit::finish() {
    for (const Part& part : parts_) check(part);
    if (refusal_) return std::move(refusal_);
    for (const auto& [id, credited] : lines_) {
        SoldOrder::Line& line = credited.order->lines.at(id);
        line.quantity -= credited.sum.quantity;
        line.amount -= credited.sum.amount;
        line.away -= credited.sum.away;
    }
    for (const Part& part : parts_) note(part);
    return std::nullopt;
}

}  // namespace shop::history
