// What became of the year, to the row: one line per class of rows, how credits were matched, and
// the figures beside those of an independent script. Counted from the rows and from the records
// made of them, each on its own, so that one shows what the other lost.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/demo/year/move_sums.hpp"
#include "api/demo/year/row_class.hpp"
#include "api/demo/year/year_figures.hpp"
#include "api/history/history_records.hpp"
#include "api/history/history_report.hpp"

namespace shop::demo {

// What became of one row.
struct RowFate {
    std::uint32_t row = 0;  // in the data set, the first being 1
    std::string document;
    std::string sku;
    RowClass row_class = RowClass::kGoods;
    Outcome outcome = Outcome::kAccepted;
    std::string code;    // why not
    std::string record;  // the type of the record it is in
    std::string id;      // of that record
    bool operator==(const RowFate&) const = default;
};
SHOP_DESCRIBE(RowFate, row, document, sku, row_class, outcome, code, record, id)

// Rows whose record the shop refused.
struct ShopRefusals {
    std::string code;
    std::int64_t rows = 0;
    std::vector<std::string> examples;  // ids of records
    bool operator==(const ShopRefusals&) const = default;
};
SHOP_DESCRIBE(ShopRefusals, code, rows, examples)

// Money in pence. Of refused and ignored rows none moved, be it the shop that refused them.
struct ClassReport {
    std::string title;
    std::int64_t rows = 0;
    std::string record;
    Outcome outcome = Outcome::kAccepted;  // before any shop is asked
    std::optional<std::int64_t> accepted;  // rows that the shop has; nothing: it was not asked
    std::vector<ShopRefusals> refusals;
    std::string code;
    std::string why;
    std::int64_t money_in = 0;
    std::int64_t money_out = 0;
    std::vector<std::string> examples;  // numbers of documents
    bool operator==(const ClassReport&) const = default;
};
SHOP_DESCRIBE(ClassReport, title, rows, record, outcome, accepted, refusals, code, why, money_in,
              money_out, examples)

struct Tally {
    std::int64_t count = 0;
    std::int64_t units = 0;
    std::int64_t pence = 0;
    bool operator==(const Tally&) const = default;
};
SHOP_DESCRIBE(Tally, count, units, pence)

// Lines of credit notes by what is known of their sale, and what that did.
struct CreditReport {
    Tally same_price;
    Tally other_price;
    Tally nothing_earlier;  // of a known customer
    Tally guest;
    Tally fees;
    Tally restocked;
    Tally over;  // links to lines for which less was paid than is credited, and by how much
    std::int64_t notes_over_several_orders = 0;
    std::int64_t reversals = 0;
    std::map<std::string, Tally> settled;  // by how
    bool operator==(const CreditReport&) const = default;
};
SHOP_DESCRIBE(CreditReport, same_price, other_price, nothing_earlier, guest, fees, restocked, over,
              notes_over_several_orders, reversals, settled)

struct YearReport {
    std::vector<ClassReport> classes;
    std::int64_t rows = 0;                  // of all classes
    std::map<std::string, Tally> records;   // by type
    std::map<std::string, Tally> adjusted;  // stock changes by their reason
    CreditReport credits;
    std::vector<Comparison> figures;
    bool operator==(const YearReport&) const = default;

    // Every figure agrees, and rows and records moved the same money.
    bool agrees() const;
};
SHOP_DESCRIBE(YearReport, classes, rows, records, adjusted, credits, figures)

// For people: tables of at most 100 columns, the last line of the first being the sum of rows.
std::string text_of(const YearReport& report);

class ReportMaker {
  public:
    void add_row(const RowFate& fate, std::int64_t pence);
    void add(const history::HistoryRecord& record);
    // What a shop made of a record. From then on rows count as accepted only if their record was.
    void add(const history::Fate& fate);
    YearReport report(const YearFigures& golden) const;

  private:
    // Rows of one class in one record.
    struct Part {
        RowClass row_class = RowClass::kGoods;
        std::int64_t rows = 0;
        std::int64_t money_in = 0;
        std::int64_t money_out = 0;
    };
    // A record of rows, and what the shop said of it.
    struct Source {
        std::vector<Part> parts;
        std::optional<history::Fate> fate;
    };

    void add_details(const history::CreditNote& note);
    void add_answers(std::vector<ClassReport>& classes) const;

    std::array<ClassReport, kRowClasses> classes_;
    std::map<std::pair<std::string, std::string>, Source> sources_;  // by type and id
    bool is_answered_ = false;
    std::map<std::string, Tally> records_;
    std::map<std::string, Tally> adjusted_;
    CreditReport credits_;
    FigureSums sums_;
    MoveSums moves_;
};

}  // namespace shop::demo
