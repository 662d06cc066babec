// What a shop's books say of the year, to be compared with what an independent script found
// (demo/online-retail/golden.json). Amounts are decimal texts in pounds.
//
// An order is a document that is no credit and has a line at a price; a customer one with at least
// one such order; units are those of lines at a price. Months are London's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/history/history_records.hpp"
#include "core/base/describe.hpp"
#include "core/base/result.hpp"

namespace shop::demo {

struct MonthFigures {
    std::string gross;
    std::int64_t orders = 0;
    std::int64_t units = 0;
    std::string aov;  // average order value
    bool operator==(const MonthFigures&) const = default;
};
SHOP_DESCRIBE(MonthFigures, gross, orders, units, aov)

// What became of the year's orders and credit notes: money, numbers and goods. open_balances is the
// sum of what is left to be paid and what is owed, of all orders, each without its sign.
struct MoveFigures {
    std::string captured;
    std::string refunded;  // on the payments of orders
    std::string open_balances;
    std::int64_t notes_settled = 0;
    std::int64_t highest_note_number = 0;
    std::int64_t units_shipped = 0;
    std::int64_t units_returned = 0;
    std::int64_t units_on_hand = 0;  // of what the year moved, and of what the shop opens with
    bool operator==(const MoveFigures&) const = default;
};
SHOP_DESCRIBE(MoveFigures, captured, refunded, open_balances, notes_settled, highest_note_number,
              units_shipped, units_returned, units_on_hand)

struct YearFigures {
    std::int64_t rows = 0;
    std::int64_t orders = 0;
    std::string gross;
    std::int64_t units = 0;
    std::string aov;
    std::int64_t cancelled_documents = 0;
    std::string refunds;
    std::string net;
    std::int64_t customers = 0;
    std::int64_t repeat_customers = 0;
    std::int64_t orders_without_customer = 0;
    MoveFigures moves;
    std::map<std::string, MonthFigures> months;
    bool operator==(const YearFigures&) const = default;
};
SHOP_DESCRIBE(YearFigures, rows, orders, gross, units, aov, cancelled_documents, refunds, net,
              customers, repeat_customers, orders_without_customer, moves, months)

// `demo` is the folder demo/ of the source tree. kUnavailable "no-demo-data", kCorrupt
// "bad-demo-data".
Result<YearFigures> load_golden_figures(const std::filesystem::path& demo);

// 123456 → "1234.56".
std::string pounds_text(std::int64_t pence);

// One figure of both, and what is between them: "0" or "0.00" if they agree.
struct Comparison {
    std::string figure;
    std::string expected;
    std::string found;
    std::string difference;
    bool agrees() const { return expected == found; }
    bool operator==(const Comparison&) const = default;
};
SHOP_DESCRIBE(Comparison, figure, expected, found, difference)

// Every figure, also of months that only one of them has.
std::vector<Comparison> compare(const YearFigures& expected, const YearFigures& found);

// Sums the figures up, document by document; all but the moves.
class FigureSums {
  public:
    void add(const history::Order& order);
    void add(const history::CreditNote& note);
    YearFigures figures(std::int64_t rows) const;

  private:
    struct Sum {
        std::int64_t pence = 0;
        std::int64_t orders = 0;
        std::int64_t units = 0;
    };

    Sum all_;
    std::map<std::string, Sum> months_;
    std::unordered_map<std::string, std::int64_t> orders_of_;  // by customer
    std::int64_t without_customer_ = 0;
    std::int64_t notes_ = 0;
    std::int64_t refunds_ = 0;
};

}  // namespace shop::demo
