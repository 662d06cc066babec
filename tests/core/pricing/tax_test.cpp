// Tax of lines (core/pricing/tax): tables of cases, then properties on random sales.
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "core/pricing/tax.hpp"
#include "core/pricing/totals.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop::pricing {
namespace {

using sale::RoundingAt;
using tests::money;

settings::Tax tax_with(const std::string& rate, Rounding rounding = Rounding::kHalfUp,
                       RoundingAt at = RoundingAt::kLine) {
    settings::Tax tax;
    tax.classes = {"standard", "zero"};
    tax.countries = {{"GB", {{"standard", rate}, {"zero", "0"}}}};
    tax.rounding = rounding;
    tax.rounding_at = at;
    return tax;
}

sale::Line line_of(Money price, std::int64_t quantity, std::string tax_class = "standard") {
    sale::Line line;
    line.quantity = quantity;
    line.unit_price = {price, {}};
    line.tax_class = std::move(tax_class);
    return line;
}

struct Case {
    const char* what;
    const char* currency;
    std::int64_t price;
    std::int64_t quantity;
    const char* rate;
    bool inclusive;
    std::int64_t net;
    std::int64_t tax;
};

TEST_CASE("the tax of a line is what the formulas say") {
    const auto c = GENERATE(values<Case>({
        {"20 % on 10.00", "GBP", 1000, 1, "0.2", false, 1000, 200},
        {"20 % in 12.00", "GBP", 1200, 1, "0.2", true, 1000, 200},
        {"20 % in one penny is no tax", "GBP", 1, 1, "0.2", true, 1, 0},
        {"20 % in three pence is a half, which is rounded up", "GBP", 3, 1, "0.2", true, 2, 1},
        {"20 % on two pence", "GBP", 2, 1, "0.2", false, 2, 0},
        {"20 % on three pence", "GBP", 3, 1, "0.2", false, 3, 1},
        {"5.5 % on 9.99", "EUR", 999, 1, "0.055", false, 999, 55},
        {"5.5 % in 9.99", "EUR", 999, 1, "0.055", true, 947, 52},
        {"25.5 % in 100.00", "EUR", 10000, 1, "0.255", true, 7968, 2032},
        {"8.1 % in 19.90", "CHF", 1990, 1, "0.081", true, 1841, 149},
        {"yen have no decimals", "JPY", 110, 3, "0.1", true, 300, 30},
        {"yen are rounded to whole yen", "JPY", 98, 1, "0.08", false, 98, 8},
        {"dinars have three decimals", "KWD", 1999, 1, "0.05", false, 1999, 100},
        {"dinars, tax included", "KWD", 1999, 2, "0.05", true, 3808, 190},
        {"a rate of zero", "GBP", 1999, 2, "0", false, 3998, 0},
        {"a rate of zero, included", "GBP", 1999, 2, "0", true, 3998, 0},
        {"a rate of one millionth", "GBP", 100000000, 1, "0.000001", false, 100000000, 100},
        {"the highest rate", "GBP", 100, 1, "10", false, 100, 1000},
        {"the highest rate, included", "GBP", 1100, 1, "10", true, 100, 1000},
        {"nothing costs nothing", "GBP", 0, 5, "0.2", true, 0, 0},
        {"the largest amount", "GBP", kMoneyMax, 1, "0.2", false, kMoneyMax, kMoneyMax / 5},
        {"many of a small thing", "GBP", 1, 1'000'000, "0.2", true, 833'333, 166'667},
    }));
    INFO(c.what);
    std::vector<sale::Line> lines = {line_of(money(c.price, c.currency), c.quantity)};
    apply_tax(lines, {tax_with(c.rate), "GB", c.inclusive});
    CHECK(lines[0].net == money(c.net, c.currency));
    CHECK(lines[0].gross == money(c.net + c.tax, c.currency));
    REQUIRE(lines[0].tax.size() == 1);
    CHECK(lines[0].tax[0] == sale::TaxLine{"GB", "standard", c.rate, money(c.net, c.currency),
                                           money(c.tax, c.currency), ""});
}

TEST_CASE("a half is rounded as the shop's rule says") {
    struct Half {
        Rounding rounding;
        std::int64_t net;
        std::int64_t tax;
    };
    const auto h = GENERATE(values<Half>({
        {Rounding::kHalfUp, 5, 1},    // 0.5
        {Rounding::kHalfEven, 5, 0},  // 0.5
        {Rounding::kHalfUp, 15, 2},   // 1.5
        {Rounding::kHalfEven, 15, 2},
        {Rounding::kHalfUp, 25, 3},  // 2.5
        {Rounding::kHalfEven, 25, 2},
    }));
    std::vector<sale::Line> lines = {line_of(tests::gbp(h.net), 1)};
    apply_tax(lines, {tax_with("0.1", h.rounding), "GB", false});
    CHECK(lines[0].tax[0].amount == tests::gbp(h.tax));
}

// Three lines of three pieces at 0.99, 20 % in it: 0.165 a piece, 0.495 a line, 1.485 in all.
TEST_CASE("tax is rounded per unit, per line or per order, as the shop says") {
    struct Place {
        RoundingAt at;
        std::int64_t tax;
    };
    const auto place = GENERATE(values<Place>({
        {RoundingAt::kUnit, 9 * 17},
        {RoundingAt::kLine, 3 * 50},
        {RoundingAt::kOrder, 149},
    }));
    std::vector<sale::Line> lines(3, line_of(tests::gbp(99), 3));
    apply_tax(lines, {tax_with("0.2", Rounding::kHalfUp, place.at), "GB", true});
    const sale::Totals totals = totals_of(lines, tests::gbp(0).currency, true);
    CHECK(totals.tax == tests::gbp(place.tax));
    CHECK(totals.total == tests::gbp(9 * 99));
}

TEST_CASE("rounding at the order spreads the remainder over its lines") {
    std::vector<sale::Line> lines(4, line_of(tests::gbp(2), 1));  // 0.4 of tax each, 1.6 in all
    apply_tax(lines, {tax_with("0.2", Rounding::kHalfUp, RoundingAt::kOrder), "GB", false});
    std::vector<std::int64_t> parts;
    for (const sale::Line& line : lines) parts.push_back(line.tax[0].amount.minor_units);
    CHECK(parts == std::vector<std::int64_t>{0, 1, 0, 1});
}

TEST_CASE("each tax class is rounded for itself at the order") {
    std::vector<sale::Line> lines = {line_of(tests::gbp(3), 1), line_of(tests::gbp(100), 1, "zero"),
                                     line_of(tests::gbp(3), 1)};
    apply_tax(lines, {tax_with("0.1", Rounding::kHalfUp, RoundingAt::kOrder), "GB", false});
    const sale::Totals totals = totals_of(lines, tests::gbp(0).currency, false);
    REQUIRE(totals.tax_lines.size() == 2);
    CHECK(totals.tax_lines[0].base == tests::gbp(6));
    CHECK(totals.tax_lines[0].amount == tests::gbp(1));
    CHECK(totals.tax_lines[1].base == tests::gbp(100));
    CHECK(totals.tax_lines[1].amount == tests::gbp(0));
}

TEST_CASE("a price below a penny is taxed for the whole line, even when tax is rounded per unit") {
    sale::Line line = line_of(tests::gbp(1), 10'000);
    line.unit_price.precise = sale::PrecisePrice{12, 4};  // 0.0012 each
    std::vector<sale::Line> lines = {line};
    apply_tax(lines, {tax_with("0.2", Rounding::kHalfUp, RoundingAt::kUnit), "GB", false});
    CHECK(lines[0].net == tests::gbp(1200));
    CHECK(lines[0].tax[0].amount == tests::gbp(240));
}

TEST_CASE("a class the country does not list is taxed at its standard rate") {
    const settings::Tax tax = tax_with("0.2");
    CHECK(rate_of(tax, "GB", "books") == Rate{"0.2", 200'000, ""});
    CHECK(rate_of(tax, "GB", "zero") == Rate{"0", 0, ""});
}

TEST_CASE("goods for a country without tax rules are an export, and the price stays what it is") {
    const bool inclusive = GENERATE(true, false);
    std::vector<sale::Line> lines = {line_of(tests::gbp(1200), 1)};
    apply_tax(lines, {tax_with("0.2"), "US", inclusive});
    CHECK(lines[0].net == tests::gbp(1200));
    CHECK(lines[0].gross == tests::gbp(1200));
    CHECK(lines[0].tax[0] ==
          sale::TaxLine{"US", "standard", "0", tests::gbp(1200), tests::gbp(0), "export"});
}

TEST_CASE("a discount lowers what is taxed") {
    sale::Line line = line_of(tests::gbp(1000), 2);
    line.discounts = {{"promotion", "TEN", tests::gbp(200)}};
    std::vector<sale::Line> lines = {line};
    apply_tax(lines, {tax_with("0.2"), "GB", false});
    CHECK(lines[0].net == tests::gbp(1800));
    CHECK(lines[0].gross == tests::gbp(2160));
    const sale::Totals totals = totals_of(lines, tests::gbp(0).currency, false);
    CHECK(totals.items == tests::gbp(2000));
    CHECK(totals.discount == tests::gbp(200));
    CHECK(totals.total == totals.items - totals.discount + totals.tax);
}

// ---- Properties ---------------------------------------------------------------------------------

class RandomSale {
  public:
    explicit RandomSale(std::uint64_t seed) : random_(seed) {}

    std::int64_t number(std::int64_t min, std::int64_t max) {
        return std::uniform_int_distribution<std::int64_t>(min, max)(random_);
    }
    settings::Tax tax() {
        settings::Tax tax = tax_with(kRates[static_cast<std::size_t>(number(0, 4))]);
        tax.rounding = number(0, 1) == 0 ? Rounding::kHalfUp : Rounding::kHalfEven;
        tax.rounding_at = static_cast<RoundingAt>(number(0, 2));
        return tax;
    }
    std::vector<sale::Line> lines() {
        std::vector<sale::Line> lines;
        for (std::int64_t n = number(1, 20); n > 0; --n)
            lines.push_back(line_of(tests::gbp(number(0, 100'000)), number(1, 50),
                                    number(0, 3) == 0 ? "zero" : "standard"));
        return lines;
    }

  private:
    static constexpr std::array kRates = {"0.2", "0.055", "0.255", "0.19", "0.081"};
    std::mt19937_64 random_;
};

TEST_CASE("gross is net and tax, and totals are the sums of the lines") {
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    RandomSale random(seed);
    for (int round = 0; round < 500; ++round) {
        const settings::Tax tax = random.tax();
        const bool inclusive = random.number(0, 1) == 0;
        std::vector<sale::Line> lines = random.lines();
        apply_tax(lines, {tax, "GB", inclusive});
        Money net = tests::gbp(0);
        Money gross = tests::gbp(0);
        Money taxes = tests::gbp(0);
        for (const sale::Line& line : lines) {
            REQUIRE(line.gross == line.net + line.tax[0].amount);
            REQUIRE((inclusive ? line.gross : line.net) == amount_of(line, tax.rounding));
            REQUIRE(line.tax[0].amount >= tests::gbp(0));
            net += line.net;
            gross += line.gross;
            taxes += line.tax[0].amount;
        }
        const sale::Totals totals = totals_of(lines, tests::gbp(0).currency, inclusive);
        REQUIRE(totals.total == gross);
        REQUIRE(totals.tax == taxes);
        REQUIRE(totals.items == (inclusive ? gross : net));
        Money by_rate = tests::gbp(0);
        for (const sale::TaxLine& line : totals.tax_lines) by_rate += line.amount;
        REQUIRE(by_rate == taxes);
    }
}

TEST_CASE("a sale with prices including tax costs the same however its lines are split") {
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    RandomSale random(seed);
    for (int round = 0; round < 500; ++round) {
        const settings::Tax tax = random.tax();
        std::vector<sale::Line> whole = random.lines();
        std::vector<sale::Line> split;
        for (const sale::Line& line : whole)
            for (std::int64_t left = line.quantity; left > 0;) {
                split.push_back(line);
                split.back().quantity = random.number(1, left);
                left -= split.back().quantity;
            }
        apply_tax(whole, {tax, "GB", true});
        apply_tax(split, {tax, "GB", true});
        const Currency pounds = tests::gbp(0).currency;
        const sale::Totals a = totals_of(whole, pounds, true);
        const sale::Totals b = totals_of(split, pounds, true);
        REQUIRE(a.total == b.total);
        // Rounded at the order or the unit, the tax in it does not move either.
        if (tax.rounding_at != RoundingAt::kLine) REQUIRE(a.tax == b.tax);
    }
}

TEST_CASE("rounded at the order, no line's tax is off by a penny or more") {
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    RandomSale random(seed);
    for (int round = 0; round < 500; ++round) {
        const bool inclusive = random.number(0, 1) == 0;
        std::vector<sale::Line> lines = random.lines();
        const settings::Tax tax = tax_with("0.2", Rounding::kHalfEven, RoundingAt::kOrder);
        apply_tax(lines, {tax, "GB", inclusive});
        for (const sale::Line& line : lines) {
            if (line.tax_class == "zero") continue;
            // a · 1/5 or a · 1/6, as a comparison of integers.
            const std::int64_t part = inclusive ? 6 : 5;
            const std::int64_t amount = amount_of(line, tax.rounding).minor_units;
            REQUIRE(std::abs(line.tax[0].amount.minor_units * part - amount) <= part);
        }
    }
}

}  // namespace
}  // namespace shop::pricing
