// The whole year as records: every count and sum that is known of it.
#include "api/demo/year/year_reader.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "api/demo/year/london_time.hpp"
#include "api/history/record_text.hpp"
#include "tests/support/source_folder.hpp"

namespace shop::demo {
namespace {

std::filesystem::path demo_folder() {
    return tests::source_folder() / "demo";
}

// Every seventh record is written, read and compared: all of them take the end-to-end test.
constexpr std::size_t kReadAgain = 7;

// What is kept of one pass over the year; it is read once.
struct Seen {
    YearReport report;
    std::vector<RowFate> refused;
    std::size_t rows_told = 0;
    std::size_t read_again = 0;
    std::vector<std::string> problems;
    std::int64_t published = 0;
    std::int64_t drafts = 0;
    std::int64_t closing_least = INT64_MAX;
    std::int64_t closing = 0;
    std::map<std::string, history::Order> orders;  // those that a test names
    std::map<std::string, std::size_t> order_notes;
    std::map<std::string, history::CreditNote> notes;
    std::map<std::string, history::Adjustment> adjustments;
};

const std::set<std::string, std::less<>> kNamed = {
    "581483", "541431", "550193",  "A563185", "A563186", "543599",  "564651",   "568384",
    "578841", "573585", "C581484", "C541433", "C536379", "C543633", "552230-1", "536414"};

void check_order(const history::HistoryRecord& record, Time& last, Seen& seen) {
    std::visit(
        [&]<class T>(const T& held) {
            if constexpr (requires { held.at; }) {
                if (held.at < last) seen.problems.push_back(held.id + " is told too late");
                last = held.at;
            }
        },
        record);
}

void keep(const history::Order& order, Seen& seen) {
    if (kNamed.contains(order.id)) seen.orders[order.id] = order;
    if (order.note) ++seen.order_notes[*order.note + " → " + order.country.value_or("none")];
}

void keep(const history::HistoryRecord& record, Seen& seen) {
    if (const auto* product = std::get_if<history::Product>(&record))
        ++(product->publish ? seen.published : seen.drafts);
    if (const auto* order = std::get_if<history::Order>(&record)) keep(*order, seen);
    if (const auto* note = std::get_if<history::CreditNote>(&record))
        if (kNamed.contains(note->id)) seen.notes[note->id] = *note;
    if (const auto* adjustment = std::get_if<history::Adjustment>(&record))
        if (kNamed.contains(adjustment->id)) seen.adjustments[adjustment->id] = *adjustment;
    if (const auto* receipt = std::get_if<history::Receipt>(&record))
        if (receipt->id.starts_with("closing-")) {
            ++seen.closing;
            seen.closing_least = std::min(seen.closing_least, receipt->quantity);
        }
}

void read_again(const history::HistoryRecord& record, Seen& seen) {
    history::RecordReader reader;
    std::string text;
    history::append_record(text, record);
    text.pop_back();
    const auto again = reader.read(text, ++seen.read_again);
    if (!again) return seen.problems.push_back(again.error().message);
    if (*again != record) seen.problems.push_back("is read as another record: " + text);
}

Seen read_year() {
    auto year = YearReader::open(demo_folder());
    REQUIRE(year);
    Seen seen;
    year->tell_rows([&](const RowFate& fate) {
        ++seen.rows_told;
        if (fate.outcome != Outcome::kAccepted) seen.refused.push_back(fate);
    });
    Time last;
    std::size_t count = 0;
    while (const auto record = year->next()) {
        check_order(*record, last, seen);
        keep(*record, seen);
        if (++count % kReadAgain == 0) read_again(*record, seen);
    }
    CHECK(year->steps_done() == year->steps());
    seen.report = year->report();
    return seen;
}

const Seen& seen() {
    static const Seen kSeen = read_year();
    return kSeen;
}

const ClassReport& class_report(RowClass row_class) {
    return seen().report.classes.at(static_cast<std::size_t>(row_class));
}

std::int64_t rows_of(std::initializer_list<RowClass> classes) {
    std::int64_t rows = 0;
    for (const RowClass row_class : classes) rows += class_report(row_class).rows;
    return rows;
}

TEST_CASE("each of the year's 541,909 rows is accepted, refused or ignored, once", "[year]") {
    using enum RowClass;
    CHECK(seen().report.rows == 541'909);
    CHECK(seen().rows_told == 541'909);
    CHECK(rows_of({kGoods, kFreeGoods, kShipping, kSurcharge, kVoucher, kFreeFee}) == 530'503);
    CHECK(rows_of({kGoodsCredited, kFeeCredited}) == 9'288);
    CHECK(rows_of({kStockUp, kStockDown}) == 2'098);
    CHECK(rows_of({kGift}) == 6);
    CHECK(rows_of({kBadDebt, kBadDebtBack}) == 3);
    CHECK(rows_of({kFeeWithoutPrice}) == 11);
    CHECK(rows_of({kFreeGoods}) == 393);
    CHECK(rows_of({kShipping, kSurcharge, kVoucher}) == 2'345);
    CHECK(rows_of({kFreeFee}) == 7);
    CHECK(rows_of({kFeeCredited}) == 584);
}

TEST_CASE("the year's figures are those of an independent script, with no difference", "[year]") {
    CHECK(seen().report.agrees());
    CHECK(seen().report.figures.size() == 11 + 8 + 13 * 4);
    for (const Comparison& figure : seen().report.figures) {
        INFO(figure.figure);
        CHECK(figure.found == figure.expected);
        CHECK((figure.difference == "0" || figure.difference == "0.00"));
    }
}

TEST_CASE("the year's money is that of goods, fees, vouchers and one bad debt", "[year]") {
    using enum RowClass;
    CHECK(class_report(kGoods).money_in == 1'027'143'306);
    CHECK(class_report(kShipping).money_in + class_report(kSurcharge).money_in +
              class_report(kVoucher).money_in ==
          38'418'942);
    CHECK(class_report(kBadDebt).money_in == 1'106'206);
    CHECK(class_report(kGoodsCredited).money_out == 47'872'418);
    CHECK(class_report(kFeeCredited).money_out == 41'808'831);
    CHECK(seen().report.records.at("order") == Tally{19'963, 5'603'531, 1'066'668'454});
    CHECK(seen().report.records.at("credit_note").pence == 89'681'249);
}

TEST_CASE("refused and ignored rows say why", "[year]") {
    std::map<std::string, int> codes;
    for (const RowFate& fate : seen().refused) {
        ++codes[fate.code];
        CHECK(fate.record.empty());
    }
    CHECK(codes == std::map<std::string, int>{{"negative-price", 2}, {"nothing-happened", 11}});
}

TEST_CASE("every cancelled document is one credit note, matched as far as it can be", "[year]") {
    const CreditReport& credits = seen().report.credits;
    CHECK(seen().report.records.at("credit_note").count == 3'836);
    CHECK(credits.same_price.pence == 44'499'062);
    CHECK(credits.other_price.pence == 559'116);
    CHECK(credits.nothing_earlier.pence == 2'382'155);
    CHECK(credits.guest.pence == 432'085);
    CHECK(credits.fees == Tally{584, 5'544, 41'808'831});
    CHECK(credits.over.count == 30);
    CHECK(credits.over.pence == 13'497);
    CHECK(credits.notes_over_several_orders == 426);
    CHECK(credits.reversals == 131);
    CHECK(credits.restocked.units == 272'030);
    // What is not refunded on a payment is settled otherwise.
    CHECK(credits.settled.at("refund").pence ==
          credits.same_price.pence + credits.other_price.pence - 13'497);
    CHECK(credits.settled.at("offline").pence ==
          credits.nothing_earlier.pence + credits.guest.pence + 13'497);
    CHECK(credits.settled.at("offset").pence == 41'808'831);
}

TEST_CASE("stock counts change 272 thousand units, each for a reason", "[year]") {
    CHECK(rows_of({RowClass::kStockUp}) == 762);
    CHECK(rows_of({RowClass::kStockDown}) == 1'336);
    CHECK(seen().report.records.at("adjustment").units == 52'876 - 206'957);
    CHECK(seen().adjustments.at("536414").delta == 56);
    CHECK(seen().adjustments.at("552230-1").sku == "20735");
    std::int64_t adjusted = 0;
    for (const auto& [reason, tally] : seen().report.adjusted) adjusted += tally.count;
    CHECK(adjusted == 2'098);
    CHECK(seen().report.adjusted.at("damage").count > 150);
}

TEST_CASE("the year's catalog is 3,798 products and 144 drafts, its customers 4,372", "[year]") {
    CHECK(seen().published == 3'798);
    CHECK(seen().drafts == 144);
    CHECK(seen().report.records.at("customer").count == 4'372);
    CHECK(seen().closing == 3'798);
    CHECK(seen().closing_least == 24);
}

TEST_CASE("the year's records keep to the format, in the order of time", "[year]") {
    CHECK(seen().read_again > 15'000);
    for (const std::string& problem : seen().problems) FAIL_CHECK(problem);
}

TEST_CASE("80,995 paper birds are sold, and canceled twelve minutes later as a whole", "[year]") {
    const history::Order& order = seen().orders.at("581483");
    CHECK(order.at == *parse_london_minute("2011-12-09 09:15"));
    CHECK(order.lines.at(0).quantity == 80'995);
    CHECK(order.payments.at(0).amount == 16'846'960);
    const history::CreditNote& note = seen().notes.at("C581484");
    CHECK(note.at - order.at == minutes(12));
    CHECK(note.reverses == "581483");
    CHECK(note.lines.at(0).order == "581483");
    CHECK(note.lines.at(0).matched_by == kSamePrice);
    CHECK(note.lines.at(0).restock);
    CHECK(note.settle ==
          std::vector<history::Settlement>{{history::SettledBy::kRefund, 16'846'960, "581483"}});
    CHECK(seen().orders.at("541431").lines.at(0).quantity == 74'215);
    CHECK(seen().notes.at("C541433").reverses == "541431");
}

TEST_CASE("where the shop's words name no country they are the order's note", "[year]") {
    CHECK(seen().order_notes ==
          std::map<std::string, std::size_t>{{"Country: Channel Islands → JE", 26},
                                             {"Country: European Community → none", 4},
                                             {"Country: Unspecified → none", 13}});
}

TEST_CASE("an order of 1,114 lines keeps them all", "[year]") {
    CHECK(seen().orders.at("573585").lines.size() == 1'114);
}

TEST_CASE("a price below a penny is kept exactly, and makes nothing", "[year]") {
    const history::Order& order = seen().orders.at("550193");
    const auto line = std::ranges::find_if(order.lines, [](const history::OrderLine& at) {
        return at.unit_price.precise.has_value();
    });
    REQUIRE(line != order.lines.end());
    CHECK(line->unit_price.precise == sale::PrecisePrice{1, 3});
    CHECK(line->gross == 0);
}

TEST_CASE("a bad debt in the shop's favor is an order of one adjustment; the others are none",
          "[year]") {
    const history::Order& order = seen().orders.at("A563185");
    REQUIRE(order.lines.size() == 1);
    CHECK(order.lines[0].kind == sale::LineKind::kAdjustment);
    CHECK(order.lines[0].gross == 1'106'206);
    CHECK_FALSE(seen().orders.contains("A563186"));
}

TEST_CASE("gifts to known customers are orders of nothing to pay", "[year]") {
    for (const char* id : {"543599", "564651", "578841"}) {
        INFO(id);
        CHECK(seen().orders.at(id).customer);
        CHECK(seen().orders.at(id).payments.empty());
    }
    CHECK(seen().orders.at("564651").lines.size() == 4);
    CHECK_FALSE(seen().orders.contains("568384"));  // a line entered by hand and nothing else
}

TEST_CASE("fees are set off, and what was paid too little for is settled offline", "[year]") {
    const history::CreditNote& fees = seen().notes.at("C536379");
    CHECK(fees.settle ==
          std::vector<history::Settlement>{{history::SettledBy::kOffset, 2'750, std::nullopt}});
    CHECK_FALSE(fees.lines.at(0).restock);
    const history::CreditNote& over = seen().notes.at("C543633");
    CHECK(over.lines.at(0).gross == 1'875);
    CHECK(over.lines.at(0).order_amount == 1'000);
    CHECK(over.settle.back().by == history::SettledBy::kOffline);
}

TEST_CASE("a figure that is off by a penny is found", "[year]") {
    YearFigures expected{.gross = "10.00", .months = {{"2011-01", {.orders = 1}}}};
    YearFigures found = expected;
    found.gross = "9.99";
    found.months["2011-02"].orders = 2;
    std::vector<std::string> different;
    for (const Comparison& figure : compare(expected, found))
        if (!figure.agrees()) different.push_back(figure.figure + " " + figure.difference);
    CHECK(different == std::vector<std::string>{"gross -0.01", "2011-02 orders 2"});
    YearReport report{.figures = compare(expected, found)};
    CHECK_FALSE(report.agrees());
}

TEST_CASE("the report's table of rows ends with their sum", "[year]") {
    const std::string text = text_of(seen().report);
    CHECK_THAT(text, Catch::Contains("\nall                          541,909 "));
    CHECK_THAT(text, Catch::Contains("negative-price: negative price: bad debt is not a sale"));
}

}  // namespace
}  // namespace shop::demo
