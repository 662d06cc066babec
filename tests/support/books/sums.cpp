#include "tests/support/books/sums.hpp"

#include "core/credit_note/credit_note.hpp"
#include "core/order/series.hpp"
#include "core/payment/offline.hpp"

namespace shop::tests {
namespace {

void stand(Sums& sums, const StreamId& payment, PaymentSums now) {
    sums.sale_of(payment).payments[payment] = now;
}

void note(Sums& sums, const StreamId& id, const order::Placed& event) {
    SaleSums& sale = sums.sales[id.as<OrderId>()];
    for (const sale::Line& line : event.lines) {
        sale.gross += line.gross.minor_units;
        sale.lines[line.line_id].line = line;
    }
    sums.expect(sale.gross == event.totals.total.minor_units, id,
                "the total is not the lines' sum");
}
void note(Sums& sums, const StreamId& id, const order::LinesCanceled& event) {
    SaleSums& sale = sums.sales[id.as<OrderId>()];
    std::int64_t sum = 0;
    for (const order::LineAmount& line : event.lines) {
        sale.lines[line.line_id].canceled += line.quantity;
        sale.lines[line.line_id].pence += line.amount.minor_units;
        sum += line.amount.minor_units;
    }
    sums.expect(sum == event.amount.minor_units, id, "canceled lines do not add up");
    sale.canceled += sum;
}
void note(Sums& sums, const StreamId& id, const order::LinesCredited& event) {
    SaleSums& sale = sums.sales[id.as<OrderId>()];
    for (const order::LineAmount& line : event.lines) {
        sale.lines[line.line_id].credited += line.quantity;
        sale.lines[line.line_id].returned += line.returned;
        sale.lines[line.line_id].pence += line.amount.minor_units;
    }
    sale.credited += event.amount.minor_units;
    sale.given += event.given.minor_units;
    const NoteSums& of = sale.notes[event.credit_note_id];
    sums.expect(of.total == event.amount.minor_units, id, "the order credits what no note says");
}
void note(Sums& sums, const StreamId& id, const order::Canceled&) {
    sums.sales[id.as<OrderId>()].is_canceled = true;
}
void note(Sums& sums, const StreamId& id, const payment::Initiated& event) {
    sums.orders[id] = event.order_id;
    if (event.provider == payment::kOfflineProvider) sums.sale_of(id).by_hand.insert(id);
    stand(sums, id, {Stand::kOpen});
}
void note(Sums& sums, const StreamId& id, const payment::Declined&) {
    stand(sums, id, {Stand::kDeclined});
}
void note(Sums& sums, const StreamId& id, const payment::AuthorizationExpired&) {
    stand(sums, id, {Stand::kExpired});
}
// What captures left is no payment of its own.
void note(Sums& sums, const StreamId& id, const payment::Voided& event) {
    if (event.reason != payment::VoidReason::kRest) stand(sums, id, {Stand::kVoided});
}
void note(Sums& sums, const StreamId& id, const payment::Authorized& event) {
    sums.sale_of(id).authorized += event.amount.minor_units;
    stand(sums, id, {Stand::kHeld, event.amount.minor_units});
}
void note(Sums& sums, const StreamId& id, const payment::Captured& event) {
    SaleSums& sale = sums.sale_of(id);
    if (sale.by_hand.contains(id)) sale.kept_by_hand += event.amount.minor_units;
    sale.captured += event.amount.minor_units;
    stand(sums, id, {Stand::kTaken});
    sums.expect(sale.captured <= sale.authorized, id, "more is taken than was authorized");
}
void note(Sums& sums, const StreamId& id, const payment::CaptureFailed&) {
    sums.sale_of(id).was_refused = true;
}
void note(Sums& sums, const StreamId& id, const payment::RefundRequested& event) {
    SaleSums& sale = sums.sale_of(id);
    sale.refunds[event.refund_id] = event.amount.minor_units;
    if (event.credit_note_id.is_empty()) sale.refunds_without_note += event.amount.minor_units;
}
void note(Sums& sums, const StreamId& id, const payment::Refunded& event) {
    SaleSums& sale = sums.sale_of(id);
    if (sale.by_hand.contains(id)) sale.kept_by_hand -= event.amount.minor_units;
    sale.refunded += event.amount.minor_units;
    sums.expect(sale.refunded <= sale.captured, id, "more went back than was taken");
}
void note(Sums& sums, const StreamId& id, const payment::RefundFailed& event) {
    SaleSums& sale = sums.sale_of(id);
    if (event.after_success) sale.refunded -= sale.refunds[event.refund_id];
}
void note(Sums& sums, const StreamId& id, const payment::RefundSettled& event) {
    SaleSums& sale = sums.sale_of(id);
    sums.expect(event.amount.minor_units == sale.refunds[event.refund_id], id,
                "another amount is settled than was to go back");
    sale.settled_otherwise += event.amount.minor_units;
}
void note(Sums& sums, const StreamId& id, const credit_note::Requested& event) {
    sums.orders[id] = event.order_id;
    NoteSums& of = sums.sale_of(id).notes[id];
    of.total = event.totals.total.minor_units;
    of.lines = event.lines;
    std::int64_t lines = 0;
    for (const credit_note::Line& line : event.lines) {
        Money sum = line.line.net;
        for (const sale::TaxLine& tax : line.line.tax) sum += tax.amount;
        sums.expect(sum == line.line.gross, id, "a credited line's tax does not add up");
        lines += line.line.gross.minor_units;
    }
    sums.expect(lines == of.total, id, "a note is not the sum of its lines");
    std::int64_t settled = 0;
    for (const credit_note::Settlement& each : event.settlements)
        settled += each.amount.minor_units;
    sums.expect(settled == of.total, id, "a note's settlements do not add up");
}
void note(Sums& sums, const StreamId& id, const credit_note::Issued& event) {
    sums.sale_of(id).notes[id].number = event.number;
}
void note(Sums& sums, const StreamId& id, const credit_note::Settled& event) {
    sums.sale_of(id).notes[id].settled += event.amount.minor_units;
}
void note(Sums& sums, const StreamId& id, const credit_note::Reopened& event) {
    sums.sale_of(id).notes[id].settled -= event.amount.minor_units;
}
void note(Sums& sums, const StreamId& id, const series::NumberAssigned& event) {
    if (event.series != series::kCreditNotes) return;
    sums.expect(event.number == ++sums.last_number, id, "the numbers of credit notes have a gap");
    sums.expect(sums.numbers.emplace(event.document, event.number).second, id,
                "a credit note has two numbers");
}
void note(Sums& sums, const StreamId& id, const stock::Opened&) {
    sums.goods[id];
}
void note(Sums& sums, const StreamId& id, const stock::Received& event) {
    sums.goods[id].received += event.quantity;
}
void note(Sums& sums, const StreamId& id, const stock::Adjusted& event) {
    sums.goods[id].adjusted += event.delta;
}
void note(Sums& sums, const StreamId& id, const stock::Shipped& event) {
    sums.goods[id].shipped += event.quantity;
    sums.sales[event.order_id].lines[event.line_id].shipped += event.quantity;
}
void note(Sums& sums, const StreamId& id, const stock::Restocked& event) {
    if (event.disposition == stock::Disposition::kSellable)
        sums.goods[id].restocked += event.quantity;
    sums.sales[event.order_id].notes[event.document].came_back[id] += event.quantity;
}
template <class Event>
void note(Sums&, const StreamId&, const Event&) {}

}  // namespace

void Sums::take(const StreamId& stream, const AnyEvent& event) {
    event.visit([&](const auto& data) { note(*this, stream, data); });
}

}  // namespace shop::tests
