// What the report of the year says of rows that a shop was asked to take.
#include "api/demo/year/year_report.hpp"

#include <catch2/catch.hpp>

namespace shop::demo {
namespace {

// A sale of two goods and its postage, and a credit note of one good.
ReportMaker two_documents() {
    ReportMaker maker;
    maker.add_row({.document = "1", .row_class = RowClass::kGoods, .record = "order", .id = "1"},
                  500);
    maker.add_row({.document = "1", .row_class = RowClass::kGoods, .record = "order", .id = "1"},
                  300);
    maker.add_row({.document = "1", .row_class = RowClass::kShipping, .record = "order", .id = "1"},
                  100);
    maker.add_row({.document = "C2",
                   .row_class = RowClass::kGoodsCredited,
                   .record = "credit_note",
                   .id = "C2"},
                  -300);
    maker.add_row({.document = "A3",
                   .row_class = RowClass::kBadDebtBack,
                   .outcome = Outcome::kRefused,
                   .code = "negative-price"},
                  -1'000);
    return maker;
}

const ClassReport& row_of(const YearReport& report, RowClass row_class) {
    return report.classes.at(static_cast<std::size_t>(row_class));
}

const history::Fate kSold{.line = 1, .type = "order", .id = "1"};
const history::Fate kCredited{.line = 2, .type = "credit_note", .id = "C2"};

TEST_CASE("of rows that no shop was asked to take nobody says that they were accepted") {
    const YearReport report = two_documents().report({});
    CHECK_FALSE(row_of(report, RowClass::kGoods).accepted);
    CHECK(row_of(report, RowClass::kGoods).money_in == 800);
}

TEST_CASE("rows are accepted if the shop has their record") {
    ReportMaker maker = two_documents();
    maker.add(kSold);
    history::Fate known = kCredited;
    known.outcome = history::Outcome::kAlreadyThere;
    maker.add(known);
    const YearReport report = maker.report({});
    CHECK(row_of(report, RowClass::kGoods).accepted == 2);
    CHECK(row_of(report, RowClass::kShipping).accepted == 1);
    CHECK(row_of(report, RowClass::kGoodsCredited).accepted == 1);
    CHECK(row_of(report, RowClass::kBadDebtBack).accepted == 0);
    CHECK(row_of(report, RowClass::kGoodsCredited).refusals.empty());
}

TEST_CASE("rows whose record the shop refuses are told with its reason, and moved nothing") {
    ReportMaker maker = two_documents();
    maker.add(kCredited);
    history::Fate refused = kSold;
    refused.outcome = history::Outcome::kRefused;
    refused.code = "out-of-stock";
    maker.add(refused);
    const YearReport report = maker.report({});
    const ClassReport& goods = row_of(report, RowClass::kGoods);
    CHECK(goods.rows == 2);
    CHECK(goods.accepted == 0);
    CHECK(goods.money_in == 0);
    CHECK(goods.refusals == std::vector{ShopRefusals{"out-of-stock", 2, {"1"}}});
    CHECK(row_of(report, RowClass::kGoodsCredited).money_out == 300);
    CHECK_THAT(text_of(report), Catch::Contains("the shop refused 2: out-of-stock (1)"));
}

TEST_CASE("rows whose record the shop does not speak of are not accepted") {
    ReportMaker maker = two_documents();
    maker.add(kSold);
    const ClassReport credited = row_of(maker.report({}), RowClass::kGoodsCredited);
    CHECK(credited.accepted == 0);
    CHECK(credited.refusals == std::vector{ShopRefusals{"not-answered", 1, {"C2"}}});
}

}  // namespace
}  // namespace shop::demo
