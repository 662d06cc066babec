#include "api/history/credit_commands.hpp"

#include <algorithm>
#include <utility>

#include "core/catalog/sold_line.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::history {
namespace {

using credit_note::Wanted;

// What is credited of a line of some other order, or of none.
sale::Line sold_of(const CreditLine& line, std::int64_t gross, Currency currency,
                   const CatalogFold& catalog) {
    sale::Line sold;
    if (line.kind == sale::LineKind::kItem)
        if (const auto product = catalog.find_any_sku(*line.sku))
            sold = catalog::line_of(*product, product->state.find_sku(*line.sku)->variant);
    sold.kind = line.kind;
    sold.sku = line.sku.value_or("");
    sold.title = line.title;
    sold.quantity = line.quantity;
    sold.unit_price = {{line.unit_price.minor_units, currency}, line.unit_price.precise};
    sold.price_source.source = sale::PriceSourceKind::kImport;
    sold.tax_class.clear();
    sold.net = sold.gross = {gross, currency};
    return sold;
}

// What is credited beyond what was paid for the order's line.
sale::Line rest_of(const CreditLine& line, std::int64_t gross, Currency currency) {
    sale::Line rest;
    rest.kind = sale::LineKind::kAdjustment;
    rest.title = line.title;
    rest.quantity = 1;
    rest.net = rest.gross = rest.unit_price.money = {gross, currency};
    rest.price_source.source = sale::PriceSourceKind::kImport;
    return rest;
}

credit_note::SettledBy settled_by(SettledBy by) {
    switch (by) {
        case SettledBy::kRefund:
            return credit_note::SettledBy::kRefund;
        case SettledBy::kOffline:
            return credit_note::SettledBy::kOffline;
        case SettledBy::kOffset:
            return credit_note::SettledBy::kOffset;
        case SettledBy::kStoreCredit:
            return credit_note::SettledBy::kStoreCredit;
    }
    return credit_note::SettledBy::kOffline;
}

CreditNoteId id_of(const OrderId& order, std::string_view type, const std::string& system,
                   const std::string& id) {
    if (order.is_empty())
        return CreditNoteId::derive({"credit note", "external", type, system, id});
    return CreditNoteId::derive(order.slot(), {"credit note", "external", type, system, id});
}

void add_lines(const CreditNote& note, const CreditLine& line, const std::string& system,
               const CatalogFold& catalog, credit_note::Request& request) {
    Wanted wanted;
    wanted.restock = line.restock ? line.quantity : 0;
    wanted.quantity = line.quantity;
    wanted.matched_by = line.matched_by.value_or("");
    const std::int64_t amount =
        line.order_line ? line.order_amount.value_or(line.gross) : line.gross;
    if (line.order_line) {
        wanted.order_id = order_id_of(system, *line.order);
        wanted.order_line_id = checkout::line_of(wanted.order_id, *line.order_line);
        wanted.amount = Money{amount, note.currency};
    }
    if (request.order.is_empty()) wanted.sold = sold_of(line, amount, note.currency, catalog);
    request.lines.push_back(std::move(wanted));
    if (amount == line.gross) return;
    Wanted rest;
    rest.quantity = 1;
    rest.sold = rest_of(line, line.gross - amount, note.currency);
    request.lines.push_back(std::move(rest));
}

// Of a note that stands apart each order settles its part by itself.
std::vector<credit_note::Settlement> settlements_of(const CreditNote& note, const OrderId& order) {
    std::vector<credit_note::Settlement> all;
    std::int64_t left = 0;
    for (const CreditLine& line : note.lines) left += line.gross;
    for (const Settlement& told : note.settle) {
        left -= told.amount;
        if (told.by == SettledBy::kRefund && order.is_empty()) continue;
        credit_note::Settlement& made = all.emplace_back();
        made.by = settled_by(told.by);
        made.amount = {told.amount, note.currency};
        made.order_id = order;
    }
    if (left > 0 && !order.is_empty())
        all.push_back({credit_note::SettledBy::kOffset, {left, note.currency}, order, {}, {}});
    return all;
}

}  // namespace

OrderId own_order_of(const CreditNote& note, const std::string& system) {
    const std::optional<std::string>& order = note.lines.front().order;
    const bool is_all = std::ranges::all_of(note.lines, [&](const CreditLine& line) {
        return line.order_line && line.order == order &&
               line.order_amount.value_or(line.gross) == line.gross;
    });
    const bool is_settled_there =
        std::ranges::all_of(note.settle, [&](const Settlement& settlement) {
            return settlement.by != SettledBy::kRefund || settlement.order == order;
        });
    return is_all && is_settled_there ? order_id_of(system, *order) : OrderId{};
}

CreditNoteId note_id_of(const CreditNote& note, const std::string& system) {
    return id_of(own_order_of(note, system), CreditNote::kName, system, note.id);
}

CreditNoteId note_id_of(const Refund& refund, const std::string& system) {
    return id_of(order_id_of(system, refund.order), Refund::kName, system, refund.id);
}

credit_note::Request request_of(const CreditNote& note, const std::string& system,
                                const CatalogFold& catalog) {
    credit_note::Request request;
    request.order = own_order_of(note, system);
    request.note = note_id_of(note, system);
    if (note.customer) request.customer = customer_id_of(system, *note.customer);
    for (const CreditLine& line : note.lines) add_lines(note, line, system, catalog, request);
    request.settlements = settlements_of(note, request.order);
    request.terms.currency = note.currency;
    request.terms.exponent = note.currency.exponent();
    request.reason = {"import", note.reason};
    request.external = sale::External{system, note.id};
    if (note.reverses) request.reverses = order_id_of(system, *note.reverses);
    request.credited_at = note.at;
    return request;
}

credit_note::Request request_of(const Refund& refund, const std::string& system,
                                Currency currency) {
    credit_note::Request request;
    request.order = order_id_of(system, refund.order);
    request.note = note_id_of(refund, system);
    std::int64_t rest = refund.amount;
    for (const RefundLine& line : refund.lines.value_or(std::vector<RefundLine>())) {
        Wanted& wanted = request.lines.emplace_back();
        wanted.order_line_id = checkout::line_of(request.order, line.order_line);
        wanted.quantity = line.quantity;
        wanted.amount = Money{line.amount, currency};
        wanted.restock = line.restock ? line.quantity : 0;
        rest -= line.amount;
    }
    if (rest > 0) {
        Wanted& wanted = request.lines.emplace_back();
        wanted.amount = Money{rest, currency};
        wanted.sold.title = refund.reason;
    }
    credit_note::Settlement settlement;
    settlement.amount = {refund.amount, currency};
    settlement.order_id = request.order;
    request.settlements = std::vector{settlement};
    request.reason = {"import", refund.reason};
    request.external = sale::External{system, refund.id};
    request.credited_at = refund.at;
    return request;
}

}  // namespace shop::history
