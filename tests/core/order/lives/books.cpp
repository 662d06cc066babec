#include "tests/core/order/lives/books.hpp"

#include "core/credit_note/credit_note.hpp"
#include "core/fulfillment/progress.hpp"
#include "core/order/money.hpp"
#include "core/order/series.hpp"
#include "core/payment/offline.hpp"

namespace shop::tests {
namespace {

void note(Sums& books, const StreamId&, const order::Placed& event) {
    for (const sale::Line& line : event.lines) {
        books.gross += line.gross.minor_units;
        books.lines[line.line_id].line = line;
    }
    books.expect(books.gross == event.totals.total.minor_units, "the total is not the lines' sum");
}
void note(Sums& books, const StreamId&, const order::LinesCanceled& event) {
    std::int64_t sum = 0;
    for (const order::LineAmount& line : event.lines) {
        books.lines[line.line_id].canceled += line.quantity;
        books.lines[line.line_id].pence += line.amount.minor_units;
        sum += line.amount.minor_units;
    }
    books.expect(sum == event.amount.minor_units, "canceled lines do not add up");
    books.canceled += sum;
}
void note(Sums& books, const StreamId&, const order::LinesCredited& event) {
    for (const order::LineAmount& line : event.lines) {
        books.lines[line.line_id].credited += line.quantity;
        books.lines[line.line_id].returned += line.returned;
        books.lines[line.line_id].pence += line.amount.minor_units;
    }
    books.credited += event.amount.minor_units;
    books.given += event.given.minor_units;
    const NoteBook& of = books.notes[event.credit_note_id];
    books.expect(of.total == event.amount.minor_units, "the order credits what no note says");
}
void note(Sums& books, const StreamId&, const order::Canceled&) {
    books.is_canceled = true;
}
void note(Sums& books, const StreamId&, const payment::Authorized& event) {
    books.authorized += event.amount.minor_units;
}
void note(Sums& books, const StreamId& id, const payment::Initiated& event) {
    if (event.provider == payment::kOfflineProvider) books.by_hand.insert(id);
}
void note(Sums& books, const StreamId& id, const payment::Captured& event) {
    if (books.by_hand.contains(id)) books.kept_by_hand += event.amount.minor_units;
    books.captured += event.amount.minor_units;
    books.expect(books.captured <= books.authorized, "more is taken than was authorized");
}
void note(Sums& books, const StreamId&, const payment::RefundRequested& event) {
    books.refunds[event.refund_id] = event.amount.minor_units;
}
void note(Sums& books, const StreamId& id, const payment::Refunded& event) {
    if (books.by_hand.contains(id)) books.kept_by_hand -= event.amount.minor_units;
    books.refunded += event.amount.minor_units;
    books.expect(books.refunded <= books.captured, "more went back than was taken");
}
void note(Sums& books, const StreamId&, const payment::RefundFailed& event) {
    if (event.after_success) books.refunded -= books.refunds.at(event.refund_id);
}
void note(Sums& books, const StreamId&, const payment::RefundSettled& event) {
    books.expect(event.amount.minor_units == books.refunds.at(event.refund_id),
                 "another amount is settled than was to go back");
    books.settled_otherwise += event.amount.minor_units;
}
void note(Sums& books, const StreamId& id, const credit_note::Requested& event) {
    NoteBook& of = books.notes[id];
    of.total = event.totals.total.minor_units;
    std::int64_t lines = 0;
    for (const credit_note::Line& line : event.lines) {
        Money sum = line.line.net;
        for (const sale::TaxLine& tax : line.line.tax) sum += tax.amount;
        books.expect(sum == line.line.gross, "a credited line's tax does not add up");
        lines += line.line.gross.minor_units;
    }
    books.expect(lines == of.total, "a note is not the sum of its lines");
    std::int64_t settled = 0;
    for (const credit_note::Settlement& each : event.settlements)
        settled += each.amount.minor_units;
    books.expect(settled == of.total, "a note's settlements do not add up");
}
void note(Sums& books, const StreamId& id, const credit_note::Issued& event) {
    books.notes[id].number = event.number;
}
void note(Sums& books, const StreamId& id, const credit_note::Settled& event) {
    books.notes[id].settled += event.amount.minor_units;
}
void note(Sums& books, const StreamId& id, const credit_note::Reopened& event) {
    books.notes[id].settled -= event.amount.minor_units;
}
void note(Sums& books, const StreamId&, const series::NumberAssigned& event) {
    if (event.series != series::kCreditNotes) return;
    books.expect(event.number == ++books.last_number, "the numbers of credit notes have a gap");
    books.numbers[event.document] = event.number;
}
void note(Sums& books, const StreamId& id, const stock::Received& event) {
    books.stock[id].received += event.quantity;
}
void note(Sums& books, const StreamId& id, const stock::Shipped& event) {
    books.stock[id].shipped += event.quantity;
    books.lines[event.line_id].shipped += event.quantity;
}
void note(Sums& books, const StreamId& id, const stock::Restocked& event) {
    if (event.disposition == stock::Disposition::kSellable)
        books.stock[id].restocked += event.quantity;
}
template <class Event>
void note(Sums&, const StreamId&, const Event&) {}

void check_lines(Sums& books, const fulfillment::Progress& fulfilled) {
    for (const auto& [id, book] : books.lines) {
        if (book.line.line_id.is_empty()) return books.expect(false, "a line that was never sold");
        const std::int64_t gross = book.line.gross.minor_units;
        books.expect(book.credited <= book.line.quantity, "more units are credited than sold");
        books.expect(book.canceled <= book.line.quantity, "more units are canceled than sold");
        books.expect(book.pence >= 0 && book.pence <= gross, "a line is credited beyond its price");
        books.expect(book.returned <= fulfilled.of(id).shipped, "more came back than had left");
    }
}

void check_notes(Sums& books) {
    std::int64_t total = 0;
    for (const auto& [id, note] : books.notes) total += note.total;
    books.expect(total == books.credited, "the notes' sum is not what was credited");
    for (const auto& [id, note] : books.notes) {
        books.expect(note.settled >= 0 && note.settled <= note.total,
                     "a note is settled beyond its total");
        if (note.number != 0)
            books.expect(books.numbers[id.to_string()] == note.number,
                         "a note has the number of another");
    }
}

void check_stock(Sums& books, const SmallEngine& engine) {
    for (const auto& [id, book] : books.stock) {
        const std::int64_t there = book.received - book.shipped + book.restocked;
        books.expect(engine.find<stock::State>(id)->on_hand == there, "stock does not add up");
        books.expect(there >= 0, "less than nothing is on hand");
    }
}

std::vector<const payment::State*> payments_of(const SmallEngine& engine,
                                               const order::State& order) {
    std::vector<const payment::State*> all;
    for (const PaymentId& id : order.payment_ids()) all.push_back(engine.find<payment::State>(id));
    return all;
}

struct Moved {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t under_way = 0;
    std::int64_t owed = 0;
    std::int64_t left_to_take = 0;
};

Moved money_in(const SmallEngine& engine, const order::State& order) {
    Moved money;
    std::vector<order::OrderPayment> payments;
    for (const payment::State* payment : payments_of(engine, order)) {
        payments.push_back({{}, payment});
        money.captured += payment->captured.minor_units;
        money.refunded += payment->refunded.minor_units;
        for (const payment::RefundState& refund : payment->refunds) {
            if (refund.is_under_way()) money.under_way += refund.amount.minor_units;
            if (refund.is_owed()) money.owed += refund.amount.minor_units;
        }
    }
    money.left_to_take = order::left_to_take(order.due(), payments).minor_units;
    return money;
}

// Refunds that failed, of a note.
std::int64_t owed_for(const SmallEngine& engine, const order::State& order, const StreamId& note) {
    std::int64_t owed = 0;
    for (const payment::State* payment : payments_of(engine, order))
        for (const payment::RefundState& refund : payment->refunds)
            if (refund.is_owed() && StreamId(refund.credit_note_id) == note)
                owed += refund.amount.minor_units;
    return owed;
}

}  // namespace

void Books::read_on() {
    const auto& events = engine_.events();
    for (; read_ < events.size(); ++read_)
        events[read_].data.visit(
            [&](const auto& data) { note(sums_, events[read_].stream, data); });
}

std::string Books::fault() {
    read_on();
    const auto& order = *engine_.find<order::State>(order_);
    std::vector<fulfillment::Found> fulfillments;
    for (std::int32_t n = 1; n <= fulfillment::kFulfillmentsMax; ++n) {
        const FulfillmentId id = fulfillment::fulfillment_of(order_, n);
        const auto* state = engine_.find<fulfillment::State>(id);
        if (state == nullptr) break;
        fulfillments.push_back({id, state});
    }
    check_lines(sums_, fulfillment::Progress(order, fulfillments));
    check_notes(sums_);
    check_stock(sums_, engine_);
    const Moved money = money_in(engine_, order);
    sums_.expect(sums_.gross - sums_.canceled - sums_.credited >= 0, "more is credited than sold");
    sums_.expect(order.due().minor_units == sums_.due(), "what is due is not what events say");
    sums_.expect(money.captured == sums_.captured, "what was taken is not what events say");
    sums_.expect(money.refunded == sums_.refunded, "what went back is not what events say");
    sums_.expect(money.refunded + money.under_way <= money.captured,
                 "more is on its way back than was taken");
    return sums_.fault;
}

std::string Books::fault_at_rest(std::int64_t opening) {
    if (auto wrong = fault(); !wrong.empty()) return wrong;
    const auto& order = *engine_.find<order::State>(order_);
    const Moved money = money_in(engine_, order);
    const std::int64_t kept = sums_.captured - sums_.refunded;
    sums_.expect(kept - money.owed - sums_.settled_otherwise <= sums_.due(),
                 "more was kept than is due");
    const std::int64_t taken = kept - sums_.kept_by_hand;  // … by the provider
    if (money.left_to_take <= 0)
        sums_.expect(engine_.provider.held_for(order_) == taken, "more is held than was taken");
    sums_.expect(engine_.provider.taken_for(order_) == taken, "the provider's book says otherwise");
    for (const StreamId& open : engine_.open()) {
        const auto* payment = engine_.find<payment::State>(open);
        sums_.expect(payment != nullptr && needs_operator(*payment, engine_.now()).has_value(),
                     "something is owed, and nobody is told");
    }
    for (const auto& [id, note] : sums_.notes) {
        sums_.expect(note.number > 0, "a note has no number");
        sums_.expect(note.total - note.settled == owed_for(engine_, order, id),
                     "a note is not settled");
    }
    for (const auto& [id, book] : sums_.lines) {
        if (book.line.stock_id.is_empty()) continue;
        const auto& item = *engine_.find<stock::State>(book.line.stock_id);
        const std::int64_t sold =
            sums_.is_canceled ? 0 : book.line.quantity - book.canceled - book.shipped;
        sums_.expect(item.held_total == 0 && item.allocated_total == sold,
                     "stock is promised to nobody, or not to the order");
        sums_.expect(item.on_hand <= opening, "goods came from nowhere");
    }
    return sums_.fault;
}

}  // namespace shop::tests
