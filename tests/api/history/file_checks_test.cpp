// What the records of a file must be to each other.
#include <catch2/catch.hpp>

#include "api/history/file_checks.hpp"
#include "tests/api/history/sample_records.hpp"

namespace shop::history {
namespace {

using namespace tests;

struct Checks : FileChecks {
    Checks() : FileChecks("erp") {}
    std::string code_of(const HistoryRecord& record) {
        const auto moved = check(record);
        return moved ? "" : moved.error().type;
    }
};

TEST_CASE("what a record names is told before it, or has to be known to the shop") {
    Checks checks;
    CHECK(checks.not_told(sale_of("1001", 2)) ==
          std::vector<Named>{{NamedKind::kProduct, "MUG"}, {NamedKind::kCustomer, "77"}});
    CHECK(checks.not_told(receipt_of("R1", 5)).size() == 1);
    CHECK(checks.code_of(Product{.sku = "MUG", .title = "Mug"}).empty());
    CHECK(checks.not_told(receipt_of("R2", 5)).empty());
    checks.know({NamedKind::kCustomer, "77"});
    CHECK(checks.not_told(sale_of("1002", 2)).empty());
}

TEST_CASE("a record that comes again is known by its kind and id") {
    Checks checks;
    CHECK_FALSE(checks.is_repeated(receipt_of("1", 5)));
    CHECK(checks.code_of(receipt_of("1", 5)).empty());
    CHECK(checks.is_repeated(receipt_of("1", 5)));
    CHECK_FALSE(checks.is_repeated(sale_of("1", 2)));
}

TEST_CASE("nobody is credited what was not sold") {
    Checks checks;
    CHECK(checks.code_of(sale_of("1001", 2)).empty());
    CHECK(checks.code_of(credit_of("C1", "1001", "1", 3)) == "credited-too-many");
    CHECK(checks.code_of(credit_of("C2", "1001", "9", 1)) == "unknown-order-line");
    CHECK(checks.code_of(credit_of("C3", "1001", "1", 1)).empty());
    CHECK(checks.code_of(credit_of("C4", "1001", "1", 2)) == "credited-too-many");
    CHECK(checks.code_of(credit_of("C5", "1001", "1", 1)).empty());
}

TEST_CASE("a refused note leaves what it would have credited") {
    Checks checks;
    CHECK(checks.code_of(sale_of("1001", 2)).empty());
    CreditNote note = credit_of("C1", "1001", "1", 2);
    note.settle.front().amount = 2'500;
    note.settle.push_back({.by = SettledBy::kRefund, .amount = 1, .order = "1001"});
    CHECK(checks.code_of(note) == "refunded-too-much");
    note.settle.pop_back();
    CHECK(checks.code_of(note).empty());
}

TEST_CASE("no more is given back than was paid, whatever gives it back") {
    Checks checks;
    Order order = sale_of("1001", 2);
    order.payments.clear();
    CHECK(checks.code_of(order).empty());
    CHECK(checks.code_of(refund_of("F1", "1001", 1)) == "refunded-too-much");
    CHECK(checks.code_of(payment_of("P1", "1001", 2'501)) == "paid-too-much");
    CHECK(checks.code_of(payment_of("P2", "1001", 2'500)).empty());
    CHECK(checks.code_of(refund_of("F2", "1001", 2'000)).empty());
    CHECK(checks.code_of(refund_of("F3", "1001", 501)) == "refunded-too-much");
    CHECK(checks.code_of(refund_of("F4", "1001", 500)).empty());
}

TEST_CASE("an order is not paid more than its lines come to") {
    Checks checks;
    Order order = sale_of("1001", 2);
    order.payments.front().amount = 2'501;
    CHECK(checks.code_of(order) == "paid-too-much");
    CHECK(checks.not_told(credit_of("C1", "1001", "1", 1)).back() ==
          Named{NamedKind::kOrder, "1001"});
}

// ---- Paid in part -------------------------------------------------------------------------------

Order owed(std::string id, std::int64_t paid) {
    Order order = sale_of(std::move(id), 2);
    order.payments.front().amount = paid;
    if (paid == 0) order.payments.clear();
    return order;
}

TEST_CASE("what was credited need not be paid, and is set off against what is owed alone") {
    Checks checks;
    CHECK(checks.code_of(owed("1001", 1'000)).empty());
    CreditNote note = credit_of("C1", "1001", "1", 1);
    note.settle.clear();  // less to be paid
    CHECK(checks.code_of(note).empty());
    CHECK(checks.code_of(payment_of("P1", "1001", 251)) == "paid-too-much");
    CHECK(checks.code_of(payment_of("P2", "1001", 250)).empty());
    note.id = "C2";
    CHECK(checks.code_of(note) == "offset-too-much");
    note.settle = {{.by = SettledBy::kRefund, .amount = 1'250, .order = "1001"}};
    CHECK(checks.code_of(note).empty());
    CHECK(checks.code_of(refund_of("F1", "1001", 1)) == "refunded-too-much");
}

TEST_CASE("goods come back only if they had left, and once") {
    Checks checks;
    Order order = sale_of("1001", 2);
    order.fulfilled = false;
    CHECK(checks.code_of(order).empty());
    CHECK(checks.code_of(credit_of("C1", "1001", "1", 1)) == "restocked-too-many");
    CHECK(checks.code_of(sale_of("1002", 2)).empty());
    CHECK(checks.code_of(credit_of("C2", "1002", "1", 1)).empty());
}

TEST_CASE("what belongs to no order is settled as its note says, and all of it") {
    Checks checks;
    CreditNote note = credit_of("C1", "1001", "1", 1);
    note.lines.front().order.reset();
    note.lines.front().order_line.reset();
    note.settle = {{.by = SettledBy::kOffline, .amount = 1'000}};
    CHECK(checks.code_of(note) == "not-settled");
    note.settle.push_back({.by = SettledBy::kStoreCredit, .amount = 250});
    CHECK(checks.code_of(note).empty());
}

TEST_CASE("an order that the shop has is judged by what the shop says of it") {
    Checks checks;
    SoldOrder known = sold_of(owed("1001", 0), "erp");
    known.balance = 300;
    checks.know(known);
    CHECK(checks.not_told(payment_of("P1", "1001", 1)).empty());
    CHECK(checks.code_of(owed("1001", 0)).empty());
    CHECK(checks.code_of(payment_of("P1", "1001", 301)) == "paid-too-much");
    CHECK(checks.code_of(payment_of("P2", "1001", 300)).empty());
    known.is_canceled = true;
    checks.know(known);
    CHECK(checks.code_of(payment_of("P3", "1001", 1)) == "order-canceled");
    CHECK(checks.code_of(credit_of("C1", "1001", "1", 1)) == "order-canceled");
}

}  // namespace
}  // namespace shop::history
