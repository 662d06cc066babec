#include "core/credit_note/lines.hpp"

#include <unordered_map>
#include <utility>

#include "core/pricing/totals.hpp"

namespace shop::credit_note {
namespace {

// What of `whole` falls to the part of the gross from `done` to `done + amount`.
Money share(const Money& whole, const Money& gross, const Money& done, const Money& amount) {
    if (gross.is_zero()) return {0, whole.currency};
    const std::int64_t sign = gross.minor_units < 0 ? -1 : 1;
    const auto up_to = [&](std::int64_t minor_units) {
        return multiply_divide(whole.minor_units, minor_units * sign, gross.minor_units * sign,
                               Rounding::kHalfUp);
    };
    return {up_to(done.minor_units + amount.minor_units) - up_to(done.minor_units), whole.currency};
}

// Of what was credited, what is about no line.
Money credited_without_line(const order::State& order) {
    Money amount = order.credited_amount;
    for (const auto& [_, line] : order.progress) amount = amount - line.credited_amount;
    return amount;
}

// A reduction that is about no line takes the tax of the whole sale, in its proportions; `done` of
// such reductions were made before.
sale::Line reduction_of(const sale::Line& given, const order::State& order, const Money& done,
                        const Money& amount) {
    const sale::Totals& sold = order.placed.totals;
    sale::Line line = given;
    line.kind = sale::LineKind::kAdjustment;
    line.quantity = 1;
    line.unit_price = {amount, {}};
    line.gross = line.net = amount;
    line.tax.clear();
    for (sale::TaxLine tax : sold.tax_lines) {
        tax.base = share(tax.base, sold.total, done, amount);
        tax.amount = share(tax.amount, sold.total, done, amount);
        line.net = line.net - tax.amount;
        line.tax.push_back(std::move(tax));
    }
    return line;
}

Line described(const Wanted& wanted, const CreditNoteId& note, std::size_t n) {
    Line line;
    line.order_id = wanted.order_id;
    line.order_line_id = wanted.order_line_id;
    line.restock = wanted.restock;
    line.disposition = wanted.disposition;
    line.matched_by = wanted.matched_by;
    line.line.line_id = line_of(note, n);
    return line;
}

}  // namespace

sale::Line cut(const sale::Line& sold, const Money& done, const Money& amount,
               std::int64_t quantity) {
    sale::Line line = sold;
    line.quantity = quantity;
    line.gross = line.net = amount;
    for (sale::TaxLine& tax : line.tax) {
        tax.base = share(tax.base, sold.gross, done, amount);
        tax.amount = share(tax.amount, sold.gross, done, amount);
        line.net = line.net - tax.amount;
    }
    for (sale::Discount& discount : line.discounts)
        discount.amount = share(discount.amount, sold.gross, done, amount);
    return line;
}

std::vector<Line> lines_of(const Request& request, const order::State& order,
                           const std::vector<order::LineAmount>& granted) {
    struct Sold {
        const sale::Line* line = nullptr;
        Money done;
    };
    std::unordered_map<LineId, Sold> sold;
    for (const sale::Line& line : order.placed.lines) {
        const order::LineProgress done = order.progress_of(line.line_id);
        sold[line.line_id] = {&line, done.canceled_amount + done.credited_amount};
    }
    Money reduced = credited_without_line(order);
    std::vector<Line> lines;
    lines.reserve(request.lines.size());
    for (std::size_t n = 0; n < request.lines.size(); ++n) {
        Line line = described(request.lines[n], request.note, n);
        const LineId own_id = line.line.line_id;
        line.order_id = request.order;
        if (line.order_line_id.is_empty()) {
            line.line = reduction_of(request.lines[n].sold, order, reduced, granted[n].amount);
            reduced += granted[n].amount;
        } else {
            Sold& from = sold.at(line.order_line_id);
            line.line = cut(*from.line, from.done, granted[n].amount, granted[n].quantity);
            from.done += granted[n].amount;
        }
        line.line.line_id = own_id;
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<Line> lines_of(const Request& request) {
    std::vector<Line> lines;
    lines.reserve(request.lines.size());
    for (std::size_t n = 0; n < request.lines.size(); ++n) {
        Line line = described(request.lines[n], request.note, n);
        const LineId own_id = line.line.line_id;
        line.line = request.lines[n].sold;
        line.line.line_id = own_id;
        lines.push_back(std::move(line));
    }
    return lines;
}

sale::Totals totals_of(const std::vector<Line>& lines, const sale::Terms& terms) {
    std::vector<sale::Line> sold;
    sold.reserve(lines.size());
    for (const Line& line : lines) sold.push_back(line.line);
    return pricing::totals_of(sold, terms.currency, terms.prices_include_tax);
}

}  // namespace shop::credit_note
