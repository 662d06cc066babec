// What becomes of another shop's history (api/endpoints/admin_history_import).
#include <algorithm>
#include <catch2/catch.hpp>

#include "api/history/record_sender.hpp"
#include "core/customer/customer.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {
namespace {

using history::HistoryRecord;
using history::HistoryReport;
using tests::adjustment_of;
using tests::HistoryShop;
using tests::mug;
using tests::receipt_of;
using tests::text_of;

TEST_CASE("goods of another shop's past are in stock, and the same file changes nothing") {
    HistoryShop shop;
    const std::vector<HistoryRecord> records = {mug(), receipt_of("R1", 5), receipt_of("R2", 5),
                                                adjustment_of("A1", -3), adjustment_of("A2", 1)};
    CHECK(shop.send(records).accepted == 5);
    CHECK(shop.on_hand() == 8);
    CHECK(shop.catalog().find_sku("MUG") != nullptr);
    const Offset before = shop.log_length();
    const HistoryReport again = shop.send(records);
    CHECK(again.already_there == 5);
    CHECK(again.accepted == 0);
    CHECK(shop.log_length() == before);
    CHECK(shop.on_hand() == 8);
}

TEST_CASE("two systems may call their receipts the same") {
    HistoryShop shop;
    shop.send({mug(), receipt_of("R1", 5)});
    CHECK(shop.send({receipt_of("R1", 2)}, "system=other").accepted == 1);
    CHECK(shop.on_hand() == 7);
}

TEST_CASE("a draft of another shop stays one, and has a stock all the same") {
    HistoryShop shop;
    CHECK(shop.send({mug(false), receipt_of("R1", 5)}).accepted == 2);
    CHECK(shop.catalog().find_sku("MUG") == nullptr);
    CHECK(shop.on_hand() == 5);
}

TEST_CASE("goods leave only behind those that came in before them") {
    HistoryShop shop;
    std::vector<HistoryRecord> records = {mug()};
    for (int i = 1; i <= 40; ++i) {
        records.push_back(receipt_of("R" + std::to_string(i), 3));
        records.push_back(adjustment_of("A" + std::to_string(i), -3));
    }
    CHECK(shop.send(records).refused == 0);
    CHECK(shop.on_hand() == 0);
}

TEST_CASE("what is wrong is named by its line, and the rest goes on") {
    HistoryShop shop;
    const HistoryReport report =
        shop.send(text_of({mug(), receipt_of("R1", 5)}) + "{\"type\":\"receipt\"}\n\nrubbish\n" +
                  text_of({adjustment_of("A1", -9), adjustment_of("A2", -1)}));
    CHECK(report.read == 6);
    CHECK(report.accepted == 3);
    CHECK(report.refused == 3);
    REQUIRE(report.kinds.size() == 4);
    const auto& unreadable = report.kinds[3];
    CHECK(unreadable.type.empty());
    CHECK(unreadable.refusals.front().examples[0].line == 3);
    CHECK(unreadable.refusals.front().examples[1].line == 5);
    const auto& adjustments = report.kinds[2];
    REQUIRE(adjustments.refusals.size() == 1);
    CHECK(adjustments.refusals.front().code == "stock-below-zero");
    CHECK(adjustments.refusals.front().examples.front().id == "A1");
    CHECK(adjustments.refusals.front().examples.front().line == 6);
    CHECK(shop.on_hand() == 4);
}

TEST_CASE("a dry run says what is wrong, and changes nothing") {
    HistoryShop shop;
    const Offset before = shop.log_length();
    const HistoryReport report =
        shop.send({receipt_of("R0", 5), mug(), receipt_of("R1", 5), receipt_of("R1", 5)},
                  "system=erp&dry_run=1");
    CHECK(report.dry_run);
    CHECK(report.accepted == 2);
    CHECK(report.already_there == 1);
    CHECK(report.refused == 1);
    CHECK(report.kinds.back().refusals.front().code == "unknown-product");
    CHECK(shop.log_length() == before);
}

TEST_CASE("a sale of another shop's past is an order here, paid when it was sold") {
    HistoryShop shop;
    history::Order sale = tests::sale_of("1001", 2);
    sale.fulfilled = false;
    const std::vector<HistoryRecord> records = {mug(), history::Customer{.id = "77", .name = "Ada"},
                                                receipt_of("R1", 2), sale};
    const HistoryReport report = shop.send(records);
    INFO(history::text_of(report));
    CHECK(report.accepted == 4);
    const auto order = shop.state<order::State>(history::order_id_of("erp", "1001"));
    CHECK(order.placed.totals.total == Money{2'500, tests::kEuro});
    CHECK(order.placed.party.customer_id == history::customer_id_of("erp", "77"));
    CHECK(order.placed.sold_at == tests::kSoldAt);
    const auto payment = shop.state<payment::State>(order.placed.payment_ids.front());
    CHECK(payment.captured == Money{2'500, tests::kEuro});
    CHECK(shop.send(records).already_there == 4);
}

TEST_CASE("a sale whose goods were not there is refused, and may come again") {
    HistoryShop shop;
    history::Order sale = tests::sale_of("1001", 2);
    sale.fulfilled = false;
    sale.customer.reset();
    const HistoryReport report = shop.send({mug(), receipt_of("R1", 1), sale});
    REQUIRE(report.refused == 1);
    CHECK(report.kinds.back().refusals.front().code == "out_of_stock");
    CHECK(shop.send({receipt_of("R2", 1), sale}).accepted == 2);
}

TEST_CASE("goods come in though a sale looked for them before there were any") {
    HistoryShop shop;
    history::Order sale = tests::sale_of("1001", 2);
    sale.customer.reset();
    REQUIRE(shop.send({mug(), sale}).refused == 1);
    const HistoryReport report = shop.send({mug(), receipt_of("R1", 2), sale});
    INFO(history::text_of(report));
    CHECK(report.accepted == 2);
    CHECK(shop.on_hand() == 0);
}

std::vector<HistoryRecord> two_sales() {
    return {mug(), history::Customer{.id = "77", .name = "Ada"}, receipt_of("R1", 5),
            tests::sale_of("1001", 2), tests::sale_of("1002", 3)};
}

TEST_CASE("a fulfilled sale has left the stock, and what is credited of it comes back") {
    HistoryShop shop;
    std::vector<HistoryRecord> records = two_sales();
    CHECK(shop.send(records).accepted == 5);
    CHECK(shop.on_hand() == 0);
    records.push_back(tests::credit_of("C1", "1001", "1", 1));
    const HistoryReport report = shop.send(records);
    INFO(history::text_of(report));
    CHECK(report.accepted == 1);
    CHECK(shop.on_hand() == 1);
    const auto order = shop.state<order::State>(history::order_id_of("erp", "1001"));
    CHECK(order.credited_amount == Money{1'250, tests::kEuro});
    const auto payment = shop.state<payment::State>(order.placed.payment_ids.front());
    CHECK(payment.refunded == Money{1'250, tests::kEuro});
    const Offset before = shop.log_length();
    CHECK(shop.send(records).already_there == 6);
    CHECK(shop.log_length() == before);
}

TEST_CASE("a note over two orders and none gives each its part, and settles the rest") {
    HistoryShop shop;
    std::vector<HistoryRecord> records = two_sales();
    history::CreditNote note = tests::credit_of("C1", "1001", "1", 1);
    history::CreditNote other = tests::credit_of("C1", "1002", "1", 3);
    other.lines.front().order_amount = 3'000;  // the rest is settled by other means
    other.settle.front().amount = 3'000;
    note.lines.push_back(other.lines.front());
    note.settle.push_back(other.settle.front());
    note.settle.push_back({.by = history::SettledBy::kOffline, .amount = 750});
    records.push_back(note);
    const HistoryReport report = shop.send(records);
    INFO(history::text_of(report));
    CHECK(report.accepted == 6);
    CHECK(shop.on_hand() == 4);
    for (const auto& [id, credited] : {std::pair{"1001", 1'250}, std::pair{"1002", 3'000}}) {
        const auto order = shop.state<order::State>(history::order_id_of("erp", id));
        CHECK(order.credited_amount == Money{credited, tests::kEuro});
        const auto payment = shop.state<payment::State>(order.placed.payment_ids.front());
        CHECK(payment.refunded == Money{credited, tests::kEuro});
    }
    CHECK(shop.send(records).already_there == 6);
}

TEST_CASE("a note of which one order does not take its part is refused, and has no number") {
    HistoryShop shop;
    REQUIRE(shop.send(two_sales()).accepted == 5);
    history::CreditNote note = tests::credit_of("C1", "1001", "1", 1);
    note.lines.push_back(tests::credit_of("C1", "1002", "1", 4).lines.front());
    const HistoryRecord record = note;
    const Offset before = shop.log_length();
    Services& services = shop.services();
    history::RecordSender sender(
        {services.engine, services.catalog_fold, services.keys, services.home}, "erp", {});
    const history::Sent sent = shop.run(sender.send(&record));
    REQUIRE_FALSE(sent);
    CHECK(sent.error().type == "invalid-request");
    CHECK(shop.log_length() == before);
}

TEST_CASE("money that was given back apart from notes is credited to its order") {
    HistoryShop shop;
    std::vector<HistoryRecord> records = two_sales();
    records.push_back(tests::refund_of("F1", "1001", 300));
    const HistoryReport report = shop.send(records);
    INFO(history::text_of(report));
    CHECK(report.accepted == 6);
    const auto order = shop.state<order::State>(history::order_id_of("erp", "1001"));
    CHECK(order.credited_amount == Money{300, tests::kEuro});
}

TEST_CASE("each record's fate is told on request, the report behind them") {
    HistoryShop shop;
    const http::Response answer =
        shop.call(http::Method::kPost, "/api/v1/admin/imports/history",
                  text_of({mug(), receipt_of("R1", 5)}) + "rubbish", "fates=1");
    CHECK(answer.content_type == "application/x-ndjson");
    CHECK(std::ranges::count(answer.body, '\n') == 4);
    CHECK(answer.body.find(R"({"line":2,"type":"receipt","id":"R1"})") != std::string::npos);
}

// What the customer's keys seal is gone once they are erased.
bool is_erased_with(HistoryShop& shop, const order::State& order) {
    const auto theirs = shop.state<customer::State>(order.customer_id).all_keys();
    return std::ranges::all_of(order.personal_keys(), [&](const std::string& key) {
        return std::ranges::find(theirs, key) != theirs.end();
    });
}

TEST_CASE("what another shop noted of an order is a note of it, once, and goes with the customer") {
    HistoryShop shop;
    std::vector<HistoryRecord> records = two_sales();
    CHECK(shop.send(records).accepted == 5);  // cut off before the note
    history::Order noted = tests::sale_of("1001", 2);
    noted.note = "Ada called";
    const HistoryReport report = shop.send({noted});
    INFO(history::text_of(report));
    CHECK(report.accepted == 1);
    CHECK(shop.order("1001").notes == 1);
    REQUIRE(shop.order("1001").personal_keys().size() == 1);
    CHECK(is_erased_with(shop, shop.order("1001")));
    CHECK(shop.send({noted}).already_there == 1);
    CHECK(shop.order("1001").notes == 1);
}

TEST_CASE("what another shop noted of an order of nobody known is a note all the same") {
    HistoryShop shop;
    history::Order sale = tests::sale_of("1001", 2);
    sale.customer.reset();
    sale.note = "left at the door";
    CHECK(shop.send({mug(), receipt_of("R1", 2), sale}).accepted == 3);
    CHECK(shop.order("1001").notes == 1);
}

}  // namespace
}  // namespace shop::api
