// Credit notes about one order: limits, the penny rule, how they are settled.
#include <catch2/catch.hpp>

#include "core/order/credit.hpp"
#include "tests/core/credit_note/credited_order.hpp"

namespace shop::tests {
namespace {

using credit_note::SettledBy;
using credit_note::Settlement;
using Pence = std::vector<std::int64_t>;

Settlement by(SettledBy how, std::int64_t pence) {
    return {.by = how, .amount = gbp(pence)};
}

TEST_CASE("a credit note takes back what was sold, and asks for the money to go back") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(0, 1)});
    order.scenario.then_types(
        {"credit_note.requested", "order.lines_credited", "payment.refund_requested"});
    CHECK(order.note().total() == gbp(1'000));
    CHECK(order.sold().due() == gbp(1'895));
    CHECK(order.refunds() == Pence{1'000});
    CHECK(order.note().left_to_settle() == gbp(1'000));
    order.credit_again({order.of(0, 1)}).scenario.then_nothing();

    order.refunded(1).scenario.then_types({"payment.refunded", "credit_note.settled"});
    CHECK(order.note().left_to_settle().is_zero());
    order.refunded(1).scenario.then_nothing();
}

TEST_CASE("a note is a copy of the sold line, with its tax, cut to what is credited") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(0, 1)});
    const sale::Line& sold = order.sold().placed.lines.at(0);
    const sale::Line& line = order.note().requested.lines.at(0).line;
    CHECK(line.title == sold.title);
    CHECK(line.quantity == 1);
    CHECK(line.line_id != sold.line_id);
    REQUIRE(line.tax.size() == sold.tax.size());
    CHECK(line.tax.at(0).rate == sold.tax.at(0).rate);
    CHECK(line.net + line.tax.at(0).amount == gbp(1'000));
    order.credit({order.of(0, 1)});
    const sale::Line& other = order.note(2).requested.lines.at(0).line;
    CHECK(line.net + other.net == sold.net);
    CHECK(line.tax.at(0).amount + other.tax.at(0).amount == sold.tax.at(0).amount);
}

TEST_CASE("the tax of reductions that are about no line adds up to the penny") {
    CreditedOrder order;
    order.deliver_all();
    const sale::Totals& sold = order.sold().placed.totals;
    Money tax = gbp(0);
    for (int n = 1; n <= 10; ++n) {
        order.credit({order.money_only(3), order.money_only(1)});
        for (const credit_note::Line& line : order.note(n).requested.lines)
            for (const sale::TaxLine& part : line.line.tax) tax += part.amount;
    }
    Money all = gbp(0);
    for (const sale::TaxLine& part : sold.tax_lines) all += part.amount;
    const double exact =
        40.0 * static_cast<double>(all.minor_units) / static_cast<double>(sold.total.minor_units);
    CHECK(std::abs(static_cast<double>(tax.minor_units) - exact) <=
          static_cast<double>(sold.tax_lines.size()));
}

struct Refusal {
    const char* why;
    credit_note::Wanted (*wanted)(const CreditedOrder&);
    const char* type;
    const char* pointer;
};

TEST_CASE("never more is credited than is left") {
    const Refusal cases[] = {
        {"more units than were sold", [](const auto& o) { return o.of(1, 2); }, "invalid-request",
         "/lines/0/quantity"},
        {"less than none", [](const auto& o) { return o.of(1, -1); }, "invalid-request",
         "/lines/0/quantity"},
        {"more money than the line cost", [](const auto& o) { return o.of(1, 0, 501); },
         "invalid-request", "/lines/0/amount"},
        {"less than nothing", [](const auto& o) { return o.of(1, 0, -1); }, "invalid-request",
         "/lines/0/amount"},
        {"nothing at all", [](const auto& o) { return o.of(1, 0); }, "invalid-request",
         "/lines/0/quantity"},
        {"what the order has not",
         [](const CreditedOrder&) {
             return credit_note::Wanted{.order_line_id = LineId::derive({"?"}), .quantity = 1};
         },
         "invalid-request", "/lines/0/line_id"},
        {"no money", [](const auto& o) { return o.money_only(0); }, "invalid-request", "/amount"},
        {"more than the order cost", [](const auto& o) { return o.money_only(2'896); },
         "credit-limit", ""},
        {"more back in stock than is credited",
         [](const auto& o) {
             auto wanted = o.of(0, 1);
             wanted.restock = 2;
             return wanted;
         },
         "invalid-request", "/lines/0/restock"},
    };
    for (const Refusal& each : cases) {
        INFO(each.why);
        CreditedOrder order;
        order.deliver_all().credit({each.wanted(order)});
        order.scenario.then_refused(each.type, each.pointer);
        CHECK(order.sold().due() == gbp(2'895));
    }
}

TEST_CASE("a limit counts what was credited and canceled before") {
    CreditedOrder order;
    order.cancel_lines(1, 0).create_shipped(1, 1).captured(1);
    order.credit({order.of(0, 2)}).scenario.then_refused("invalid-request", "/lines/0/quantity");
    order.credit({order.of(0, 1, 400)}).credit({order.of(0, 0, 601)});
    order.scenario.then_refused("invalid-request", "/lines/0/amount");
    order.credit({order.of(0, 0, 600)})
        .scenario.then_types(
            {"credit_note.requested", "order.lines_credited", "payment.refund_requested"});
    order.credit({order.money_only(896)}).scenario.then_refused("credit-limit");
    CHECK(order.scenario.result().error().members ==
          R"("left":{"minor_units":895,"currency":"GBP"})");
    order.credit({order.money_only(895)});
    CHECK(order.sold().due().is_zero());
}

TEST_CASE("units credited one by one cost what the line cost, to the penny") {
    for (const std::int64_t gross : {1, 2, 100, 997, 1'000}) {
        for (const std::int64_t units : {1, 3, 7, 12}) {
            INFO(gross << " for " << units);
            order::State sold;
            sale::Line line{.line_id = LineId::derive({"line"}), .quantity = units};
            line.gross = line.net = gbp(gross);
            sold.placed.lines = {line};
            sold.placed.terms.currency = gbp(0).currency;
            sold.placed.totals.total = gbp(gross);
            sold.canceled_amount = sold.credited_amount = sold.given_amount = gbp(0);
            const fulfillment::Progress nothing_left(sold, {});
            for (std::int64_t n = 0; n < units; ++n) {
                const auto amounts =
                    order::amounts_of(sold, nothing_left, {{line.line_id, 1, {}, 0}});
                REQUIRE(amounts.has_value());
                const Money amount = amounts->at(0).amount;
                CHECK(std::abs(amount.minor_units * units - gross) < units);
                evolve(sold, order::LinesCredited{{}, *amounts, amount, {}, {}}, kNoon);
            }
            CHECK(sold.credited_amount == gbp(gross));
            CHECK(sold.left_to_credit().is_zero());
        }
    }
}

TEST_CASE("what was given for a line in money before is not given again with its units") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(0, 0, 300)}).credit({order.of(0, 1)});
    CHECK(order.note(2).total() == gbp(700));
    order.credit({order.of(0, 1)});
    CHECK(order.note(3).total() == gbp(1'000));
    CHECK(order.refunds() == Pence{300, 700, 1'000});
}

struct SettleCase {
    const char* what;
    void (*before)(CreditedOrder&);
    std::vector<Settlement> as;  // none: as the shop does by itself
    Pence refunds;
    std::int64_t settled;
    std::int64_t due;
};

TEST_CASE("what was taken goes back, what was not is less to be paid") {
    const auto delivered = [](CreditedOrder& order) { order.deliver_all(); };
    const SettleCase cases[] = {
        {"nothing was taken", [](CreditedOrder&) {}, {}, {}, 500, 2'395},
        {"all was taken", delivered, {}, {500}, 0, 2'395},
        {"a part was taken, and all of it is due",
         [](CreditedOrder& order) { order.create_shipped(1, 0).captured(1); },
         {},
         {},
         500,
         2'395},
        {"half goes back, half is store credit",
         delivered,
         {by(SettledBy::kRefund, 250), by(SettledBy::kStoreCredit, 250)},
         {250},
         250,
         2'645},
        {"paid in cash", delivered, {by(SettledBy::kOffline, 500)}, {}, 500, 2'895},
    };
    for (const SettleCase& each : cases) {
        INFO(each.what);
        CreditedOrder order;
        each.before(order);
        if (each.as.empty())
            order.credit({order.of(1, 1)});
        else
            order.credit_as({order.of(1, 1)}, each.as);
        REQUIRE(order.scenario.result().has_value());
        CHECK(order.refunds() == each.refunds);
        CHECK(order.note().settled == gbp(each.settled));
        CHECK(order.sold().due() == gbp(each.due));
        CHECK(order.sold().left_to_credit() == gbp(2'395));
    }
}

TEST_CASE("settlements that do not fit are refused") {
    struct Case {
        const char* why;
        std::vector<Settlement> as;
        const char* type;
    };
    Settlement elsewhere = by(SettledBy::kRefund, 500);
    elsewhere.payment_id = PaymentId::derive({"?"});
    const Case cases[] = {
        {"less than is credited", {by(SettledBy::kRefund, 499)}, "invalid-request"},
        {"more than is credited", {by(SettledBy::kOffline, 501)}, "invalid-request"},
        {"nothing", {}, "invalid-request"},
        {"set off, though nothing is to be paid any more",
         {by(SettledBy::kOffset, 500)},
         "invalid-request"},
        {"a payment the order has not", {elsewhere}, "invalid-request"},
    };
    for (const Case& each : cases) {
        INFO(each.why);
        CreditedOrder order;
        order.deliver_all().credit_as({order.of(1, 1)}, each.as).scenario.then_refused(each.type);
    }
    CreditedOrder unpaid;  // nothing was taken
    unpaid.credit_as({unpaid.of(1, 1)}, {{by(SettledBy::kRefund, 500)}});
    unpaid.scenario.then_refused("refund-limit");
}

TEST_CASE("what a capture takes too much, for it was credited meanwhile, goes back once") {
    CreditedOrder order;
    order.create_shipped(2, 1);
    order.credit({order.of(1, 1)});
    CHECK(order.note().settled == gbp(500));
    CHECK(order.refunds().empty());
    order.captured(1);
    CHECK(order.refunds() == Pence{500});
    order.captured(1).scenario.then_nothing();
}

TEST_CASE("what was given in cash does not go back once more when the order is canceled") {
    const auto cash = credit_note::SettledBy::kOffline;
    CreditedOrder taken;
    taken.capture().captured(1);
    taken.credit_as({taken.money_only(1'000)}, {{{.by = cash, .amount = gbp(1'000)}}});
    taken.cancel_by_staff();
    CHECK(taken.refunds() == std::vector<std::int64_t>{Purchase::kTotal - 1'000});
    CHECK(taken.sold().due() == gbp(1'000));

    CreditedOrder held;
    held.credit_as({held.money_only(1'000)}, {{{.by = cash, .amount = gbp(1'000)}}});
    held.cancel_by_staff();
    CHECK(held.payment().voiding.has_value());
    CHECK(held.captures().empty());
}

TEST_CASE("a canceled order is not credited") {
    CreditedOrder order;
    order.cancel_by_staff();
    order.credit({order.of(1, 1)}).scenario.then_refused("order-canceled");
    order.scenario
        .when(credit_note::Request{
            .note = order.note_id(9), .order = OrderId::derive({"?"}), .lines = {order.of(1, 1)}})
        .then_refused("unknown-order");
    order.scenario.when(credit_note::Request{.note = order.note_id(9), .order = order.order})
        .then_refused("invalid-request", "/lines");
}

}  // namespace
}  // namespace shop::tests
