#include "tests/support/books/books.hpp"

#include <algorithm>

#include "core/fulfillment/progress.hpp"
#include "core/order/money.hpp"
#include "core/order/payment_status.hpp"

namespace shop::tests {
namespace {

// A sale that was placed.
struct Sale {
    const OrderId& id;
    const SaleSums& sums;
    const order::State& order;
};

template <class Look>
void for_each_sale(const Sums& sums, const Streams& streams, Look look) {
    for (const auto& [id, sale] : sums.sales)
        if (const auto* order = streams.find<order::State>(id)) look(Sale{id, sale, *order});
}

struct Moved {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t under_way = 0;
    std::int64_t owed = 0;
};

Moved money_in(const Sale& sale, const Streams& streams) {
    Moved money;
    for (const order::OrderPayment& each : order::payments_of(sale.order, streams)) {
        money.captured += each.state->captured.minor_units;
        money.refunded += each.state->refunded.minor_units;
        for (const payment::RefundState& refund : each.state->refunds) {
            if (refund.is_under_way()) money.under_way += refund.amount.minor_units;
            if (refund.is_owed()) money.owed += refund.amount.minor_units;
        }
    }
    return money;
}

// What was to be paid for what left, at least: all that is due once everything has left, else what
// those units cost, to the penny of each line, and the fees, which go with the first.
std::int64_t least_for_shipped(const SaleSums& sale) {
    std::int64_t least = -sale.credited;
    bool has_left = false;
    bool has_all_left = true;
    for (const auto& [id, each] : sale.lines) {
        const sale::Line& line = each.line;
        if (line.kind != sale::LineKind::kItem) {
            least += line.gross.minor_units;
            continue;
        }
        has_left |= each.shipped > 0;
        has_all_left &= each.shipped + each.canceled == line.quantity;
        least += line.gross.minor_units * each.shipped / line.quantity - (each.shipped > 0 ? 1 : 0);
    }
    if (!has_left) return 0;
    return has_all_left ? sale.due() : std::min(least, sale.due());
}

// Refunds that failed, of a note.
std::int64_t owed_for(const Sale& sale, const Streams& streams, const StreamId& note) {
    std::int64_t owed = 0;
    for (const order::OrderPayment& each : order::payments_of(sale.order, streams))
        for (const payment::RefundState& refund : each.state->refunds)
            if (refund.is_owed() && StreamId(refund.credit_note_id) == note)
                owed += refund.amount.minor_units;
    return owed;
}

// What lines cost is not limited by what was credited of the order, or taken off it.
bool may_cost_its_price(const SaleSums& sale) {
    return sale.credited == 0 && std::ranges::all_of(sale.lines, [](const auto& line) {
               return line.second.line.gross.minor_units >= 0;
           });
}

void check_lines(Sums& sums, const Sale& sale, const Streams& streams) {
    const fulfillment::Progress fulfilled(sale.order, fulfillment::find_all(sale.id, streams));
    for (const auto& [id, line] : sale.sums.lines) {
        if (line.line.line_id.is_empty())
            return sums.expect(false, sale.id, "a line that was never sold");
        const std::int64_t gross = line.line.gross.minor_units;
        sums.expect(line.credited <= line.line.quantity, sale.id,
                    "more units are credited than sold");
        sums.expect(line.canceled + line.shipped <= line.line.quantity, sale.id,
                    "more units are canceled or shipped than sold");
        sums.expect(line.pence >= 0 && line.pence <= gross, sale.id,
                    "a line is credited beyond its price");
        const bool is_gone = line.canceled == line.line.quantity;
        sums.expect(!is_gone || !may_cost_its_price(sale.sums) || line.pence == gross, sale.id,
                    "a line that was canceled whole has cost another sum than its price");
        sums.expect(line.returned <= fulfilled.of(id).shipped, sale.id,
                    "more came back than had left");
    }
}

void check_notes(Sums& sums, const Sale& sale) {
    std::int64_t total = 0;
    for (const auto& [id, note] : sale.sums.notes) total += note.total;
    sums.expect(total == sale.sums.credited, sale.id, "the notes' sum is not what was credited");
    for (const auto& [id, note] : sale.sums.notes) {
        sums.expect(note.settled >= 0 && note.settled <= note.total, id,
                    "a note is settled beyond its total");
        const auto number = sums.numbers.find(id.to_string());
        if (note.number != 0)
            sums.expect(number != sums.numbers.end() && number->second == note.number, id,
                        "a note has the number of another");
    }
}

void check_money(Sums& sums, const Sale& sale, const Streams& streams) {
    const SaleSums& of = sale.sums;
    const Moved money = money_in(sale, streams);
    sums.expect(of.gross - of.canceled - of.credited >= 0, sale.id, "more is credited than sold");
    sums.expect(sale.order.due().minor_units == of.due(), sale.id,
                "what is due is not what events say");
    sums.expect(money.captured == of.captured, sale.id, "what was taken is not what events say");
    sums.expect(money.refunded == of.refunded, sale.id, "what went back is not what events say");
    sums.expect(money.refunded + money.under_way <= money.captured, sale.id,
                "more is on its way back than was taken");
}

// What events say of the order's payments.
std::vector<PaymentSums> payments_of(const Sale& sale) {
    std::vector<PaymentSums> payments;
    for (const PaymentId& id : sale.order.payment_ids())
        if (const auto at = sale.sums.payments.find(id); at != sale.sums.payments.end())
            payments.push_back(at->second);
    return payments;
}

order::PaymentStatus unpaid_status(const std::vector<PaymentSums>& payments) {
    const auto any = [&](Stand stand) {
        return std::ranges::find(payments, stand, &PaymentSums::stand) != payments.end();
    };
    if (any(Stand::kOpen)) return order::PaymentStatus::kPending;
    if (any(Stand::kVoided)) return order::PaymentStatus::kVoided;
    return any(Stand::kExpired) ? order::PaymentStatus::kExpired : order::PaymentStatus::kPending;
}

// Rule 27 of docs/domain.md.
order::PaymentStatus payment_status(const Sale& sale) {
    const SaleSums& of = sale.sums;
    const auto payments = payments_of(sale);
    std::int64_t held = 0;
    for (const PaymentSums& payment : payments) held += payment.held;
    const std::int64_t back = of.refunded + of.settled_otherwise;
    const bool is_paid = of.captured > back && of.left() <= 0;
    if (of.left() < 0 || held > of.gross || (is_paid && held > 0))
        return order::PaymentStatus::kOverpaid;
    if (of.gross == 0) return order::PaymentStatus::kNotRequired;
    if (back > 0)
        return back >= of.captured ? order::PaymentStatus::kRefunded
                                   : order::PaymentStatus::kPartiallyRefunded;
    if (of.captured > 0)
        return is_paid ? order::PaymentStatus::kCaptured : order::PaymentStatus::kPartiallyCaptured;
    return held > 0 ? order::PaymentStatus::kAuthorized : unpaid_status(payments);
}

// As the order tells it to whoever asks.
void check_ledger(Sums& sums, const Sale& sale, const Streams& streams) {
    std::vector<const payment::State*> payments;
    for (const order::OrderPayment& each : order::payments_of(sale.order, streams))
        payments.push_back(each.state);
    const order::Ledger ledger =
        order::ledger_of(sale.order.placed.totals.total, sale.order.due(), payments);
    sums.expect(ledger.balance() == sale.sums.left(), sale.id,
                "the balance is not what events say");
    sums.expect(payment_status_of(ledger) == payment_status(sale), sale.id,
                "the payment status is not what events say");
}

void check_goods(Sums& sums, const Streams& streams) {
    for (const auto& [id, goods] : sums.goods) {
        const auto* item = streams.find<stock::State>(id);
        sums.expect(item != nullptr && item->on_hand == goods.on_hand(), id,
                    "stock does not add up");
        sums.expect(goods.on_hand() >= 0, id, "less than nothing is on hand");
    }
}

void check_money_at_rest(Sums& sums, const Sale& sale, const Streams& streams,
                         const sandbox::Book& provider) {
    const SaleSums& of = sale.sums;
    const Moved money = money_in(sale, streams);
    const std::int64_t kept = of.captured - of.refunded;
    sums.expect(kept - money.owed - of.settled_otherwise <= of.due(), sale.id,
                "more was kept than is due");
    const bool is_paid_by_card =
        of.by_hand.empty() && of.authorized >= of.gross && !of.was_refused && !of.is_canceled;
    if (is_paid_by_card)
        sums.expect(kept + of.refunds_without_note >= least_for_shipped(of), sale.id,
                    "what left is not paid for");
    const std::int64_t taken = kept - of.kept_by_hand;  // … by the provider
    const std::int64_t held = held_for(provider, sale.id);
    sums.expect(order::left_to_take(sale.order.due(), order::payments_of(sale.order, streams))
                        .minor_units == of.left(),
                sale.id, "what may still be taken is not what events say");
    if (of.left() <= 0)
        sums.expect(held == taken, sale.id, "more is held than was taken");
    else  // by one card, and not by another that nobody let go
        sums.expect(held <= of.gross, sale.id, "more is held than the order came to");
    sums.expect(taken_for(provider, sale.id) == taken, sale.id,
                "the provider's book says otherwise");
}

// The stock item that the line was sold from: there it comes back to.
StreamId sold_from(const Sums& sums, const credit_note::Line& line) {
    const auto sale = sums.sales.find(line.order_id);
    if (sale == sums.sales.end()) return line.line.stock_id;
    const auto sold = sale->second.lines.find(line.order_line_id);
    return sold == sale->second.lines.end() ? line.line.stock_id : sold->second.line.stock_id;
}

std::map<StreamId, std::int64_t> coming_back(const Sums& sums, const NoteSums& note) {
    std::map<StreamId, std::int64_t> units;
    for (const credit_note::Line& line : note.lines)
        if (line.restock > 0) units[sold_from(sums, line)] += line.restock;
    return units;
}

void check_notes_at_rest(Sums& sums, const Sale& sale, const Streams& streams) {
    for (const auto& [id, note] : sale.sums.notes) {
        sums.expect(note.number > 0, id, "a note has no number");
        sums.expect(note.came_back == coming_back(sums, note), id,
                    "what came back is not what the note says");
        sums.expect(note.total - note.settled == owed_for(sale, streams, id), id,
                    "a note is not settled");
    }
}

void check_shipped_at_rest(Sums& sums, const Sale& sale, const Streams& streams) {
    const fulfillment::Progress fulfilled(sale.order, fulfillment::find_all(sale.id, streams));
    for (const auto& [id, line] : sale.sums.lines)
        if (!line.line.stock_id.is_empty())
            sums.expect(line.shipped == fulfilled.of(id).shipped, sale.id,
                        "what left is not what its fulfillments say");
}

// Units that stock items have sold and not shipped yet.
std::map<StreamId, std::int64_t> promised(const Sums& sums, const Streams& streams) {
    std::map<StreamId, std::int64_t> units;
    for_each_sale(sums, streams, [&](const Sale& sale) {
        if (sale.sums.is_canceled) return;
        for (const auto& [id, line] : sale.sums.lines)
            if (!line.line.stock_id.is_empty())
                units[line.line.stock_id] += line.line.quantity - line.canceled - line.shipped;
    });
    return units;
}

void check_goods_at_rest(Sums& sums, const Streams& streams) {
    auto units = promised(sums, streams);
    for (const auto& [id, goods] : sums.goods) {
        const auto* item = streams.find<stock::State>(id);
        sums.expect(item != nullptr && item->held_total == 0 && item->held.empty() &&
                        item->allocated_total == units[id],
                    id, "stock is promised to nobody, or not to the order");
    }
}

template <class Change>
std::int64_t sum_of(const sandbox::Book& book, const OrderId& order, Change change) {
    std::int64_t sum = 0;
    for (const sandbox::Movement& movement : book.movements(order.to_string()))
        sum += change(movement);
    return sum;
}

}  // namespace

void check(Sums& sums, const Streams& streams) {
    for_each_sale(sums, streams, [&](const Sale& sale) {
        check_lines(sums, sale, streams);
        check_notes(sums, sale);
        check_money(sums, sale, streams);
        check_ledger(sums, sale, streams);
    });
    check_goods(sums, streams);
}

void check_at_rest(Sums& sums, const Streams& streams, const sandbox::Book& provider) {
    check(sums, streams);
    for_each_sale(sums, streams, [&](const Sale& sale) {
        check_money_at_rest(sums, sale, streams, provider);
        check_notes_at_rest(sums, sale, streams);
        check_shipped_at_rest(sums, sale, streams);
    });
    check_goods_at_rest(sums, streams);
}

std::int64_t held_for(const sandbox::Book& book, const OrderId& order) {
    return sum_of(book, order, held_by);
}

std::int64_t taken_for(const sandbox::Book& book, const OrderId& order) {
    return sum_of(book, order, [](const sandbox::Movement& movement) -> std::int64_t {
        const std::string& kind = movement.kind;
        if (kind == "capture" || kind == "refund_failed") return movement.amount.minor_units;
        return kind == "refund" ? -movement.amount.minor_units : 0;
    });
}

std::int64_t held_by(const sandbox::Movement& movement) {
    const std::string& kind = movement.kind;
    if (kind == "authorize" || kind == "refund_failed") return movement.amount.minor_units;
    return kind == "void" || kind == "refund" ? -movement.amount.minor_units : 0;
}

}  // namespace shop::tests
