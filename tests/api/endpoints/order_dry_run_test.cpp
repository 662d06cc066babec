// What staff would do to what an order owes, and do not.
#include "api/endpoints/dry_run.hpp"
#include "core/json/encode.hpp"
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {

void add_credit_note_routes(http::Routes& routes, Services& services);
void add_credit_note_part_routes(http::Routes& routes, Services& services);

namespace {

using namespace tests;

const OrderId kSold = history::order_id_of("erp", "1001");
const std::string kOneMug =
    R"({"line_id":")" + checkout::line_of(kSold, "1").to_string() + R"(","quantity":1})";

Money euro(std::int64_t cents) {
    return {cents, kEuro};
}
std::string json_of(const Money& money) {
    return json::to_json(money, json::Defaults::kWrite);
}
OrderMoney of_sold(MoneyChange due, MoneyChange balance) {
    return {kSold, due, balance};
}

// An order of two mugs at 12.50, on account until it is paid.
struct DryShop : HistoryShop {
    DryShop()
        : HistoryShop([](http::Routes& routes, Services& services) {
              add_import_routes(routes, services);
              add_credit_note_routes(routes, services);
              add_credit_note_part_routes(routes, services);
          }) {
        history::Order order = sale_of("1001", 2);
        order.customer.reset();
        order.payments.clear();
        order.fulfilled = false;
        REQUIRE(send({mug(), receipt_of("R1", 9), order}).accepted == 3);
    }
    void pay() { REQUIRE(send({payment_of("P1", "1001", 2'500)}).accepted == 1); }
    PaymentId payment() { return order("1001").payment_ids().front(); }

    http::Response post(const std::string& what, const std::string& body,
                        const std::string& query = {}) {
        return call(http::Method::kPost, "/api/v1/admin/orders/" + kSold.to_string() + "/" + what,
                    body, query);
    }
    DryRunView tried(const std::string& what, const std::string& body) {
        const Offset before = log_length();
        const http::Response answer = post(what, body, "dry_run=1");
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        CHECK(log_length() == before);
        return json::from_json<DryRunView>(answer.body, json::Missing::kIsError).value();
    }
};

TEST_CASE("units that would be canceled would make less due") {
    DryShop shop;
    const DryRunView lines = shop.tried("cancel-lines", R"({"lines":[)" + kOneMug + "]}");
    CHECK(lines.money.empty());
    CHECK(lines.orders ==
          std::vector{of_sold({euro(2'500), euro(1'250)}, {euro(2'500), euro(1'250)})});
    const DryRunView all = shop.tried("cancel", "{}");
    CHECK(all.orders == std::vector{of_sold({euro(2'500), euro(0)}, {euro(2'500), euro(0)})});
}

TEST_CASE("money that would come would be less to pay") {
    DryShop shop;
    const DryRunView paid =
        shop.tried("payments", R"({"method":"cash","amount":)" + json_of(euro(400)) + "}");
    CHECK(paid.orders ==
          std::vector{of_sold({euro(2'500), euro(2'500)}, {euro(2'500), euro(2'100)})});
}

TEST_CASE("what would be credited before it is paid would be set off") {
    DryShop shop;
    const DryRunView credited =
        shop.tried("credit-notes", R"({"amount":)" + json_of(euro(500)) + "}");
    CHECK(credited.money == std::vector{MoneyMove{{}, MoneyMoveKind::kOffset, euro(500)}});
    CHECK(credited.orders ==
          std::vector{of_sold({euro(2'500), euro(2'000)}, {euro(2'500), euro(2'000)})});
}

TEST_CASE("what would go back on the payment is paid back then") {
    DryShop shop;
    shop.pay();
    const DryRunView credited =
        shop.tried("credit-notes", R"({"amount":)" + json_of(euro(500)) + "}");
    CHECK(credited.money ==
          std::vector{MoneyMove{shop.payment(), MoneyMoveKind::kRefund, euro(500)}});
    CHECK(credited.orders == std::vector{of_sold({euro(2'500), euro(2'000)}, {euro(0), euro(0)})});
}

// It is no part of what the order's payments are for, so that these may stay.
TEST_CASE("what would be given in cash leaves the order's payments alone") {
    DryShop shop;
    shop.pay();
    const std::string sum = json_of(euro(500));
    const DryRunView credited = shop.tried(
        "credit-notes",
        R"({"amount":)" + sum + R"(,"settlements":[{"by":"offline","amount":)" + sum + "}]}");
    CHECK(credited.money == std::vector{MoneyMove{{}, MoneyMoveKind::kOffline, euro(500)}});
    CHECK(credited.orders == std::vector{of_sold({euro(2'500), euro(2'500)}, {euro(0), euro(0)})});
}

TEST_CASE("what an order's part of a note would be settled with has its amount") {
    DryShop shop;
    const CreditNoteId note = CreditNoteId::derive({"over several orders"});
    credit_note::Request request{.note = note};
    request.terms = {.currency = kEuro, .exponent = 2, .prices_include_tax = true};
    credit_note::Wanted& apart = request.lines.emplace_back();  // of no order
    apart.sold.quantity = 1;
    apart.sold.gross = apart.sold.net = euro(100);
    credit_note::Wanted& wanted = request.lines.emplace_back();
    wanted.order_id = kSold;
    wanted.order_line_id = checkout::line_of(kSold, "1");
    wanted.sold.quantity = 3;  // of two: the order refuses it
    wanted.sold.gross = wanted.sold.net = euro(3'750);
    shop.record(request);
    const http::Response answer = shop.call(http::Method::kPost,
                                            "/api/v1/admin/credit-notes/" + note.to_string() +
                                                "/orders/" + kSold.to_string() + "/settle",
                                            R"({"by":"store_credit"})", "dry_run=1");
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const DryRunView settled =
        json::from_json<DryRunView>(answer.body, json::Missing::kIsError).value();
    CHECK(settled.money == std::vector{MoneyMove{{}, MoneyMoveKind::kStoreCredit, euro(3'750)}});
    CHECK(settled.orders ==
          std::vector{of_sold({euro(2'500), euro(2'500)}, {euro(2'500), euro(2'500)})});
}

TEST_CASE("a refund that came back would be settled by other means") {
    DryShop shop;
    shop.pay();
    const PaymentId id = shop.payment();
    REQUIRE(shop.post("credit-notes", R"({"amount":)" + json_of(euro(500)) + "}").status == 201);
    const RefundId refund = shop.state<payment::State>(id).refunds.front().refund_id;
    const payment::ResultFailed refused{payment::Operation::kRefund, {}, "closed_account", refund};
    shop.record(payment::RecordProviderResult{id, "offline", {.of = refused}});
    const DryRunView settled =
        shop.tried("payments/" + id.to_string() + "/refunds/" + refund.to_string() + "/settle",
                   R"({"by":"store_credit"})");
    CHECK(settled.money == std::vector{MoneyMove{id, MoneyMoveKind::kStoreCredit, euro(500)}});
    CHECK(settled.orders ==
          std::vector{of_sold({euro(2'000), euro(2'000)}, {euro(-500), euro(0)})});
}

}  // namespace
}  // namespace shop::api
