// What a file of history moves, in money and in goods: told by the dry run, and by the import.
#include <algorithm>

#include "api/history/record_sums.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {
namespace {

using namespace tests;
using history::MoneySums;
using history::RecordSums;
using history::Sums;
using history::UnitSums;

// One sale is paid at once, one later and in part; a note over both and none, a refund, a breakage.
std::vector<HistoryRecord> season() {
    history::Order owed = sale_of("1002", 3);
    owed.payments.clear();
    history::CreditNote note = credit_of("C1", "1001", "1", 1);
    note.lines.push_back(credit_of("", "1002", "1", 2).lines.front());
    history::CreditLine fee{.kind = sale::LineKind::kSurcharge,
                            .title = "Fee",
                            .quantity = 1,
                            .unit_price = {500, {}},
                            .gross = 500};
    note.lines.push_back(fee);
    note.settle.push_back({.by = history::SettledBy::kOffline, .amount = 500});
    history::Refund refund = refund_of("F1", "1001", 1'250);
    refund.lines = {{.order_line = "1", .quantity = 1, .amount = 1'250, .restock = true}};
    return {mug(),
            history::Customer{.id = "77", .name = "Ada"},
            receipt_of("R1", 9),
            sale_of("1001", 2),
            owed,
            payment_of("P1", "1002", 2'000),
            adjustment_of("A1", -1),
            note,
            refund};
}

const history::KindReport& kind_of(const HistoryReport& report, std::string_view type) {
    const auto at = std::ranges::find(report.kinds, type, &history::KindReport::type);
    REQUIRE(at != report.kinds.end());
    return *at;
}

// Of both orders' payments.
std::int64_t sum_of(HistoryShop& shop, Money payment::State::* member) {
    std::int64_t sum = 0;
    for (const std::string id : {"1001", "1002"})
        for (const PaymentId& payment : shop.order(id).payment_ids())
            sum += (shop.state<payment::State>(payment).*member).minor_units;
    return sum;
}

TEST_CASE("a dry run says in sum what the import then moves, and so does the import") {
    HistoryShop shop;
    const HistoryReport tried = shop.send(season(), "system=erp&dry_run=1");
    INFO(history::text_of(tried));
    CHECK(tried.refused == 0);
    // Of the note 750 goes back on what was paid for 1002 beyond what is then due, and what was
    // paid for 1001.
    CHECK(tried.sums == Sums{{MoneySums{kEuro, 6'250, 4'500, 5'500, 3'250}}, {9, -1, 5, 4}});
    CHECK(kind_of(tried, "order").sums ==
          Sums{{MoneySums{kEuro, 6'250, 2'500, 0, 0}}, {.shipped = 5}});
    CHECK(kind_of(tried, "payment").sums == Sums{{MoneySums{kEuro, 0, 2'000, 0, 0}}, {}});
    CHECK(kind_of(tried, "product").sums == Sums{});
    HistoryReport done = shop.send(season());
    CHECK(done.sums == tried.sums);
    done.dry_run = true;
    CHECK(done == tried);
    CHECK(sum_of(shop, &payment::State::captured) == 4'500);
    CHECK(sum_of(shop, &payment::State::refunded) == 3'250);
    CHECK(shop.on_hand() == 9 - 1 - 5 + 4);
}

TEST_CASE("what is refused or there already is in no sum") {
    HistoryShop shop;
    CHECK(shop.send({mug(), receipt_of("R1", 2)}).sums == Sums{{}, {.received = 2}});
    history::Order sale = sale_of("1001", 3);
    sale.customer.reset();
    const HistoryReport report = shop.send({receipt_of("R1", 2), sale});
    CHECK(report.refused == 1);  // there are two mugs
    CHECK(report.sums == Sums{});
}

TEST_CASE("money of each currency has a sum of its own, and people read it as such") {
    HistoryShop shop;
    history::Order yen = sale_of("1001", 2);
    yen.currency = *Currency::parse("JPY");
    history::Order euro = sale_of("1002", 2);
    for (history::Order* order : {&yen, &euro}) order->customer.reset();
    const HistoryReport report =
        shop.send({mug(), yen, euro, payment_of("P1", "1002", 1)}, "system=erp&dry_run=1");
    CHECK(report.sums.money == std::vector{MoneySums{kEuro, 2'500, 2'500, 0, 0},
                                           MoneySums{yen.currency, 2'500, 2'500, 0, 0}});
    const std::string text = history::text_of(report);
    INFO(text);
    CHECK(text.find("money: sold 25.00 EUR, paid 25.00 EUR\n") != std::string::npos);
    CHECK(text.find("money: sold 2500 JPY, paid 2500 JPY\n") != std::string::npos);
    CHECK(text.find("units: shipped 4\n") != std::string::npos);
}

TEST_CASE("a record that would make a sum too large is in none of them, and that is told") {
    const Currency yen = *Currency::parse("JPY");
    const RecordSums some{{.currency = kEuro, .sold = 7}, {.adjusted = -2}};
    Sums sums;
    sums.add({{.currency = kEuro, .sold = INT64_MAX - 7}, {.adjusted = INT64_MIN + 2}});
    sums.add(some);
    const Sums full{{MoneySums{.currency = kEuro, .sold = INT64_MAX}}, {.adjusted = INT64_MIN}};
    CHECK(sums == full);
    sums.add({{.currency = kEuro, .sold = 1}, {.received = 3}});
    sums.add({{.currency = yen, .paid = 1}, {.adjusted = -1}});
    Sums expected = full;
    expected.left_out = 2;
    CHECK(sums == expected);
    const std::string text = history::text_of({.sums = sums});
    INFO(text);
    CHECK(text.find("2 records are in none of these sums") != std::string::npos);
    CHECK(history::text_of({.sums = full}).find("none of") == std::string::npos);
}

}  // namespace
}  // namespace shop::api
