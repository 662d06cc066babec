#include <algorithm>
#include <string>
#include <utility>

#include "core/credit_note/credit_note.hpp"
#include "core/credit_note/lines.hpp"
#include "core/credit_note/settlement.hpp"
#include "core/decision.hpp"
#include "core/order/credit.hpp"
#include "core/payment/moves.hpp"

namespace shop::credit_note {
namespace {

constexpr std::size_t kLinesMax = 1'200;

Requested requested_of(const Request& request, std::vector<Line> lines, const sale::Terms& terms) {
    Requested requested{.credit_note_id = request.note,
                        .order_id = request.order,
                        .return_id = {},
                        .customer_id = request.customer,
                        .lines = std::move(lines),
                        .reason = request.reason,
                        .terms = terms,
                        .totals = {},
                        .settlements = {},
                        .external = request.external,
                        .reverses = request.reverses,
                        .credited_at = request.credited_at};
    requested.totals = totals_of(requested.lines, terms);
    return requested;
}

// Goods come back to a stock item, and not more of them than are credited.
shop::Status check_restock(const std::vector<Line>& lines) {
    for (std::size_t n = 0; n < lines.size(); ++n) {
        const Line& line = lines[n];
        const std::string at = "/lines/" + std::to_string(n) + "/restock";
        if (line.restock == 0) continue;
        if (line.restock < 0 || line.restock > line.line.quantity)
            return fail_field(at, "must be units that are credited");
        if (line.line.stock_id.is_empty()) return fail_field(at, "the line is of nothing stocked");
    }
    return {};
}

// ---- About one order ----------------------------------------------------------------------------

std::vector<order::CreditWish> wishes_of(const std::vector<Wanted>& lines) {
    std::vector<order::CreditWish> wishes;
    wishes.reserve(lines.size());
    for (const Wanted& line : lines)
        wishes.push_back({line.order_line_id, line.quantity, line.amount, line.restock});
    return wishes;
}

// What goes back by other means than the order's payments.
Money given_in(const Requested& requested) {
    Money given{0, requested.terms.currency};
    for (const Settlement& settlement : requested.settlements)
        if (settlement.by == SettledBy::kOffline || settlement.by == SettledBy::kStoreCredit)
            given += settlement.amount;
    return given;
}

order::LinesCredited credited_by(const Requested& requested,
                                 std::vector<order::LineAmount> granted) {
    std::erase_if(granted, [](const auto& line) { return line.line_id.is_empty(); });
    Money given = given_in(requested);
    if (given.is_zero()) given = {};
    return {requested.credit_note_id, std::move(granted), requested.totals.total, given, {}};
}

// Refunds are asked for; what settles without asking anybody has settled.
void settle(Decision& decision, const Requested& requested,
            const std::vector<order::OrderPayment>& payments) {
    const CreditNoteId& note = requested.credit_note_id;
    const auto at = requested.credited_at;
    for (const Settlement& part : requested.settlements) {
        const Settled settled{part.by, part.amount, part.payment_id, part.refund_id};
        if (part.by != SettledBy::kRefund) {
            decision.add(note, settled, at);
            continue;
        }
        const auto payment = std::ranges::find(payments, part.payment_id, &order::OrderPayment::id);
        payment::request_refund(decision, part.payment_id, *payment->state,
                                {.refund_id = part.refund_id,
                                 .capture_id = {},
                                 .amount = part.amount,
                                 .credit_note_id = note,
                                 .reason = requested.reason},
                                at);
        if (payment->state->provider == payment::kOfflineProvider) decision.add(note, settled, at);
    }
}

Result<Decision> request_of_order(const Request& request, const Streams& streams) {
    const auto* order = streams.find<order::State>(request.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    if (order->status == order::Status::kCanceled)
        return fail(ErrorCode::kConflict, "order-canceled",
                    "The order is canceled: its money has gone back.");
    const fulfillment::Progress fulfilled(*order, fulfillment::find_all(request.order, streams));
    SHOP_TRY(granted, order::amounts_of(*order, fulfilled, wishes_of(request.lines)));
    Requested requested =
        requested_of(request, lines_of(request, *order, granted), order->placed.terms);
    if (requested.customer_id.is_empty()) requested.customer_id = order->customer_id;
    SHOP_TRY_STATUS(check_restock(requested.lines));
    const Money total = requested.totals.total;
    if (total.minor_units < 0) return fail_field("/lines", "must credit nothing or more");
    SHOP_TRY_STATUS(order::check_credit_limit(*order, total));
    const auto payments = order::payments_of(*order, streams);
    SHOP_TRY(settlements, settlements_of(request, *order, total, payments));
    requested.settlements = std::move(settlements);
    Decision decision;
    decision.add(request.note, requested, request.credited_at);
    decision.add(request.order, credited_by(requested, std::move(granted)), request.credited_at);
    settle(decision, requested, payments);
    order::let_go_if_paid(order->due() - total + given_in(requested), payments, decision);
    return decision;
}

// ---- About several, or none ---------------------------------------------------------------------

// What is about no order: all of it is settled by what the caller says.
Money apart_from_orders(const std::vector<Line>& lines, const Currency& currency) {
    Money amount{0, currency};
    for (const Line& line : lines)
        if (line.order_id.is_empty()) amount += line.line.gross;
    return amount;
}

shop::Status check_given(const Request& request) {
    for (std::size_t n = 0; n < request.lines.size(); ++n) {
        const sale::Line& line = request.lines[n].sold;
        const std::string at = "/lines/" + std::to_string(n);
        if (line.gross.currency != request.terms.currency)
            return fail_field(at + "/amount", "must be in the note's currency");
        if (line.quantity < 0) return fail_field(at + "/quantity", "must be 0 or more");
    }
    return {};
}

Result<Decision> request_apart(const Request& request) {
    SHOP_TRY_STATUS(check_given(request));
    Requested requested = requested_of(request, lines_of(request), request.terms);
    SHOP_TRY_STATUS(check_restock(requested.lines));
    if (requested.totals.total.minor_units < 0)
        return fail_field("/lines", "must credit nothing or more");
    const Money apart = apart_from_orders(requested.lines, request.terms.currency);
    Money left = apart;
    for (const Settlement& part : request.settlements.value_or(std::vector<Settlement>())) {
        if (part.by == SettledBy::kRefund || part.amount.currency != apart.currency)
            return fail_field("/settlements",
                              "without an order money goes back offline or as store credit");
        if (part.amount.minor_units < 0 || !part.payment_id.is_empty())
            return fail_field("/settlements", "must be amounts of 0 or more, of no payment");
        left = left - part.amount;
        requested.settlements.push_back(part);
    }
    if (!request.settlements && apart.minor_units > 0)
        requested.settlements.push_back({SettledBy::kOffline, apart, {}, {}, {}});
    else if (!left.is_zero())
        return fail_field("/settlements", "must add up to the credited " + to_string(apart));
    Decision decision;
    decision.add(request.note, requested, request.credited_at);
    settle(decision, requested, {});
    return decision;
}

}  // namespace

Result<Decision> decide(const Request& request, const Streams& streams, const Env&) {
    if (streams.find<State>(request.note) != nullptr) return Decision{};
    if (request.lines.empty() || request.lines.size() > kLinesMax)
        return fail_field("/lines", "must be 1 to 1,200 lines");
    return request.order.is_empty() ? request_apart(request) : request_of_order(request, streams);
}

Result<Decision> decide(const RecordNumber& command, const Streams& streams, const Env&) {
    const State* note = streams.find<State>(command.note);
    Decision decision;
    if (note == nullptr || note->number != 0) return decision;
    return decision.add(command.note, Issued{command.number}, note->requested.credited_at);
}

namespace {

// How the part of an order elsewhere was settled.
void settle_part(const Answer& answer, const State& note, Decision& decision) {
    const auto at = note.requested.credited_at;
    const Money part = note.part_of(answer.order_id);
    const auto add = [&](SettledBy by, const Money& amount) {
        if (amount.minor_units > 0)
            decision.add(note.requested.credit_note_id, Settled{by, amount, {}, {}}, at);
    };
    if (answer.otherwise) return add(settled_by(*answer.otherwise), part);
    add(SettledBy::kRefund, answer.refunded);
    add(SettledBy::kOffset, part - answer.refunded);
}

}  // namespace

Result<Decision> decide(const RecordAnswers& command, const Streams& streams, const Env&) {
    const State* note = streams.find<State>(command.note);
    Decision decision;
    if (note == nullptr) return decision;
    EffectAnswered answered;
    for (const Answer& answer : command.answers) {
        if (!note->owes(answer.effect.effect_id)) continue;
        answered.answers.push_back(answer.effect);
        if (!answer.order_id.is_empty()) settle_part(answer, *note, decision);
    }
    if (!answered.answers.empty()) decision.add(command.note, std::move(answered));
    return decision;
}

}  // namespace shop::credit_note
