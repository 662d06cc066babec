#include "api/demo/year/year_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "api/demo/year/london_time.hpp"
#include "core/json/decode.hpp"

namespace shop::demo {
namespace {

std::string average(std::int64_t pence, std::int64_t orders) {
    return pounds_text(orders == 0 ? 0 : multiply_divide(pence, 1, orders, Rounding::kHalfUp));
}

std::string difference_of(std::int64_t expected, std::int64_t found) {
    return std::to_string(found - expected);
}
std::string difference_of(const std::string& expected, const std::string& found) {
    const auto pence = [](std::string_view text) {
        const bool is_negative = text.starts_with('-');
        const auto amount = parse_minor_units(text.substr(is_negative ? 1 : 0), 2).value_or(0);
        return is_negative ? -amount : amount;
    };
    return pounds_text(pence(found) - pence(expected));
}

std::string text_of(std::int64_t number) {
    return std::to_string(number);
}
const std::string& text_of(const std::string& text) {
    return text;
}

template <class T>
void compare_members(const std::string& prefix, const T& expected, const T& found,
                     std::vector<Comparison>& out) {
    boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto member) {
        const auto& a = expected.*member.pointer;
        const auto& b = found.*member.pointer;
        if constexpr (requires { text_of(a); })
            out.push_back({prefix + member.name, text_of(a), text_of(b), difference_of(a, b)});
    });
}

bool has_price(const history::OrderLine& line) {
    return line.unit_price.minor_units > 0 ||
           (line.unit_price.precise && line.unit_price.precise->units > 0);
}

}  // namespace

std::string pounds_text(std::int64_t pence) {
    return fmt::format("{}{}.{:02}", pence < 0 ? "-" : "", std::abs(pence) / 100,
                       std::abs(pence) % 100);
}

Result<YearFigures> load_golden_figures(const std::filesystem::path& demo) {
    const auto file = demo / "online-retail" / "golden.json";
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return fail(
            ErrorCode::kUnavailable, "no-demo-data",
            "The demo's file " + file.string() + " cannot be read. Say where it is: --demo-files.");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    auto figures = json::from_json<YearFigures>(text, json::Missing::kIsError);
    if (!figures)
        return fail(ErrorCode::kCorrupt, "bad-demo-data",
                    file.string() + ": " + figures.error().message);
    return figures;
}

std::vector<Comparison> compare(const YearFigures& expected, const YearFigures& found) {
    std::vector<Comparison> all;
    compare_members("", expected, found, all);
    compare_members("", expected.moves, found.moves, all);
    std::set<std::string> months;
    for (const YearFigures* figures : {&expected, &found})
        for (const auto& [month, unused] : figures->months) months.insert(month);
    const auto month_of = [](const YearFigures& figures, const std::string& month) {
        const auto at = figures.months.find(month);
        return at == figures.months.end() ? MonthFigures{} : at->second;
    };
    for (const std::string& month : months)
        compare_members(month + " ", month_of(expected, month), month_of(found, month), all);
    return all;
}

void FigureSums::add(const history::Order& order) {
    Sum sum{.orders = 1};
    bool is_sale = false;
    for (const history::OrderLine& line : order.lines) {
        if (!has_price(line)) continue;
        is_sale = true;
        sum.pence += line.gross;
        sum.units += line.quantity;
    }
    if (!is_sale) return;
    for (Sum* all : {&all_, &months_[london_month_of(order.at)]}) {
        all->pence += sum.pence;
        all->orders += sum.orders;
        all->units += sum.units;
    }
    if (order.customer)
        ++orders_of_[*order.customer];
    else
        ++without_customer_;
}

void FigureSums::add(const history::CreditNote& note) {
    ++notes_;
    for (const history::CreditLine& line : note.lines) refunds_ += line.gross;
}

YearFigures FigureSums::figures(std::int64_t rows) const {
    YearFigures figures{.rows = rows,
                        .orders = all_.orders,
                        .gross = pounds_text(all_.pence),
                        .units = all_.units,
                        .aov = average(all_.pence, all_.orders),
                        .cancelled_documents = notes_,
                        .refunds = pounds_text(refunds_),
                        .net = pounds_text(all_.pence - refunds_),
                        .customers = static_cast<std::int64_t>(orders_of_.size()),
                        .repeat_customers = std::ranges::count_if(
                            orders_of_, [](const auto& at) { return at.second > 1; }),
                        .orders_without_customer = without_customer_};
    for (const auto& [month, sum] : months_)
        figures.months[month] = {.gross = pounds_text(sum.pence),
                                 .orders = sum.orders,
                                 .units = sum.units,
                                 .aov = average(sum.pence, sum.orders)};
    return figures;
}

}  // namespace shop::demo
