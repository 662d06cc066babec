// What the year's words, codes and clock mean.
#include "api/demo/year/year_tables.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "api/address_rules.hpp"
#include "api/demo/tables.hpp"
#include "api/demo/year/london_time.hpp"
#include "core/pricing/shipping.hpp"
#include "core/settings/settings.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::demo {
namespace {

using stock::AdjustReason;

std::filesystem::path data_folder() {
    return tests::source_folder() / "demo" / "online-retail";
}

YearTables year_tables() {
    auto loaded = YearTables::load(data_folder());
    REQUIRE(loaded);
    return std::move(*loaded);
}

TEST_CASE("the clock of the shop in London is told in UTC, in summer and in winter") {
    const auto utc = [](std::string_view minute) {
        const auto time = parse_london_minute(minute);
        return time ? to_rfc3339(*time).substr(0, 16) : "none";
    };
    CHECK(utc("2010-12-01 08:26") == "2010-12-01T08:26");
    CHECK(utc("2011-07-01 09:30") == "2011-07-01T08:30");
    CHECK(utc("2011-03-27 00:59") == "2011-03-27T00:59");
    CHECK(utc("2011-03-27 02:00") == "2011-03-27T01:00");
    CHECK(utc("2011-10-30 00:59") == "2011-10-29T23:59");
    CHECK(utc("2011-10-30 01:30") == "2011-10-30T00:30");  // the first of two
    CHECK(utc("2011-10-30 02:00") == "2011-10-30T02:00");
    CHECK(utc("2012-03-25 02:00") == "2012-03-25T01:00");
    CHECK(utc("2011-02-29 10:00") == "none");
    CHECK(utc("2011-02-28T10:00") == "none");
    CHECK(utc("2011-02-28") == "none");
}

TEST_CASE("a week begins at midnight in London before Monday, a month on its first day there") {
    const auto week = [](std::string_view at) {
        return to_rfc3339(london_week_of(*parse_rfc3339(at))).substr(0, 16);
    };
    CHECK(week("2010-12-01T08:26:00Z") == "2010-11-29T00:00");
    CHECK(week("2010-12-06T00:00:00Z") == "2010-12-06T00:00");
    CHECK(week("2010-12-05T23:59:00Z") == "2010-11-29T00:00");
    CHECK(week("2011-03-27T12:00:00Z") == "2011-03-21T00:00");
    CHECK(week("2011-03-27T23:00:00Z") == "2011-03-27T23:00");  // Monday, in summer
    CHECK(london_month_of(*parse_rfc3339("2011-06-30T23:30:00Z")) == "2011-07");
    CHECK(london_month_of(*parse_rfc3339("2011-01-31T23:30:00Z")) == "2011-01");
}

TEST_CASE("codes that are no products make lines of their kind") {
    const YearTables tables = year_tables();
    CHECK(tables.fee_kind_of("POST") == sale::LineKind::kShipping);
    CHECK(tables.fee_kind_of("DOT") == sale::LineKind::kShipping);
    CHECK(tables.fee_kind_of("C2") == sale::LineKind::kShipping);
    for (const char* code : {"M", "S", "PADS", "BANK CHARGES", "AMAZONFEE", "CRUK"})
        CHECK(tables.fee_kind_of(code) == sale::LineKind::kSurcharge);
    CHECK(tables.fee_kind_of("GIFT_0001_20") == sale::LineKind::kVoucher);
    CHECK(tables.fee_kind_of("B") == sale::LineKind::kAdjustment);
    CHECK(tables.fee_kind_of("D") == sale::LineKind::kAdjustment);
    CHECK_FALSE(tables.fee_kind_of("85123A"));
    CHECK_FALSE(tables.fee_kind_of("POSTER"));
    CHECK_FALSE(tables.fee_kind_of("DCGS0055"));
}

TEST_CASE("a country is known by the shop's words for it; words that are none's are kept") {
    const YearTables tables = year_tables();
    const auto destination = [&](const char* words) { return *tables.destination_of(words); };
    CHECK(destination("EIRE") == Destination{"IE", std::nullopt});
    CHECK(destination("RSA") == Destination{"ZA", std::nullopt});
    CHECK(destination("Channel Islands") == Destination{"JE", "Channel Islands"});
    CHECK(destination("Unspecified") == Destination{std::nullopt, "Unspecified"});
    CHECK(destination("European Community") == Destination{std::nullopt, "European Community"});
    const auto unknown = tables.destination_of("Atlantis");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().type == "bad-demo-data");
}

TEST_CASE("a new shop delivers to every country of the year") {
    const auto rows = read_rows(data_folder() / "countries.csv");
    REQUIRE(rows);
    CHECK(rows->size() == 38);
    const settings::Store store = settings::default_store();
    const settings::Shipping shipping = settings::default_shipping();
    for (const auto& row : *rows) {
        if (row[1].empty()) continue;
        INFO(row[0]);
        CHECK(api::find_address_rule(row[1]) != nullptr);
        CHECK(std::ranges::count(store.countries, row[1]) == 1);
        CHECK(pricing::options_for(shipping, {row[1], 300, tests::gbp(1'000)}).size() >= 2);
    }
}

TEST_CASE("a note tells why a stock changed, whatever its spelling") {
    const YearTables tables = year_tables();
    const auto reason = [&](std::string_view note) { return tables.reason_of(note); };
    CHECK(reason("damaged") == AdjustReason::kDamage);
    CHECK(reason("????damages????") == AdjustReason::kDamage);
    CHECK(reason("WET/MOULDY") == AdjustReason::kDamage);
    CHECK(reason("Unsaleable, destroyed.") == AdjustReason::kDamage);
    CHECK(reason("???missing") == AdjustReason::kLoss);
    CHECK(reason("can't find") == AdjustReason::kLoss);
    CHECK(reason("Found by jackie") == AdjustReason::kFound);
    CHECK(reason("Show Samples") == AdjustReason::kSample);
    CHECK(reason("sold as set on dotcom") == AdjustReason::kCorrection);
    CHECK(reason("wrongly coded 20713") == AdjustReason::kCorrection);
    CHECK(reason("check") == AdjustReason::kCount);
    CHECK(reason("stock check") == AdjustReason::kCount);
    for (const char* note : {"", "?", "20713", "SPOTTY BUNTING",
                             "TRAVEL CARD WALLET DOTCOMGIFTSHOP", "BLACK MINI TAPE MEASURE"})
        CHECK(reason(note) == AdjustReason::kUnknown);
}

}  // namespace
}  // namespace shop::demo
