#include "api/demo/year/move_sums.hpp"
#include "api/demo/year/shop_books.hpp"
#include "core/credit_note/credit_note.hpp"
#include "core/order/order.hpp"
#include "core/payment/payment.hpp"
#include "core/stock/stock.hpp"
#include "events/log_reader.hpp"

namespace shop::demo {
namespace {

history::Order order_of(const order::Placed& placed, Time at) {
    history::Order order{.at = at};
    if (!placed.party.customer_id.is_empty()) order.customer = placed.party.customer_id.to_string();
    for (const sale::Line& line : placed.lines)
        order.lines.push_back(
            {.quantity = line.quantity,
             .unit_price = {line.unit_price.money.minor_units, line.unit_price.precise},
             .gross = line.gross.minor_units});
    return order;
}

history::CreditNote note_of(const credit_note::Requested& requested) {
    history::CreditNote note;
    for (const credit_note::Line& line : requested.lines)
        note.lines.push_back({.gross = line.line.gross.minor_units});
    return note;
}

bool is_of(const std::optional<sale::External>& external, const std::string& system) {
    return external && external->system == system;
}

// Adds up the log event by event; those of a stream in their order, the streams in any.
class LogBooks {
  public:
    explicit LogBooks(std::string system) : system_(std::move(system)) {}

    void add(const Record& record) {
        for (const RecordedEvent& event : record.events)
            event.data.visit([&]<class E>(const E& data) {
                if constexpr (requires { fold(data, event, record); }) fold(data, event, record);
            });
    }

    YearFigures figures() const {
        YearFigures figures = sums_.figures(0);
        figures.moves = moves_.figures();
        return figures;
    }

  private:
    // ---- Orders ----

    void fold(const order::Placed& placed, const RecordedEvent& event, const Record& record) {
        if (!is_of(placed.external, system_)) return;
        sums_.add(order_of(placed, record.time_of(event)));
        OrderMoves& moves = order(event);
        moves.is_of_year = true;
        moves.due += placed.totals.total.minor_units;
    }
    void fold(const order::LinesCanceled& canceled, const RecordedEvent& event, const Record&) {
        order(event).due -= canceled.amount.minor_units;
    }
    void fold(const order::LinesCredited& credited, const RecordedEvent& event, const Record&) {
        order(event).due -= credited.amount.minor_units;
        order(event).given += credited.given.minor_units;
    }
    void fold(const order::Canceled&, const RecordedEvent& event, const Record&) {
        order(event).due = 0;
    }

    // ---- Payments ----

    void fold(const payment::Initiated& initiated, const RecordedEvent& event, const Record&) {
        order_of_payment_[event.stream.to_string()] = initiated.order_id.to_string();
    }
    void fold(const payment::Captured& captured, const RecordedEvent& event, const Record&) {
        order_paid_by(event).captured += captured.amount.minor_units;
    }
    void fold(const payment::Refunded& refunded, const RecordedEvent& event, const Record&) {
        order_paid_by(event).refunded += refunded.amount.minor_units;
    }
    void fold(const payment::RefundSettled& settled, const RecordedEvent& event, const Record&) {
        order_paid_by(event).refunded += settled.amount.minor_units;
    }

    // ---- Credit notes ----

    void fold(const credit_note::Requested& requested, const RecordedEvent& event, const Record&) {
        if (!is_of(requested.external, system_)) return;
        sums_.add(note_of(requested));
        NoteMoves& moves = note(event);
        moves.is_of_year = true;
        moves.total = requested.totals.total.minor_units;
    }
    void fold(const credit_note::Issued& issued, const RecordedEvent& event, const Record&) {
        note(event).number = issued.number;
    }
    void fold(const credit_note::Settled& settled, const RecordedEvent& event, const Record&) {
        note(event).settled += settled.amount.minor_units;
    }
    void fold(const credit_note::Reopened& reopened, const RecordedEvent& event, const Record&) {
        note(event).settled -= reopened.amount.minor_units;
    }

    // ---- Stock ----

    void fold(const stock::Received& received, const RecordedEvent&, const Record&) {
        if (is_of(received.external, system_)) moves_.add_stock(received.quantity);
    }
    void fold(const stock::Adjusted& adjusted, const RecordedEvent&, const Record&) {
        if (is_of(adjusted.external, system_)) moves_.add_stock(adjusted.delta);
    }
    void fold(const stock::Shipped& shipped, const RecordedEvent&, const Record&) {
        OrderMoves& moves = moves_.order(shipped.order_id.to_string());
        moves.shipped += shipped.quantity;
        moves.on_hand -= shipped.taken;
    }
    void fold(const stock::Restocked& restocked, const RecordedEvent&, const Record&) {
        NoteMoves& moves = moves_.note(restocked.document.to_string());
        moves.returned += restocked.quantity;
        if (restocked.disposition == stock::Disposition::kSellable)
            moves.on_hand += restocked.quantity;
    }

    OrderMoves& order(const RecordedEvent& event) { return moves_.order(event.stream.to_string()); }
    NoteMoves& note(const RecordedEvent& event) { return moves_.note(event.stream.to_string()); }
    OrderMoves& order_paid_by(const RecordedEvent& event) {
        return moves_.order(order_of_payment_[event.stream.to_string()]);
    }

    std::string system_;
    FigureSums sums_;
    MoveSums moves_;
    std::unordered_map<std::string, std::string> order_of_payment_;
};

}  // namespace

Result<YearFigures> figures_of_log(const Log& log, const std::string& system) {
    LogBooks books(system);
    for (const Partition partition : log.partitions().all()) {
        LogReader reader(log, partition);
        for (;;) {
            SHOP_TRY(entries, reader.read());
            if (entries.empty()) break;
            for (const LogEntry& entry : entries) {
                SHOP_TRY(record, reader.decode(entry));
                books.add(record);
            }
        }
    }
    return books.figures();
}

}  // namespace shop::demo
