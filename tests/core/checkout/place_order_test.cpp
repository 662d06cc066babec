// PlaceOrder: sales by phone, at the counter and of the past, on the path of every checkout.
#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/core/checkout/phone_order.hpp"

namespace shop::tests {
namespace {

using sale::LineKind;

const NewEvent* find_event(const Scenario& scenario, std::string_view type) {
    for (const NewEvent& event : scenario.result().value().events)
        if (event.data.visit([]<class E>(const E&) { return E::kType; }) == type) return &event;
    return nullptr;
}

TEST_CASE("an order by phone is a checkout without a cart") {
    PhoneOrder phone;
    phone.command.reason = {"goodwill", "agreed by phone"};
    phone.place().scenario.then_types({"checkout.started", "payment.initiated"});
    CHECK(phone.checkout().quote.cart_id.is_empty());
    CHECK(phone.checkout().quote.reason == phone.command.reason);
    CHECK(phone.checkout().quote.source == checkout::Source::kStaff);
    CHECK(phone.checkout().quote.totals.total == gbp(2'500));
    CHECK(phone.pending(phone.checkout_id).size() == 2);
    phone.hold_all().scenario.then_types({"checkout.stock_held", "payment.authorized",
                                          "payment.captured", "series.number_assigned",
                                          "order.placed", "checkout.completed"});
    CHECK(phone.sold().placed.number == "100001");
    CHECK(phone.sold().placed.reservations.size() == 2);
    CHECK(phone.payment().captured == gbp(2'500));
    CHECK(phone.payment().provider_reference == "INV-7");
    CHECK(phone.payment().method.type == "invoice");
    CHECK_FALSE(is_open(phone.checkout()));
    CHECK_FALSE(is_open(phone.payment()));
}

TEST_CASE("an order by phone has the time to pay that it was placed with") {
    PhoneOrder phone;
    CHECK(phone.place().checkout().quote.deadline == kNoon + checkout::kPaymentTime);
    PhoneOrder hasty;
    hasty.command.payment_time = seconds(20);
    CHECK(hasty.place().checkout().quote.deadline == kNoon + seconds(20));
}

TEST_CASE("an offline payment may be taken later") {
    PhoneOrder phone;
    phone.command.payment->capture = payment::CaptureMode::kManual;
    phone.place().hold_all();
    CHECK(phone.payment().status == payment::Status::kAuthorized);
    phone.scenario.when(order::Capture{phone.order, {"paid", ""}})
        .then_types({"payment.capture_requested", "payment.captured"});
    CHECK(phone.pending(payment::payment_of(phone.order, 1)).empty());
    CHECK(phone.payment().captured == gbp(2'500));
}

TEST_CASE("an offline payment that is not needed is voided without asking anybody") {
    PhoneOrder phone;
    phone.command.payment->capture = payment::CaptureMode::kManual;
    phone.place().hold_all();
    phone.scenario.when(order::Cancel{.order = phone.order});
    CHECK(phone.payment().status == payment::Status::kVoided);
    CHECK(phone.pending(payment::payment_of(phone.order, 1)).empty());
    CHECK_FALSE(is_open(phone.payment()));
}

TEST_CASE("a sale of the past says when it was, and so do its payment and its order") {
    PhoneOrder phone;
    phone.command.source = checkout::Source::kImport;
    phone.command.sold_at = kLastYear;
    phone.command.external = sale::External{"old-shop", "536365"};
    phone.place();
    CHECK(find_event(phone.scenario, "checkout.started")->effective_at == kLastYear);
    CHECK(find_event(phone.scenario, "payment.initiated")->effective_at == kLastYear);
    phone.hold_all();
    CHECK(find_event(phone.scenario, "payment.authorized")->effective_at == kLastYear);
    CHECK(find_event(phone.scenario, "payment.captured")->effective_at == kLastYear);
    CHECK(find_event(phone.scenario, "order.placed")->effective_at == kLastYear);
    CHECK(phone.sold().placed.sold_at == kLastYear);
    CHECK(phone.sold().placed.external == sale::External{"old-shop", "536365"});
    CHECK(phone.sold().placed_at == kNoon);
    CHECK(phone.checkout().quote.deadline > kNoon);
}

TEST_CASE("a sale cannot be in the future") {
    PhoneOrder phone;
    phone.command.sold_at = kNoon + seconds(1);
    phone.place().scenario.then_refused("invalid-request", "/sold_at");
}

TEST_CASE("what was agreed goes before the list") {
    PhoneOrder phone;
    phone.command.lines = {item("MUG", 3, gbp(900)), item("TEA", 1)};
    phone.place();
    const auto& lines = phone.checkout().quote.lines;
    CHECK(lines[0].price_source.source == sale::PriceSourceKind::kAgreed);
    CHECK(lines[0].gross == gbp(2'700));
    CHECK(lines[1].price_source.source == sale::PriceSourceKind::kList);
    CHECK(lines[1].gross == gbp(500));
}

TEST_CASE("what a sale of the past cost was agreed then, whatever the list says now") {
    PhoneOrder phone;
    phone.command.source = checkout::Source::kImport;
    phone.command.lines = {item("MUG", 3, gbp(900)),
                           extra(LineKind::kShipping, "Courier", gbp(800))};
    phone.place().hold_all();
    for (const sale::Line& line : phone.sold().placed.lines)
        CHECK(line.price_source == sale::PriceSource{sale::PriceSourceKind::kAgreed, "", 0});
}

TEST_CASE("a price below a penny is kept, and rounded once for the line") {
    PhoneOrder phone;
    phone.command.lines = {item("MUG", 1'000, gbp(0))};
    phone.command.lines[0].unit_price->precise = sale::PrecisePrice{125, 5};
    phone.place();
    CHECK(phone.checkout().quote.lines[0].gross == gbp(125));
    CHECK(phone.checkout().quote.lines[0].unit_price.precise == sale::PrecisePrice{125, 5});

    PhoneOrder other;
    other.command.lines = {item("MUG", 1, gbp(2))};
    other.command.lines[0].unit_price->precise = sale::PrecisePrice{125, 5};
    other.place().scenario.then_refused("invalid-request", "/lines/0/unit_price/precise");
}

TEST_CASE("delivery, surcharge, voucher and rebate are lines that need no stock") {
    PhoneOrder phone;
    phone.command.lines = {
        item("MUG", 1),
        extra(LineKind::kShipping, "Courier", gbp(800)),
        extra(LineKind::kSurcharge, "Small order", gbp(100)),
        extra(LineKind::kVoucher, "Gift voucher", gbp(2'000)),
        extra(LineKind::kAdjustment, "Rebate", gbp(-300)),
    };
    phone.place();
    CHECK(phone.pending(phone.checkout_id).size() == 1);
    const sale::Totals& totals = phone.checkout().quote.totals;
    CHECK(totals.shipping == gbp(800));
    CHECK(totals.surcharges == gbp(100));
    CHECK(totals.items == gbp(1'000 + 2'000 - 300));
    CHECK(totals.total == gbp(3'600));
    CHECK(phone.hold_all().sold().placed.lines.size() == 5);
}

TEST_CASE("something without a SKU is sold by its title") {
    PhoneOrder phone;
    checkout::OrderLine repair = extra(LineKind::kItem, "Repair of a kettle", gbp(1'500));
    phone.command.lines = {repair};
    phone.place();
    CHECK(phone.pending(phone.checkout_id).empty());
    CHECK(phone.hold_all().sold().placed.totals.total == gbp(1'500));
}

TEST_CASE("a line that staff leave untaxed says so, beside lines that are taxed") {
    PhoneOrder phone;
    phone.command.lines[1].tax = checkout::LineTax::kNone;
    phone.place();
    const auto& lines = phone.checkout().quote.lines;
    CHECK(lines[0].sku == "MUG");
    CHECK(lines[0].tax.at(0).amount == gbp(333));
    CHECK(lines[1].tax ==
          std::vector{sale::TaxLine{"GB", "standard", "0", gbp(500), gbp(0), "staff"}});
    CHECK(lines[1].net == gbp(500));
    CHECK(lines[1].gross == gbp(500));
    CHECK(phone.checkout().quote.totals.tax == gbp(333));
    CHECK(phone.checkout().quote.totals.tax_lines.size() == 2);
    CHECK(phone.checkout().quote.terms.tax_version == 1);
    CHECK(phone.checkout().quote.terms.prices_include_tax);
}

TEST_CASE("an import without tax names no rules, and its prices include none") {
    PhoneOrder phone;
    phone.command.source = checkout::Source::kImport;
    for (checkout::OrderLine& line : phone.command.lines) line.tax = checkout::LineTax::kNone;
    phone.place();
    const checkout::Started& quote = phone.checkout().quote;
    for (const sale::Line& line : quote.lines) CHECK(line.tax.empty());
    CHECK(quote.terms == sale::Terms{.currency = gbp(0).currency});
    CHECK(quote.totals.tax_lines.empty());
    CHECK(quote.totals.total == gbp(2'500));
}

TEST_CASE("a gift costs nothing, and is taken from the stock all the same") {
    PhoneOrder phone;
    phone.command.lines = {item("MUG", 1, gbp(0))};
    phone.place().scenario.then_types({"checkout.started"});
    phone.hold_all().scenario.then_types(
        {"checkout.stock_held", "series.number_assigned", "order.placed", "checkout.completed"});
    CHECK(phone.sold().placed.payment_ids.empty());
}

TEST_CASE("a sale on account is placed, and paid later") {
    PhoneOrder phone;
    phone.command.payment.reset();
    phone.place().scenario.then_types({"checkout.started"});
    phone.hold_all();
    CHECK(phone.sold().due() == gbp(2'500));
}

TEST_CASE("an import sells what is not published any more, by its product") {
    PhoneOrder phone;
    phone.catalog.unpublish("MUG");
    phone.place().scenario.then_refused("invalid-request", "/lines/0/sku");
    phone.command.lines[0].product_id = TestCatalog::product_id("MUG");
    phone.command.lines[0].unit_price = sale::UnitPrice{gbp(1'000), {}};
    phone.place();
    CHECK(phone.checkout().quote.lines[0].variant_id == TestCatalog::variant_id("MUG"));
}

TEST_CASE("what is wrong with an order is said line by line") {
    struct Case {
        checkout::OrderLine line;
        std::string_view pointer;
    };
    checkout::OrderLine euro = item("MUG", 1, money(100, "EUR"));
    checkout::OrderLine scale = item("MUG", 1, gbp(0));
    scale.unit_price->precise = sale::PrecisePrice{1, 7};
    checkout::OrderLine twin = item("MUG", 1);
    twin.key = "1";
    const std::vector<Case> cases = {
        {item("CUP", 1), "/lines/1/sku"},
        {item("MUG", 0), "/lines/1/quantity"},
        {item("MUG", 1'000'001), "/lines/1/quantity"},
        {item("MUG", 1, gbp(-1)), "/lines/1/unit_price"},
        {item("MUG", 1'000'000, gbp(kMoneyMax)), "/lines/1/unit_price"},
        {euro, "/lines/1/unit_price/currency"},
        {scale, "/lines/1/unit_price/precise/scale"},
        {twin, "/lines/1/key"},
        {extra(LineKind::kShipping, "", gbp(1)), "/lines/1/title"},
        {extra(LineKind::kVoucher, "Voucher", gbp(-1)), "/lines/1/unit_price"},
    };
    for (const Case& wrong : cases) {
        INFO(wrong.pointer);
        PhoneOrder phone;
        phone.command.lines[1] = wrong.line;
        phone.place().scenario.then_refused("invalid-request", wrong.pointer);
    }
}

TEST_CASE("no list price, no sale without an agreed one") {
    PhoneOrder phone;
    phone.command.currency = money(0, "EUR").currency;
    phone.place().scenario.then_refused("invalid-request", "/lines/0/unit_price");
}

TEST_CASE("an order is worth something, and holds what a record holds") {
    PhoneOrder phone;
    phone.command.lines = {extra(LineKind::kAdjustment, "Rebate", gbp(-1))};
    phone.place().scenario.then_refused("invalid-request", "/lines");
    phone.command.lines.clear();
    phone.place().scenario.then_refused("invalid-request", "/lines");
    phone.command.lines.assign(checkout::kLinesMax + 1, item("MUG", 1));
    phone.place().scenario.then_refused("invalid-request", "/lines");
    phone.command.lines.assign(checkout::kLinesMax, item("MUG", 1));
    for (checkout::OrderLine& line : phone.command.lines) line.title = std::string(300, 'x');
    phone.place().scenario.then_refused("invalid-request", "/lines");
    for (checkout::OrderLine& line : phone.command.lines) {
        line.title.clear();
        line.tax = checkout::LineTax::kNone;
    }
    phone.place();
    CHECK(phone.checkout().quote.lines.size() == checkout::kLinesMax);
}

TEST_CASE("the total that was expected is the total, or there is no sale") {
    PhoneOrder phone;
    phone.command.expected_total = gbp(2'499);
    phone.place().scenario.then_refused("total-changed");
}

TEST_CASE("the same order again changes nothing") {
    PhoneOrder phone;
    phone.place().place().scenario.then_nothing();
    phone.hold_all().place().scenario.then_nothing();
}

TEST_CASE("an order that found no stock is tried anew, with new reservations") {
    PhoneOrder phone;
    phone.place().refuse_all().scenario.then_types(
        {"payment.voided", "checkout.effect_answered", "checkout.failed"});
    phone.place().scenario.then_refused(ErrorCode::kUnavailable);
    phone.release_all();
    CHECK(checkout::checkout_outcome(phone.checkout()).kind == checkout::OutcomeKind::kFailed);
    phone.seal_with("another key")
        .place()
        .scenario.then_types({"checkout.started", "payment.initiated"});
    CHECK(phone.checkout().quote.attempt == 2);
    CHECK(phone.checkout().stock_attempt == 2);
    phone.hold_all();
    CHECK(phone.payment(2).captured == gbp(2'500));
}

TEST_CASE("after a declined card the order is paid offline, on the same units") {
    PhoneOrder phone;
    const auto offline = phone.command.payment;
    phone.command.payment =
        checkout::PaymentChoice{"sandbox", {"card", "", ""}, {"card", "tok_declined"}, ""};
    phone.place();
    Answers answers;
    for (const Effect& effect : phone.pending(phone.checkout_id))
        answers.put(effect.id, stock::Outcome{stock::OutcomeKind::kHeld, 0, 0});
    REQUIRE(phone.pending(phone.checkout_id, answers).size() == 1);
    phone.scenario.when(payment::RecordProviderResult{
        payment::payment_of(phone.order, 1),
        "sandbox",
        {payment::ResultDeclined{"", "declined", "05", true}, {}, {}}});
    phone.command.payment = offline;
    phone.place().scenario.then_types({"checkout.payment_added", "payment.initiated"});
    const auto step = phone.advance(payment::payment_of(phone.order, 2));
    phone.scenario.when(step.value().command.as<payment::RecordProviderResult>())
        .then_types({"payment.authorized", "payment.captured", "series.number_assigned",
                     "order.placed", "checkout.completed"});
}

TEST_CASE("a shopper cannot pay offline unless the store says so") {
    PhoneOrder phone;
    phone.command.source = checkout::Source::kWeb;
    phone.place().scenario.then_refused("invalid-request", "/payment/provider");
    phone.command.payment.reset();
    phone.place().scenario.then_refused("invalid-request", "/payment");
}

}  // namespace
}  // namespace shop::tests
