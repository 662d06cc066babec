// The real year of a real shop as records of the documented format, one after another: products,
// customers, then week by week what was received and, by time, every document; last what the open
// shop has in stock. The same records in the same order each time.
//
//   SHOP_TRY(year, YearReader::open(demo_folder));
//   while (auto record = year.next()) …
//   year.report()   // what became of each row
//
// One thread.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "api/demo/year/assumed_receipts.hpp"
#include "api/demo/year/credit_notes.hpp"
#include "api/demo/year/year_book.hpp"
#include "api/demo/year/year_report.hpp"
#include "api/history/history_records.hpp"

namespace shop::demo {

class YearReader {
  public:
    // `demo` is the folder demo/ of the source tree. Takes a second or two. Errors: those of
    // load_year_book() and load_golden_figures().
    static Result<YearReader> open(const std::filesystem::path& demo);
    YearReader(YearReader&&) = default;

    // The next record; nothing at the end.
    std::optional<history::HistoryRecord> next();

    // Told of each row of the data set when its document's turn comes.
    void tell_rows(std::function<void(const RowFate&)> tell) { tell_row_ = std::move(tell); }

    // Progress, in steps of about one record.
    std::size_t steps() const { return steps_.size(); }
    std::size_t steps_done() const { return step_; }

    // What the shop made of a record that was given.
    void tell_fate(const history::Fate& fate) { maker_.add(fate); }

    // Of the records given so far.
    YearReport report() const { return maker_.report(golden_); }

  private:
    enum class StepKind { kProduct, kCustomer, kReceipt, kDocument, kClosing };
    struct Step {
        StepKind kind = StepKind::kProduct;
        std::uint32_t index = 0;
    };

    YearReader(YearBook book, YearFigures golden);
    void plan();
    void take(const Step& step);
    void take_document(std::uint32_t place);
    void tell_rows_of(const YearDocument& document);
    history::Product product_of(const DemoProduct& product) const;
    history::Receipt receipt_of(std::uint32_t index) const;
    history::Receipt closing_of(const DemoProduct& product) const;

    std::unique_ptr<const YearBook> book_;  // where the notes find it when the reader is moved
    YearFigures golden_;
    std::vector<AssumedReceipt> receipts_;
    std::vector<Step> steps_;
    std::size_t step_ = 0;
    std::deque<history::HistoryRecord> ready_;
    CreditNotes notes_;
    ReportMaker maker_;
    std::function<void(const RowFate&)> tell_row_;
};

}  // namespace shop::demo
