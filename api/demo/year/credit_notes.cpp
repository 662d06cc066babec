#include "api/demo/year/credit_notes.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>

#include "api/demo/year/row_class.hpp"
#include "api/history/record_checks.hpp"

namespace shop::demo {

using history::CreditLine;
using history::CreditNote;
using history::SettledBy;
using history::Settlement;

struct CreditNotes::Draft {
    const YearDocument& document;
    CreditNote note;
    std::int64_t offline = 0;
    std::int64_t offset = 0;

    // One settlement per order, in the order in which its lines come first.
    void refund(const std::string& order, std::int64_t amount) {
        if (amount == 0) return;
        const auto found = std::ranges::find(note.settle, order, &Settlement::order);
        if (found != note.settle.end())
            found->amount += amount;
        else
            note.settle.push_back({.by = SettledBy::kRefund, .amount = amount, .order = order});
    }
};

void CreditNotes::sell(std::uint32_t place) {
    const YearDocument& document = book_.data.documents[place];
    if (document.customer == 0) return;
    sales_[document.customer].push_back(place);
    for (std::uint32_t i = 0; i < document.rows.size(); ++i) {
        const YearRow& row = document.rows[i];
        if (class_of(book_.data, document, row) == RowClass::kGoods)
            matcher_.sell(document.customer, book_.data.goods[row.good].sku,
                          {.document = place,
                           .line = i + 1,
                           .price_milli = row.price_milli,
                           .quantity = row.quantity,
                           .pence = pence_of(row)});
    }
}

CreditNote CreditNotes::note_of(const YearDocument& document) {
    Draft draft{
        .document = document,
        .note = {
            .id = document.number, .at = document.at, .currency = kPounds, .reason = "canceled"}};
    CreditNote& note = draft.note;
    if (document.customer != 0) note.customer = std::to_string(document.customer);
    for (const YearRow& row : document.rows)
        if (book_.data.is_goods(row))
            add_goods(draft, row);
        else
            add_fee(draft, row);
    if (draft.offline > 0)
        note.settle.push_back({.by = SettledBy::kOffline, .amount = draft.offline});
    if (draft.offset > 0) note.settle.push_back({.by = SettledBy::kOffset, .amount = draft.offset});
    if (const YearDocument* reversed = find_reversed(document)) note.reverses = reversed->number;
    return std::move(draft.note);
}

// A line for each order line it belongs to, and one for what belongs to none.
void CreditNotes::add_goods(Draft& draft, const YearRow& row) {
    const std::uint32_t customer = draft.document.customer;
    std::int64_t quantity = -row.quantity;
    std::vector<CreditLink> links;
    if (customer != 0)
        links =
            matcher_.credit(customer, book_.data.goods[row.good].sku, row.price_milli, quantity);
    for (const CreditLink& link : links) {
        CreditLine& line = draft.note.lines.emplace_back(line_of(row, link.quantity));
        line.order = book_.data.documents[link.document].number;
        line.order_line = std::to_string(link.line);
        if (link.pence < line.gross) line.order_amount = link.pence;
        line.matched_by = link.is_same_price ? kSamePrice : kOtherPrice;
        draft.refund(*line.order, link.pence);
        draft.offline += line.gross - link.pence;
        quantity -= link.quantity;
    }
    if (quantity == 0) return;
    draft.note.lines.push_back(line_of(row, quantity));
    draft.offline += draft.note.lines.back().gross;
}

void CreditNotes::add_fee(Draft& draft, const YearRow& row) const {
    draft.note.lines.push_back(line_of(row, -row.quantity));
    draft.offset += draft.note.lines.back().gross;
}

CreditLine CreditNotes::line_of(const YearRow& row, std::int64_t quantity) const {
    const Sku& sku = book_.data.sku_of(row);
    CreditLine line{.kind = sku.fee.value_or(sale::LineKind::kItem),
                    .sku = sku.code,
                    .title = book_.titles[row.good],
                    .quantity = quantity,
                    .unit_price = unit_price_of(row.price_milli),
                    .restock = !sku.fee};
    line.gross = history::gross_of(line.unit_price, quantity, kPounds);
    return line;
}

// The newest earlier sale of the customer that has the same rows, all of them and no others.
const YearDocument* CreditNotes::find_reversed(const YearDocument& credit) const {
    const auto sales = sales_.find(credit.customer);
    if (sales == sales_.end()) return nullptr;
    const auto rows_of = [&](const YearDocument& document) {
        std::vector<std::tuple<std::uint32_t, std::int32_t, std::int64_t>> rows;
        for (const YearRow& row : document.rows)
            rows.emplace_back(book_.data.goods[row.good].sku, std::abs(row.quantity),
                              row.price_milli);
        std::ranges::sort(rows);
        return rows;
    };
    const auto wanted = rows_of(credit);
    for (const std::uint32_t place : sales->second | std::views::reverse) {
        const YearDocument& sale = book_.data.documents[place];
        if (sale.rows.size() == wanted.size() && rows_of(sale) == wanted) return &sale;
    }
    return nullptr;
}

}  // namespace shop::demo
