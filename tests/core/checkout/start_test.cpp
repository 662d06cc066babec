// StartCheckout: what is frozen, what is refused, and who gets whose outcome.
#include <catch2/catch.hpp>

#include "core/order/series.hpp"
#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {
namespace {

TEST_CASE("a checkout starts with one record: quote frozen, cart locked, payment intended") {
    Purchase purchase;
    purchase.start().scenario.then_types({"checkout.started", "cart.locked", "payment.initiated"});
    const checkout::State& state = purchase.checkout();
    CHECK(state.quote.order_id == purchase.order);
    CHECK(state.quote.totals.total == gbp(Purchase::kTotal));
    CHECK(state.quote.lines.size() == 3);
    CHECK(state.quote.deadline == kNoon + checkout::kPaymentTime);
    CHECK(purchase.cart_state().status == cart::Status::kCheckingOut);
    CHECK(purchase.payment().amount == gbp(Purchase::kTotal));
    CHECK(purchase.payment().after_stock);
    CHECK(purchase.payment().capture_mode == payment::CaptureMode::kManual);
    CHECK(purchase.outcome().kind == checkout::OutcomeKind::kPending);
    CHECK_FALSE(purchase.has_order());
}

TEST_CASE("a checkout keeps the time to pay that it started with, whatever the next card's is") {
    Purchase purchase;
    checkout::Start command = purchase.start_command();
    command.payment_time = seconds(20);
    purchase.scenario.when(command);
    CHECK(deadline(purchase.checkout_id, purchase.checkout()) == kNoon + seconds(20));
    purchase.declined().pay_again().scenario.then_types(
        {"checkout.payment_added", "payment.initiated"});
    CHECK(deadline(purchase.checkout_id, purchase.checkout()) == kNoon + seconds(20));
}

TEST_CASE("a second click joins the checkout that is under way") {
    Purchase purchase;
    purchase.start().start().scenario.then_nothing();
    purchase.authorized().start().scenario.then_nothing();
    CHECK(purchase.outcome().kind == checkout::OutcomeKind::kPlaced);
}

TEST_CASE("a cart cannot change while it is being checked out") {
    Purchase purchase;
    purchase.start();
    purchase.scenario.when(cart::AddLine{.cart = purchase.cart, .sku = "TEA", .quantity = 1})
        .then_refused("cart-locked");
}

TEST_CASE("what the shopper saw is what is charged") {
    Purchase purchase;
    checkout::Start command = purchase.start_command();
    command.expected_total = gbp(Purchase::kTotal - 1);
    purchase.scenario.when(command).then_refused("total-changed");
    CHECK(purchase.scenario.result().error().members ==
          R"("total":{"minor_units":2895,"currency":"GBP"})");
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
    command.expected_total = gbp(Purchase::kTotal);
    purchase.scenario.when(command);
    CHECK(purchase.scenario.result().has_value());
}

TEST_CASE("a price that moved since it was shown is asked about") {
    Purchase purchase;
    purchase.catalog.sell("MUG", gbp(Purchase::kMug + 50));
    purchase.start().scenario.then_refused("total-changed");
    checkout::Start command = purchase.start_command();
    command.expected_total = gbp(Purchase::kTotal + 100);
    purchase.scenario.when(command).then_types(
        {"cart.repriced", "checkout.started", "cart.locked", "payment.initiated"});
    CHECK(purchase.checkout().quote.totals.total == gbp(Purchase::kTotal + 100));
    CHECK(purchase.checkout().quote.cart_revision == purchase.cart_state().revision);
}

TEST_CASE("a price that moves after the start does not count") {
    Purchase purchase;
    purchase.start();
    purchase.catalog.sell("MUG", gbp(1));
    purchase.authorized();
    CHECK(purchase.scenario.state<order::State>(purchase.order).placed.totals.total ==
          gbp(Purchase::kTotal));
}

TEST_CASE("an unpublished product or a removed variant is refused with its line") {
    Purchase purchase;
    purchase.catalog.unpublish("MUG").remove_variant("TEA");
    purchase.start().scenario.then_refused("not-available");
    const std::string members = purchase.scenario.result().error().members;
    CHECK(members.find("\"sku\":\"MUG\"") != std::string::npos);
    CHECK(members.find("\"sku\":\"TEA\"") != std::string::npos);
}

TEST_CASE("a product unpublished after the start is sold all the same") {
    Purchase purchase;
    purchase.start();
    purchase.catalog.unpublish("MUG");
    purchase.authorized();
    CHECK(purchase.has_order());
}

TEST_CASE("a cart that lacks something is refused by the field that is missing") {
    TestCatalog catalog;
    catalog.sell("MUG", gbp(100));
    const CartId cart = CartId::derive({"bare"});
    const SeriesId numbers = series::local_series(cart.slot());
    Scenario scenario = given(on(numbers, series::Opened{"order", series::order_series()},
                                 series::BlockLeased{"order", 1, 10, numbers, 1}));
    scenario.with(catalog).local_series(numbers);
    const checkout::Start start{
        .cart = cart, .payment = checkout::PaymentChoice{"sandbox", {}, {"card", "tok_ok"}, ""}};
    scenario.when(start).then_refused("unknown-cart");
    scenario.when(cart::Create{.cart = cart, .currency = gbp(0).currency, .country = "GB"});
    scenario.when(start).then_refused("invalid-request", "/lines");
    scenario.when(cart::AddLine{.cart = cart, .sku = "MUG", .quantity = 1});
    scenario.when(start).then_refused("invalid-request", "/contact");
    scenario.when(cart::SetContact{.cart = cart, .party = {{}, {"person", "contact"}}});
    scenario.when(start).then_refused("invalid-request", "/shipping_address");
    scenario.when(cart::SetShippingAddress{.cart = cart, .address = {"GB", "N1", {"person", "a"}}});
    scenario.when(start).then_refused("invalid-request", "/shipping_option");
    scenario.when(cart::ChooseShippingOption{.cart = cart, .option_id = "standard"});
    checkout::Start unpaid = start;
    unpaid.payment.reset();
    scenario.when(unpaid).then_refused("invalid-request", "/payment");
    checkout::Start elsewhere = start;
    elsewhere.payment->provider = "elsewhere";
    scenario.when(elsewhere).then_refused("invalid-request", "/payment/provider");
    scenario.when(start).then_types({"checkout.started", "cart.locked", "payment.initiated"});
}

TEST_CASE("without an order number no checkout starts") {
    Purchase purchase;
    purchase.scenario.local_series(series::local_series(Slot{1}));
    purchase.start().scenario.then_refused("no-order-number");
    CHECK(purchase.scenario.result().error().code == ErrorCode::kUnavailable);
}

TEST_CASE("an expired cart is not checked out") {
    Purchase purchase;
    SECTION("be it that its time is over and nobody has recorded it yet") {
        purchase.scenario.at(kNoon + cart::kLife);
    }
    SECTION("or that it is recorded") {
        purchase.scenario.given(on(purchase.cart, cart::Expired{}));
    }
    purchase.start().scenario.then_refused("cart-expired");
}

TEST_CASE("a declined card keeps cart and units; another card is the next payment") {
    Purchase purchase;
    purchase.start().declined();
    CHECK(purchase.outcome().kind == checkout::OutcomeKind::kDeclined);
    CHECK(purchase.outcome().code == "card_declined");
    CHECK(purchase.cart_state().status == cart::Status::kCheckingOut);
    CHECK(purchase.checkout().held.size() == 2);
    purchase.pay_again().scenario.then_types({"checkout.payment_added", "payment.initiated"});
    CHECK(purchase.payment(2).attempt == 2);
    CHECK_FALSE(purchase.payment(2).after_stock);
    CHECK(purchase.outcome().kind == checkout::OutcomeKind::kPending);
    purchase.pay_again().scenario.then_nothing();  // one at a time
    purchase.authorized(2);
    CHECK(purchase.outcome().kind == checkout::OutcomeKind::kPlaced);
}

TEST_CASE("another card pays the frozen total, or is told that it changed") {
    Purchase purchase;
    purchase.start().declined();
    checkout::Start command = purchase.start_command();
    command.expected_total = gbp(1);
    purchase.scenario.when(command).then_refused("total-changed");
    command.expected_total.reset();
    command.payment.reset();
    purchase.scenario.when(command).then_refused("invalid-request", "/payment");
}

TEST_CASE("a cart cannot be paid for without end") {
    Purchase purchase;
    purchase.start().declined();
    for (int n = 2; n <= checkout::kDeclinesMax; ++n) purchase.pay_again().declined(n);
    purchase.pay_again().scenario.then_refused("too-many-payments");
    purchase.cancel().released();
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
    purchase.start().scenario.then_refused("too-many-payments");
}

TEST_CASE("only declined payments count against a cart, not goods that were sold out") {
    Purchase purchase;
    for (int n = 1; n <= checkout::kDeclinesMax + 2; ++n) {
        purchase.start();
        REQUIRE(purchase.scenario.result());
        const std::int32_t attempt = purchase.checkout().stock_attempt;
        purchase.scenario.when(checkout::Refuse{purchase.checkout_id, attempt, {}});
        purchase.released();
        REQUIRE(purchase.cart_state().status == cart::Status::kOpen);
    }
    CHECK(purchase.checkout().payments_total == checkout::kDeclinesMax + 2);
    CHECK(purchase.checkout().payments_declined == 0);
    CHECK(purchase.start().scenario.result());
}

TEST_CASE("what a provider cannot take is refused at the checkout") {
    Purchase purchase;
    checkout::Start command = purchase.start_command();
    payment::Capabilities& can = command.payment->provider_can;
    SECTION("another currency") {
        can.currencies = {*Currency::parse("EUR")};
    }
    SECTION("too many digits") {
        can.exponent_max = 0;
    }
    SECTION("too little") {
        can.amount_min = Purchase::kTotal + 1;
    }
    SECTION("too much") {
        can.amount_max = Purchase::kTotal - 1;
    }
    purchase.scenario.when(command).then_refused("invalid-request", "/payment/provider");
    command.payment->provider_can = {.currencies = {*Currency::parse("GBP")},
                                     .exponent_max = 2,
                                     .amount_min = Purchase::kTotal,
                                     .amount_max = Purchase::kTotal};
    CHECK(purchase.scenario.when(command).result());
}

TEST_CASE("the next attempt of a cart has the same order and new reservations and payments") {
    Purchase purchase;
    purchase.start().declined().cancel().released();
    purchase.start();
    CHECK(purchase.checkout().quote.attempt == 2);
    CHECK(purchase.checkout().stock_attempt == 2);
    CHECK(purchase.checkout().quote.order_id == purchase.order);
    CHECK(purchase.checkout().payments.front().plan.payment_id == purchase.payment_id(2));
    purchase.authorized(2);
    CHECK(purchase.has_order());
}

TEST_CASE("a total of zero needs no payment and takes the same way through the stock") {
    Purchase purchase;
    purchase.catalog.sell({.sku = "GIFT", .prices = {price_of(gbp(0))}, .weight_g = 0});
    settings::Shipping free = settings::default_shipping();
    for (settings::Zone& zone : free.zones)
        for (settings::ShippingRate& rate : zone.rates)
            for (settings::Band& band : rate.bands) band.price.minor_units = 0;
    purchase.catalog.publish(free);
    const auto lines = purchase.cart_state().lines;
    for (const sale::Line& line : lines)
        purchase.scenario.when(cart::RemoveLine{.cart = purchase.cart, .line_id = line.line_id});
    purchase.scenario.when(cart::AddLine{.cart = purchase.cart, .sku = "GIFT", .quantity = 1});
    purchase.scenario.when(
        cart::ChooseShippingOption{.cart = purchase.cart, .option_id = "standard"});
    purchase.scenario.when(checkout::Start{.cart = purchase.cart})
        .then_types({"checkout.started", "cart.locked"});
    REQUIRE(purchase.pending(purchase.checkout_id).size() == 1);
    Answers answers;
    answers.put(purchase.pending(purchase.checkout_id).front().id,
                stock::Outcome{stock::OutcomeKind::kHeld, 0, 0});
    const auto step = purchase.advance(purchase.checkout_id, answers);
    REQUIRE(step.has_value());
    purchase.scenario.when(step->command.as<checkout::Complete>())
        .then_types({"checkout.stock_held", "series.number_assigned", "order.placed",
                     "cart.completed", "checkout.completed"});
    CHECK(purchase.scenario.state<order::State>(purchase.order).placed.payment_ids.empty());
}

}  // namespace
}  // namespace shop::tests
