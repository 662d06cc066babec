// What the events of an order say, added up apart from the code that decided them.
#include <algorithm>
#include <map>

#include "core/order/series.hpp"
#include "tests/core/order/lives/life.hpp"

namespace shop::tests {
namespace {

using credit_note::SettledBy;

struct LineBook {
    const sale::Line* line = nullptr;
    std::int64_t canceled = 0;
    std::int64_t credited = 0;
    std::int64_t returned = 0;
    std::int64_t pence = 0;  // canceled and credited
};

struct NoteBook {
    std::int64_t total = 0;
    std::int64_t lines = 0;
    std::int64_t settled = 0;
    std::int64_t number = 0;
};

struct StockBook {
    std::int64_t received = 0;
    std::int64_t shipped = 0;
    std::int64_t restocked = 0;  // sellable
};

struct Books {
    std::map<LineId, LineBook> lines;
    std::map<StreamId, NoteBook> notes;
    std::map<StreamId, StockBook> stock;
    std::map<LineId, std::int64_t> shipped;  // by the stock items
    std::vector<std::int64_t> numbers;       // of credit notes, as they were given
    std::map<std::string, std::int64_t> number_of;
    std::map<RefundId, std::int64_t> refunds;  // asked for
    std::int64_t gross = 0;
    std::int64_t canceled = 0;
    std::int64_t credited = 0;
    std::int64_t given = 0;
    std::int64_t authorized = 0;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    bool is_canceled = false;
    std::string fault;

    std::int64_t due() const { return is_canceled ? 0 : gross - canceled - credited + given; }
};

void expect(Books& books, bool is_so, const char* sentence) {
    if (!is_so && books.fault.empty()) books.fault = sentence;
}

void note(Books& books, const StreamId&, const order::Placed& event) {
    for (const sale::Line& line : event.lines) books.gross += line.gross.minor_units;
    expect(books, books.gross == event.totals.total.minor_units, "the total is not the lines' sum");
}
void note(Books& books, const StreamId&, const order::LinesCanceled& event) {
    std::int64_t sum = 0;
    for (const order::LineAmount& line : event.lines) {
        books.lines[line.line_id].canceled += line.quantity;
        books.lines[line.line_id].pence += line.amount.minor_units;
        sum += line.amount.minor_units;
    }
    expect(books, sum == event.amount.minor_units, "canceled lines do not add up");
    books.canceled += sum;
}
void note(Books& books, const StreamId&, const order::LinesCredited& event) {
    for (const order::LineAmount& line : event.lines) {
        books.lines[line.line_id].credited += line.quantity;
        books.lines[line.line_id].returned += line.returned;
        books.lines[line.line_id].pence += line.amount.minor_units;
    }
    books.credited += event.amount.minor_units;
    books.given += event.given.minor_units;
    const NoteBook& of = books.notes[event.credit_note_id];
    expect(books, of.total == event.amount.minor_units, "the order credits what no note says");
}
void note(Books& books, const StreamId&, const order::Canceled&) {
    books.is_canceled = true;
}
void note(Books& books, const StreamId&, const payment::Authorized& event) {
    books.authorized += event.amount.minor_units;
}
void note(Books& books, const StreamId&, const payment::Captured& event) {
    books.captured += event.amount.minor_units;
    expect(books, books.captured <= books.authorized, "more is taken than was authorized");
}
void note(Books& books, const StreamId&, const payment::RefundRequested& event) {
    books.refunds[event.refund_id] = event.amount.minor_units;
}
void note(Books& books, const StreamId&, const payment::Refunded& event) {
    books.refunded += event.amount.minor_units;
    expect(books, books.refunded <= books.captured, "more went back than was taken");
}
void note(Books& books, const StreamId&, const payment::RefundFailed& event) {
    if (event.after_success) books.refunded -= books.refunds.at(event.refund_id);
}
void note(Books& books, const StreamId& id, const credit_note::Requested& event) {
    NoteBook& of = books.notes[id];
    of.total = event.totals.total.minor_units;
    for (const credit_note::Line& line : event.lines) {
        Money sum = line.line.net;
        for (const sale::TaxLine& tax : line.line.tax) sum += tax.amount;
        expect(books, sum == line.line.gross, "a credited line's tax does not add up");
        of.lines += line.line.gross.minor_units;
    }
    expect(books, of.lines == of.total, "a note is not the sum of its lines");
    std::int64_t settled = 0;
    for (const credit_note::Settlement& each : event.settlements)
        settled += each.amount.minor_units;
    expect(books, settled == of.total, "a note's settlements do not add up");
}
void note(Books& books, const StreamId& id, const credit_note::Issued& event) {
    books.notes[id].number = event.number;
}
void note(Books& books, const StreamId& id, const credit_note::Settled& event) {
    books.notes[id].settled += event.amount.minor_units;
}
void note(Books& books, const StreamId& id, const credit_note::Reopened& event) {
    books.notes[id].settled -= event.amount.minor_units;
}
void note(Books& books, const StreamId&, const series::NumberAssigned& event) {
    if (event.series != series::kCreditNotes) return;
    books.numbers.push_back(event.number);
    books.number_of[event.document] = event.number;
}
void note(Books& books, const StreamId& id, const stock::Received& event) {
    books.stock[id].received += event.quantity;
}
void note(Books& books, const StreamId& id, const stock::Shipped& event) {
    books.stock[id].shipped += event.quantity;
    books.shipped[event.line_id] += event.quantity;
}
void note(Books& books, const StreamId& id, const stock::Restocked& event) {
    if (event.disposition == stock::Disposition::kSellable)
        books.stock[id].restocked += event.quantity;
}
template <class Event>
void note(Books&, const StreamId&, const Event&) {}

Books books_of(const SmallEngine& engine, const order::State& order) {
    Books books;
    for (const sale::Line& line : order.placed.lines) books.lines[line.line_id].line = &line;
    for (const NewEvent& event : engine.events())
        event.data.visit([&](const auto& data) { note(books, event.stream, data); });
    return books;
}

void check_lines(Books& books, const fulfillment::Progress& fulfilled) {
    for (const auto& [id, book] : books.lines) {
        if (book.line == nullptr) return expect(books, false, "a line that was never sold");
        const std::int64_t gross = book.line->gross.minor_units;
        expect(books, book.credited <= book.line->quantity, "more units are credited than sold");
        expect(books, book.canceled <= book.line->quantity, "more units are canceled than sold");
        expect(books, book.pence >= 0 && book.pence <= gross,
               "a line is credited beyond its price");
        expect(books, book.returned <= fulfilled.of(id).shipped, "more came back than had left");
    }
}

void check_notes(Books& books) {
    for (std::size_t n = 0; n < books.numbers.size(); ++n)
        expect(books, books.numbers[n] == static_cast<std::int64_t>(n) + 1,
               "the numbers of credit notes have a gap");
    std::int64_t total = 0;
    for (const auto& [id, note] : books.notes) total += note.total;
    expect(books, total == books.credited, "the notes' sum is not what was credited");
    for (const auto& [id, note] : books.notes) {
        expect(books, note.settled >= 0 && note.settled <= note.total,
               "a note is settled beyond its total");
        if (note.number != 0)
            expect(books, books.number_of[id.to_string()] == note.number,
                   "a note has the number of another");
    }
}

void check_stock(Books& books, const SmallEngine& engine) {
    for (const auto& [id, book] : books.stock) {
        const std::int64_t there = book.received - book.shipped + book.restocked;
        expect(books, engine.find<stock::State>(id)->on_hand == there, "stock does not add up");
        expect(books, there >= 0, "less than nothing is on hand");
    }
}

struct Moved {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t under_way = 0;
    std::int64_t owed = 0;
};

Moved money_in(const SmallEngine& engine, const order::State& order) {
    Moved money;
    for (const PaymentId& id : order.placed.payment_ids) {
        const auto* payment = engine.find<payment::State>(id);
        money.captured += payment->captured.minor_units;
        money.refunded += payment->refunded.minor_units;
        for (const payment::RefundState& refund : payment->refunds) {
            if (refund.is_under_way()) money.under_way += refund.amount.minor_units;
            if (refund.is_owed()) money.owed += refund.amount.minor_units;
        }
    }
    return money;
}

}  // namespace

std::string fault_in(const SmallEngine& engine, const OrderId& id) {
    const auto* order = engine.find<order::State>(id);
    Books books = books_of(engine, *order);
    std::vector<fulfillment::Found> fulfillments;
    for (std::int32_t n = 1; n < 100; ++n) {
        const FulfillmentId each = fulfillment::fulfillment_of(id, n);
        if (const auto* state = engine.find<fulfillment::State>(each))
            fulfillments.push_back({each, state});
    }
    check_lines(books, fulfillment::Progress(*order, fulfillments));
    check_notes(books);
    check_stock(books, engine);
    const Moved money = money_in(engine, *order);
    expect(books, books.gross - books.canceled - books.credited >= 0, "more is credited than sold");
    expect(books, order->due().minor_units == books.due(), "what is due is not what events say");
    expect(books, money.captured == books.captured, "what was taken is not what events say");
    expect(books, money.refunded == books.refunded, "what went back is not what events say");
    expect(books, money.refunded + money.under_way <= money.captured,
           "more is on its way back than was taken");
    return books.fault;
}

std::string fault_at_rest(SmallEngine& engine, const OrderId& id, std::int64_t opening) {
    const auto* order = engine.find<order::State>(id);
    Books books = books_of(engine, *order);
    const Moved money = money_in(engine, *order);
    const std::int64_t kept = books.captured - books.refunded;
    expect(books, kept - money.owed <= books.due(), "more was kept than is due");
    expect(books, engine.provider.taken_for(id) == kept, "the provider's book says otherwise");
    for (const StreamId& open : engine.open()) {
        const auto* payment = engine.find<payment::State>(open);
        expect(books, payment != nullptr && needs_operator(*payment, engine.now()).has_value(),
               "something is owed, and nobody is told");
    }
    for (const auto& [note, book] : books.notes) {
        std::int64_t owed = 0;
        for (const PaymentId& payment : order->placed.payment_ids)
            for (const payment::RefundState& refund : engine.find<payment::State>(payment)->refunds)
                if (refund.is_owed() && StreamId(refund.credit_note_id) == note)
                    owed += refund.amount.minor_units;
        expect(books, book.number > 0, "a note has no number");
        expect(books, book.total - book.settled == owed, "a note is not settled");
    }
    for (const auto& [line, book] : books.lines) {
        if (book.line->stock_id.is_empty()) continue;
        const auto& item = *engine.find<stock::State>(book.line->stock_id);
        const std::int64_t sold =
            books.is_canceled ? 0 : book.line->quantity - book.canceled - books.shipped[line];
        expect(books, item.held_total == 0 && item.allocated_total == sold,
               "stock is promised to nobody, or not to the order");
        expect(books, item.on_hand <= opening, "goods came from nowhere");
    }
    return books.fault;
}

}  // namespace shop::tests
