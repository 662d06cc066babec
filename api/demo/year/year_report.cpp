#include "api/demo/year/year_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/demo/year/credit_notes.hpp"

namespace shop::demo {
namespace {

constexpr std::size_t kExamplesMax = 3;

void add_to(Tally& tally, std::int64_t units, std::int64_t pence) {
    ++tally.count;
    tally.units += units;
    tally.pence += pence;
}

// What a record is of: units and pence.
Tally size_of(const history::Product&) {
    return {};
}
Tally size_of(const history::Customer&) {
    return {};
}
Tally size_of(const history::Receipt& receipt) {
    return {.units = receipt.quantity};
}
Tally size_of(const history::Adjustment& adjustment) {
    return {.units = adjustment.delta};
}
template <class D>
Tally size_of_lines(const D& document) {
    Tally sum;
    for (const auto& line : document.lines) {
        sum.units += line.quantity;
        sum.pence += line.gross;
    }
    return sum;
}
Tally size_of(const history::Order& order) {
    return size_of_lines(order);
}
Tally size_of(const history::CreditNote& note) {
    return size_of_lines(note);
}
Tally size_of(const history::Payment& payment) {
    return {.pence = payment.amount};
}
Tally size_of(const history::Refund& refund) {
    return {.pence = refund.amount};
}

// Shows an id, if it is among the first of its kind.
void show_some(std::vector<std::string>& examples, const std::string& id) {
    const bool is_told = !examples.empty() && examples.back() == id;
    if (!is_told && examples.size() < kExamplesMax) examples.push_back(id);
}

Tally& tally_of(CreditReport& report, const history::CreditNote& note,
                const history::CreditLine& line) {
    if (line.kind != sale::LineKind::kItem) return report.fees;
    if (line.matched_by)
        return line.matched_by == kSamePrice ? report.same_price : report.other_price;
    return note.customer ? report.nothing_earlier : report.guest;
}

}  // namespace

bool YearReport::agrees() const {
    std::int64_t in = 0;
    std::int64_t out = 0;
    for (const ClassReport& row : classes) {
        in += row.money_in;
        out += row.money_out;
    }
    const auto pence_of = [&](const std::string& type) {
        const auto at = records.find(type);
        return at == records.end() ? 0 : at->second.pence;
    };
    return in == pence_of("order") && out == pence_of("credit_note") &&
           std::ranges::all_of(figures, &Comparison::agrees);
}

void ReportMaker::add_row(const RowFate& fate, std::int64_t pence) {
    ClassReport& report = classes_.at(static_cast<std::size_t>(fate.row_class));
    ++report.rows;
    show_some(report.examples, fate.document);
    if (fate.outcome != Outcome::kAccepted) return;
    (pence < 0 ? report.money_out : report.money_in) += std::abs(pence);
    auto& parts = sources_[{fate.record, fate.id}].parts;
    auto part = std::ranges::find(parts, fate.row_class, &Part::row_class);
    if (part == parts.end()) part = parts.insert(part, {.row_class = fate.row_class});
    ++part->rows;
    (pence < 0 ? part->money_out : part->money_in) += std::abs(pence);
}

void ReportMaker::add(const history::Fate& fate) {
    is_answered_ = true;
    const auto source = sources_.find({fate.type, fate.id});
    if (source != sources_.end()) source->second.fate = fate;
}

void ReportMaker::add(const history::HistoryRecord& record) {
    std::visit(
        [this]<class T>(const T& held) {
            const Tally size = size_of(held);
            add_to(records_[std::string(T::kName)], size.units, size.pence);
            if constexpr (requires { sums_.add(held); }) sums_.add(held);
            if constexpr (requires { add_moves(held, moves_); }) add_moves(held, moves_);
            if constexpr (std::is_same_v<T, history::CreditNote>) add_details(held);
            if constexpr (std::is_same_v<T, history::Adjustment>)
                add_to(adjusted_[std::string(enum_name(held.reason))], held.delta, 0);
        },
        record);
}

void ReportMaker::add_details(const history::CreditNote& note) {
    std::set<std::string_view> orders;
    for (const history::CreditLine& line : note.lines) {
        add_to(tally_of(credits_, note, line), line.quantity, line.gross);
        if (line.restock) add_to(credits_.restocked, line.quantity, line.gross);
        if (line.order) orders.insert(*line.order);
        if (line.order_amount)
            add_to(credits_.over, line.quantity, line.gross - *line.order_amount);
    }
    if (orders.size() > 1) ++credits_.notes_over_several_orders;
    if (note.reverses) ++credits_.reversals;
    for (const history::Settlement& settlement : note.settle)
        add_to(credits_.settled[std::string(enum_name(settlement.by))], 0, settlement.amount);
}

namespace {

void add_refused(std::vector<ShopRefusals>& all, const std::string& code, const std::string& id,
                 std::int64_t rows) {
    auto same = std::ranges::find(all, code, &ShopRefusals::code);
    if (same == all.end()) same = all.insert(same, {.code = code});
    same->rows += rows;
    show_some(same->examples, id);
}

}  // namespace

// A record of which the shop said nothing is not in it.
void ReportMaker::add_answers(std::vector<ClassReport>& classes) const {
    if (!is_answered_) return;
    for (ClassReport& row : classes) row.accepted = 0;
    for (const auto& [key, source] : sources_) {
        const bool is_there = source.fate && source.fate->outcome != history::Outcome::kRefused;
        for (const Part& part : source.parts) {
            ClassReport& row = classes.at(static_cast<std::size_t>(part.row_class));
            if (is_there) {
                *row.accepted += part.rows;
                continue;
            }
            row.money_in -= part.money_in;
            row.money_out -= part.money_out;
            add_refused(row.refusals, source.fate ? source.fate->code : "not-answered", key.second,
                        part.rows);
        }
    }
}

YearReport ReportMaker::report(const YearFigures& golden) const {
    YearReport report{.records = records_, .adjusted = adjusted_, .credits = credits_};
    for (std::size_t i = 0; i < kRowClasses; ++i) {
        ClassReport row = classes_.at(i);
        const ClassRule& rule = rule_of(static_cast<RowClass>(i));
        row.title = rule.title;
        row.record = rule.record;
        row.outcome = rule.outcome;
        row.code = rule.code;
        row.why = rule.why;
        report.rows += row.rows;
        report.classes.push_back(std::move(row));
    }
    add_answers(report.classes);
    YearFigures found = sums_.figures(report.rows);
    found.moves = moves_.figures();
    report.figures = compare(golden, found);
    return report;
}

}  // namespace shop::demo
