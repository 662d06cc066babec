// How a report of the year is shown to people.
#include <fmt/format.h>

#include "api/demo/year/year_report.hpp"

namespace shop::demo {
namespace {

// 541909 → "541,909"; digits behind a point are left alone.
std::string grouped(std::string_view number) {
    const std::size_t end = std::min(number.find('.'), number.size());
    std::string out(number);
    for (std::size_t at = end; at > 3; at -= 3)
        if (const std::size_t place = at - 3; out[place - 1] != '-') out.insert(place, ",");
    return out;
}
std::string grouped(std::int64_t number) {
    return grouped(std::to_string(number));
}
std::string money(std::int64_t pence) {
    return grouped(pounds_text(pence));
}

// Nothing where no shop was asked.
std::string accepted(const std::optional<std::int64_t>& rows) {
    return rows ? grouped(*rows) : std::string();
}

void add_class(std::string& out, const ClassReport& row) {
    const std::string became =
        row.record.empty() ? std::string(enum_name(row.outcome)) : row.record;
    out += fmt::format("{:<27}{:>9}  {:<12}{:>9}{:>15}{:>13}  {}\n", row.title, grouped(row.rows),
                       became, accepted(row.accepted), money(row.money_in), money(row.money_out),
                       row.examples.empty() ? "" : row.examples.front());
    if (!row.code.empty())
        out += fmt::format("    {}: {} ({})\n", row.code, row.why, fmt::join(row.examples, ", "));
    for (const ShopRefusals& refused : row.refusals)
        out += fmt::format("    the shop refused {}: {} ({})\n", grouped(refused.rows),
                           refused.code, fmt::join(refused.examples, ", "));
}

void add_classes(std::string& out, const YearReport& report) {
    out += fmt::format("{:<27}{:>9}  {:<12}{:>9}{:>15}{:>13}  {}\n", "rows that are", "rows",
                       "become", "accepted", "money in", "money out", "such as");
    ClassReport all{.title = "all", .rows = report.rows, .record = " "};
    for (const ClassReport& row : report.classes) {
        add_class(out, row);
        if (row.accepted) all.accepted = all.accepted.value_or(0) + *row.accepted;
        all.money_in += row.money_in;
        all.money_out += row.money_out;
    }
    add_class(out, all);
}

void add_tally(std::string& out, std::string_view title, const Tally& tally) {
    out += fmt::format("{:<40}{:>9}{:>12}{:>15}\n", title, grouped(tally.count),
                       grouped(tally.units), money(tally.pence));
}

void add_tallies(std::string& out, std::string_view title,
                 const std::map<std::string, Tally>& tallies) {
    out += fmt::format("\n{:<40}{:>9}{:>12}{:>15}\n", title, "number", "units", "money");
    for (const auto& [name, tally] : tallies) add_tally(out, name, tally);
}

void add_credits(std::string& out, const CreditReport& credits) {
    out += fmt::format("\n{:<40}{:>9}{:>12}{:>15}\n", "lines of credit notes", "number", "units",
                       "money");
    add_tally(out, "of an order line, same price", credits.same_price);
    add_tally(out, "of an order line, other price", credits.other_price);
    add_tally(out, "of a customer, nothing earlier", credits.nothing_earlier);
    add_tally(out, "of nobody known", credits.guest);
    add_tally(out, "fees", credits.fees);
    add_tally(out, "put back into the stock (assumed)", credits.restocked);
    add_tally(out, "above what the order line was paid", credits.over);
    out += fmt::format("{:<40}{:>9}\n", "notes over several orders",
                       grouped(credits.notes_over_several_orders));
    out += fmt::format("{:<40}{:>9}\n", "notes that reverse a whole order",
                       grouped(credits.reversals));
    add_tallies(out, "settled by", credits.settled);
}

}  // namespace

std::string text_of(const YearReport& report) {
    std::string out;
    add_classes(out, report);
    add_tallies(out, "records", report.records);
    add_tallies(out, "stock changed by", report.adjusted);
    add_credits(out, report.credits);
    out +=
        fmt::format("\n{:<26}{:>18}{:>18}{:>14}\n", "figure", "independent", "found", "difference");
    for (const Comparison& figure : report.figures)
        out += fmt::format("{:<26}{:>18}{:>18}{:>14}\n", figure.figure, grouped(figure.expected),
                           grouped(figure.found), grouped(figure.difference));
    return out;
}

}  // namespace shop::demo
