#include "api/history/history_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace shop::history {
namespace {

constexpr std::size_t kExamplesMax = 5;

// What reports and their kinds count.
template <class R>
void count(R& report, const Fate& fate) {
    ++report.read;
    switch (fate.outcome) {
        case Outcome::kAccepted:
            ++report.accepted;
            return;
        case Outcome::kAlreadyThere:
            ++report.already_there;
            return;
        case Outcome::kRefused:
            ++report.refused;
            return;
    }
}

// The element whose member is that text; made if there is none.
template <class T>
T& find_or_add(std::vector<T>& all, std::string T::* member, const std::string& text) {
    const auto found = std::ranges::find(all, text, member);
    if (found != all.end()) return *found;
    T& added = all.emplace_back();
    added.*member = text;
    return added;
}

template <class R>
void add_counts(std::string& out, std::string_view title, const R& counted) {
    out += fmt::format("{:<14}{:>12}{:>12}{:>16}{:>12}\n", title, counted.read, counted.accepted,
                       counted.already_there, counted.refused);
}

// "money: sold 25.00 EUR, paid 25.00 EUR", "units: shipped 2", each if there is any.
void add_sums(std::string& out, const Sums& sums) {
    const auto add_line = [&](std::string_view title, auto&& texts) {
        if (!texts.empty()) out += fmt::format("    {}: {}\n", title, fmt::join(texts, ", "));
    };
    for (const MoneySums& money : sums.money) {
        std::vector<std::string> texts;
        for_each_member(money, [&]<class T>(std::string_view name, const T& amount) {
            if constexpr (std::is_same_v<T, std::int64_t>)
                if (amount != 0)
                    texts.push_back(
                        fmt::format("{} {}", name, to_string(Money{amount, money.currency})));
        });
        add_line("money", texts);
    }
    std::vector<std::string> texts;
    for_each_member(sums.units, [&](std::string_view name, std::int64_t units) {
        if (units != 0) texts.push_back(fmt::format("{} {}", name, units));
    });
    add_line("units", texts);
    if (sums.left_out > 0)
        out += fmt::format(
            "    {} records are in none of these sums, which they would make too large; import "
            "them as a file of their own to see what they move\n",
            sums.left_out);
}

}  // namespace

void KindReport::add(const Fate& fate, const RecordSums& record_sums) {
    count(*this, fate);
    if (fate.outcome == Outcome::kAccepted) sums.add(record_sums);
    if (fate.outcome != Outcome::kRefused) return;
    Refusals& same = find_or_add(refusals, &Refusals::code, fate.code);
    ++same.records;
    if (same.examples.size() < kExamplesMax) same.examples.push_back(fate);
}

void HistoryReport::add(const Fate& fate, const RecordSums& record_sums) {
    count(*this, fate);
    if (fate.outcome == Outcome::kAccepted) sums.add(record_sums);
    find_or_add(kinds, &KindReport::type, fate.type).add(fate, record_sums);
}

std::string text_of(const HistoryReport& report) {
    std::string out = fmt::format("{:<14}{:>12}{:>12}{:>16}{:>12}\n", "records", "read",
                                  report.dry_run ? "good" : "accepted", "already there", "refused");
    for (const KindReport& kind : report.kinds) {
        add_counts(out, kind.type.empty() ? "(unreadable)" : kind.type, kind);
        add_sums(out, kind.sums);
        for (const Refusals& refusals : kind.refusals) {
            out += fmt::format("    {}: {}\n", refusals.code, refusals.records);
            for (const Fate& example : refusals.examples)
                out += fmt::format("      line {}{}: {}\n", example.line,
                                   example.id.empty() ? "" : ", " + example.id, example.reason);
        }
    }
    add_counts(out, "all", report);
    add_sums(out, report.sums);
    return out;
}

std::string reason_of(const Error& error) {
    std::string text;
    for (const FieldError& field : error.fields) {
        if (!text.empty()) text += "; ";
        const bool is_pointer = field.pointer.starts_with('/');
        text += field.pointer.substr(is_pointer ? 1 : 0) + " " + field.detail;
    }
    return text.empty() ? error.message : text;
}

}  // namespace shop::history
