// What the records of a file must be to each other.
#include <catch2/catch.hpp>

#include "api/history/file_checks.hpp"
#include "tests/api/history/sample_records.hpp"

namespace shop::history {
namespace {

using namespace tests;

std::string code_of(const FileChecks::Verdict& verdict) {
    return verdict.refusal ? verdict.refusal->type : "";
}

TEST_CASE("what a record names is told before it, or has to be known to the shop") {
    FileChecks checks;
    const auto verdict = checks.check(sale_of("1001", 2));
    CHECK(verdict.not_told ==
          std::vector<Named>{{NamedKind::kProduct, "MUG"}, {NamedKind::kCustomer, "77"}});
    CHECK(checks.check(receipt_of("R1", 5)).not_told.size() == 1);
    checks.check(Product{.sku = "MUG", .title = "Mug"});
    CHECK(checks.check(receipt_of("R2", 5)).not_told.empty());
    checks.know({NamedKind::kCustomer, "77"});
    CHECK(checks.check(sale_of("1002", 2)).not_told.empty());
}

TEST_CASE("a record that comes again is known by its kind and id") {
    FileChecks checks;
    CHECK_FALSE(checks.check(receipt_of("1", 5)).is_repeated);
    CHECK(checks.check(receipt_of("1", 5)).is_repeated);
    CHECK_FALSE(checks.check(sale_of("1", 2)).is_repeated);
}

TEST_CASE("nobody is credited what was not sold") {
    FileChecks checks;
    checks.check(sale_of("1001", 2));
    CHECK(code_of(checks.check(credit_of("C1", "1001", "1", 3))) == "credited-too-many");
    CHECK(code_of(checks.check(credit_of("C2", "1001", "9", 1))) == "unknown-order-line");
    CHECK(code_of(checks.check(credit_of("C3", "1001", "1", 1))).empty());
    CHECK(code_of(checks.check(credit_of("C4", "1001", "1", 2))) == "credited-too-many");
    CHECK(code_of(checks.check(credit_of("C5", "1001", "1", 1))).empty());
}

TEST_CASE("a refused note leaves what it would have credited") {
    FileChecks checks;
    checks.check(sale_of("1001", 2));
    CreditNote note = credit_of("C1", "1001", "1", 2);
    note.settle.front().amount = 2'500;
    note.settle.push_back({.by = SettledBy::kRefund, .amount = 1, .order = "1001"});
    CHECK(code_of(checks.check(note)) == "refunded-too-much");
    note.settle.pop_back();
    CHECK(code_of(checks.check(note)).empty());
}

TEST_CASE("no more is given back than was paid, whatever gives it back") {
    FileChecks checks;
    Order order = sale_of("1001", 2);
    order.payments.clear();
    checks.check(order);
    CHECK(code_of(checks.check(refund_of("F1", "1001", 1))) == "refunded-too-much");
    CHECK(code_of(checks.check(payment_of("P1", "1001", 2'501))) == "paid-too-much");
    CHECK(code_of(checks.check(payment_of("P2", "1001", 2'500))).empty());
    CHECK(code_of(checks.check(refund_of("F2", "1001", 2'000))).empty());
    CHECK(code_of(checks.check(refund_of("F3", "1001", 501))) == "refunded-too-much");
    CHECK(code_of(checks.check(refund_of("F4", "1001", 500))).empty());
}

TEST_CASE("an order is not paid more than its lines come to") {
    FileChecks checks;
    Order order = sale_of("1001", 2);
    order.payments.front().amount = 2'501;
    CHECK(code_of(checks.check(order)) == "paid-too-much");
    CHECK(checks.check(credit_of("C1", "1001", "1", 1)).not_told.back() ==
          Named{NamedKind::kOrder, "1001"});
}

}  // namespace
}  // namespace shop::history
