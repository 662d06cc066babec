// The deliveries that the data set does not have.
#include "api/demo/year/assumed_receipts.hpp"

#include <catch2/catch.hpp>

namespace shop::demo {
namespace {

const Time kMonday = *parse_rfc3339("2010-12-06T00:00:00Z");
const Time kNextMonday = kMonday + days(7);

// Two products and a fee; documents of one row each.
YearData a_year() {
    YearData year;
    year.skus = {{"A", {}}, {"B", {}}, {"POST", sale::LineKind::kShipping}};
    year.goods = {{0, "A MUG"}, {1, "A BOWL"}, {2, "POSTAGE"}};
    return year;
}

void add(YearData& year, DocumentKind kind, Time at, std::uint32_t good, std::int32_t quantity) {
    const bool has_price = kind == DocumentKind::kSale || kind == DocumentKind::kCredit;
    year.documents.push_back(
        {.number = std::to_string(year.documents.size()),
         .kind = kind,
         .at = at,
         .rows = {{.good = good, .quantity = quantity, .price_milli = has_price ? 1'000 : 0}}});
}

TEST_CASE("a week begins with what goes out in it and is not there") {
    YearData year = a_year();
    add(year, DocumentKind::kSale, kMonday + hours(9), 0, 5);
    add(year, DocumentKind::kAdjustment, kMonday + hours(30), 0, -2);
    add(year, DocumentKind::kGift, kMonday + hours(31), 1, 1);
    add(year, DocumentKind::kSale, kMonday + hours(32), 2, 1);
    add(year, DocumentKind::kSale, kNextMonday, 0, 4);
    CHECK(assumed_receipts(year) ==
          std::vector<AssumedReceipt>{{kMonday, 0, 7}, {kMonday, 1, 1}, {kNextMonday, 0, 4}});
}

TEST_CASE("what comes in is there for the next week, not for its own") {
    YearData year = a_year();
    add(year, DocumentKind::kAdjustment, kMonday, 0, 6);
    add(year, DocumentKind::kSale, kMonday + hours(9), 0, 5);
    add(year, DocumentKind::kCredit, kMonday + hours(10), 0, -2);
    add(year, DocumentKind::kSale, kNextMonday, 0, 10);
    CHECK(assumed_receipts(year) ==
          std::vector<AssumedReceipt>{{kMonday, 0, 5}, {kNextMonday, 0, 2}});
}

}  // namespace
}  // namespace shop::demo
