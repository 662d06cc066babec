#include "api/demo/year/shop_books.hpp"
#include "core/credit_note/credit_note.hpp"
#include "core/order/order.hpp"
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

void add(const Record& record, const std::string& system, FigureSums& sums) {
    for (const RecordedEvent& event : record.events) {
        if (const auto* placed = event.data.get_if<order::Placed>())
            if (is_of(placed->external, system)) sums.add(order_of(*placed, record.time_of(event)));
        if (const auto* requested = event.data.get_if<credit_note::Requested>())
            if (is_of(requested->external, system)) sums.add(note_of(*requested));
    }
}

}  // namespace

Result<YearFigures> figures_of_log(const Log& log, const std::string& system) {
    FigureSums sums;
    for (const Partition partition : log.partitions().all()) {
        LogReader reader(log, partition);
        for (;;) {
            SHOP_TRY(entries, reader.read());
            if (entries.empty()) break;
            for (const LogEntry& entry : entries) {
                SHOP_TRY(record, reader.decode(entry));
                add(record, system, sums);
            }
        }
    }
    return sums.figures(0);
}

}  // namespace shop::demo
