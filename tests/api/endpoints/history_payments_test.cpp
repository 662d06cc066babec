// Money of another shop's past that came apart from its orders, or in parts.
#include "tests/api/endpoints/history_shop.hpp"

namespace shop::api {
namespace {

using namespace tests;

history::Order owed(std::string id, std::int64_t quantity, std::vector<std::int64_t> paid = {}) {
    history::Order order = sale_of(std::move(id), quantity);
    order.customer.reset();
    order.payments.clear();
    for (const std::int64_t amount : paid)
        order.payments.push_back(
            {.method = "transfer", .reference = "invoice 7", .amount = amount});
    return order;
}

std::vector<std::int64_t> captured(HistoryShop& shop, const std::string& order) {
    std::vector<std::int64_t> pence;
    for (const PaymentId& id : shop.order(order).payment_ids())
        pence.push_back(shop.state<payment::State>(id).captured.minor_units);
    return pence;
}

TEST_CASE("an order of the past that was paid in part is paid by what came later, once") {
    HistoryShop shop;
    history::Payment later = payment_of("P1", "1001", 1'200);
    later.at = kSoldAt + days(3);
    const std::vector<HistoryRecord> records = {
        mug(), receipt_of("R1", 2), owed("1001", 2, {1'000}), later, payment_of("P2", "1001", 300)};
    const HistoryReport report = shop.send(records);
    INFO(history::text_of(report));
    CHECK(report.accepted == 5);
    CHECK(captured(shop, "1001") == std::vector<std::int64_t>{1'000, 1'200, 300});
    CHECK(shop.on_hand() == 0);  // it has left all the same
    const PaymentId id = shop.order("1001").later_payments.at(1);
    CHECK(id == payment::later_payment_of(history::order_id_of("erp", "1001"), {"erp", "P1"}));
    const Offset before = shop.log_length();
    CHECK(shop.send(records).already_there == 5);
    CHECK(shop.log_length() == before);
    CHECK(shop.fates({payment_of("P3", "1001", 1)}) ==
          std::vector<std::string>{"payment P3: refused (paid-too-much)"});
}

TEST_CASE("each payment of an order is one of its own, whatever is written on it") {
    HistoryShop shop;
    const std::vector<HistoryRecord> records = {mug(), receipt_of("R1", 2),
                                                owed("1001", 2, {1'250, 1'250})};
    CHECK(shop.send(records).accepted == 3);
    CHECK(captured(shop, "1001") == std::vector<std::int64_t>{1'250, 1'250});
    CHECK(shop.send(records).already_there == 3);
}

TEST_CASE("what was refunded of an order on account goes back on the payments that came") {
    HistoryShop shop;
    const std::vector<HistoryRecord> records = {
        mug(),
        receipt_of("R1", 2),
        owed("1001", 2),
        payment_of("P1", "1001", 2'000),
        payment_of("P2", "1001", 500),
        refund_of("F1", "1001", 700),
    };
    const HistoryReport report = shop.send(records);
    INFO(history::text_of(report));
    CHECK(report.accepted == 6);
    std::vector<std::int64_t> refunded;
    for (const PaymentId& id : shop.order("1001").payment_ids())
        refunded.push_back(shop.state<payment::State>(id).refunded.minor_units);
    CHECK(refunded == std::vector<std::int64_t>{200, 500});
    CHECK(shop.send(records).already_there == 6);
}

TEST_CASE("an import that was cut off between an order and its payment goes on with the payment") {
    HistoryShop shop;
    history::Order order = owed("1001", 2);
    CHECK(shop.send({mug(), receipt_of("R1", 2), order}).accepted == 3);
    order.payments = owed("", 2, {1'000}).payments;
    const std::vector<HistoryRecord> records = {order, payment_of("P1", "1001", 1'501),
                                                payment_of("P2", "1001", 1'500)};
    const std::vector<std::string> expected = {
        "order 1001: accepted", "payment P1: refused (paid-too-much)", "payment P2: accepted"};
    CHECK(shop.fates(records, "system=erp&dry_run=1") == expected);
    CHECK(shop.fates(records) == expected);
    CHECK(captured(shop, "1001") == std::vector<std::int64_t>{1'000, 1'500});
}

// ---- A dry run ----------------------------------------------------------------------------------

// Good and bad ones of every kind that has to do with money.
std::vector<HistoryRecord> good_and_bad() {
    history::CreditNote less = credit_of("C2", "A1", "1", 1);
    less.settle.clear();
    history::CreditNote set_off = credit_of("C3", "A2", "1", 1);
    set_off.settle = {{.by = history::SettledBy::kOffset, .amount = 1'250}};
    history::CreditNote given = credit_of("C6", "A3", "1", 1);
    given.settle = {{.by = history::SettledBy::kOffline, .amount = 1'250}};
    history::CreditNote unsettled = credit_of("C7", "A1", "1", 1);
    unsettled.lines.front().order.reset();
    unsettled.lines.front().order_line.reset();
    unsettled.settle.clear();
    history::CreditNote apart = credit_of("C8", "A4", "1", 1);
    apart.lines.push_back(unsettled.lines.front());
    apart.settle.push_back({.by = history::SettledBy::kOffline, .amount = 1'250});
    history::Order unshipped = owed("A5", 2, {2'500});
    unshipped.fulfilled = false;
    history::Payment tomorrow = payment_of("P9", "A1", 1);
    tomorrow.at = *parse_rfc3339("2999-01-01T00:00:00Z");
    history::Refund lines = refund_of("F4", "A4", 1'300);
    lines.lines = std::vector<history::RefundLine>{{"1", 1, 1'250, true}};
    return {
        owed("A1", 2),
        payment_of("P1", "A1", 2'501),
        payment_of("P2", "A1", 1'000),
        payment_of("P2", "A1", 1'000),
        refund_of("F1", "A1", 1'001),
        less,
        payment_of("P3", "A1", 251),
        payment_of("P4", "A1", 250),
        refund_of("F2", "A1", 1'250),
        refund_of("F3", "A1", 1),
        owed("A2", 2, {1'500}),
        set_off,
        credit_of("C4", "A2", "1", 2),
        owed("A3", 1, {1'251}),
        owed("A3", 1, {1'250}),
        given,
        payment_of("P5", "A3", 1),
        refund_of("F5", "A3", 1),
        unsettled,
        owed("A4", 3, {1'000, 2'000}),
        apart,
        lines,
        payment_of("P6", "A4", 750),
        unshipped,
        credit_of("C9", "A5", "1", 1),
        payment_of("P7", "none", 1),
        refund_of("F6", "none", 1),
        credit_of("C10", "A2", "9", 1),
        tomorrow,
    };
}

TEST_CASE(
    "a dry run says of each record what the import does, in a new shop and in one that has "
    "some of it") {
    HistoryShop shop;
    CHECK(shop.send({mug(), receipt_of("R1", 100)}).refused == 0);
    const std::vector<HistoryRecord> all = good_and_bad();
    for (const std::size_t part : {all.size() / 3, 2 * all.size() / 3, all.size(), all.size()}) {
        const std::vector<HistoryRecord> records(all.begin(),
                                                 all.begin() + static_cast<std::ptrdiff_t>(part));
        const Offset before = shop.log_length();
        const std::vector<std::string> told = shop.fates(records, "system=erp&dry_run=1");
        CHECK(shop.log_length() == before);
        CHECK(told == shop.fates(records));
        CHECK(told.size() == records.size());
    }
    const HistoryReport again = shop.send(all);
    CHECK(again.accepted == 0);
    CHECK(again.refused == 15);
}

TEST_CASE("what staff did to an order since counts in a dry run as in the import") {
    HistoryShop shop;
    CHECK(shop.send({mug(), receipt_of("R1", 9), owed("1001", 2), owed("1002", 2)}).refused == 0);
    const std::string paid = R"({"method":"cash","amount":{"minor_units":2000,"currency":"EUR"}})";
    const auto order = history::order_id_of("erp", "1001").to_string();
    CHECK(shop.call(http::Method::kPost, "/api/v1/admin/orders/" + order + "/payments", paid)
              .status == 201);
    const std::vector<HistoryRecord> records = {
        payment_of("P1", "1001", 501), payment_of("P2", "1001", 500),
        refund_of("F1", "1001", 2'501), refund_of("F2", "1001", 2'500)};
    const std::vector<std::string> expected = {
        "payment P1: refused (paid-too-much)", "payment P2: accepted",
        "refund F1: refused (refunded-too-much)", "refund F2: accepted"};
    CHECK(shop.fates(records, "system=erp&dry_run=1") == expected);
    CHECK(shop.fates(records) == expected);
}

}  // namespace
}  // namespace shop::api
