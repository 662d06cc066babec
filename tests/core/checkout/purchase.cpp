#include "tests/core/checkout/purchase.hpp"

#include "core/base/assert.hpp"
#include "core/order/series.hpp"

namespace shop::tests {

Purchase::Purchase()
    : cart(CartId::derive({"the cart"})),
      checkout_id(checkout::checkout_of(cart)),
      order(checkout::order_of(cart)),
      numbers(series::local_series(cart.slot())) {
    catalog.sell("MUG", gbp(kMug)).sell("TEA", gbp(kTea));
    scenario.at(kNoon).with(catalog).local_series(numbers);
    scenario.given(on(numbers, series::Opened{"order", series::order_series()},
                      series::BlockLeased{"order", 100'001, 101'000, numbers, 1}));
    scenario.when(cart::Create{
        .cart = cart, .currency = gbp(0).currency, .country = "GB", .access_token_hash = "hash"});
    scenario.when(cart::AddLine{.cart = cart, .sku = "MUG", .quantity = 2});
    scenario.when(cart::AddLine{.cart = cart, .sku = "TEA", .quantity = 1});
    scenario.when(cart::SetContact{.cart = cart, .party = {{}, {"person", "contact"}}});
    scenario.when(
        cart::SetShippingAddress{.cart = cart, .address = {"GB", "SW1A", {"person", "address"}}});
    scenario.when(cart::ChooseShippingOption{.cart = cart, .option_id = "standard"});
    SHOP_ASSERT(scenario.result().has_value());
}

checkout::Start Purchase::start_command(const std::string& token) const {
    return {.cart = cart,
            .expected_total = {},
            .payment = checkout::PaymentChoice{
                "sandbox", {"card", "", ""}, {"card", token}, "", provider_can}};
}

Purchase& Purchase::start() {
    scenario.when(start_command());
    return *this;
}

Purchase& Purchase::says(payment::ResultOf result, int n) {
    scenario.when(
        payment::RecordProviderResult{payment_id(n), "sandbox", {std::move(result), {}, {}}});
    return *this;
}

Purchase& Purchase::authorized(int n) {
    return says(authorized_result(), n);
}

Purchase& Purchase::declined(int n) {
    return says(declined_result(), n);
}

Purchase& Purchase::pay_again() {
    scenario.when(start_command("tok_other"));
    return *this;
}

Purchase& Purchase::cancel() {
    scenario.when(order::Cancel{.order = order});
    return *this;
}

Purchase& Purchase::run_out_of_time() {
    now = checkout().quote.deadline;
    scenario.at(now);
    scenario.when(checkout::Expire{checkout_id});
    return *this;
}

Purchase& Purchase::released() {
    checkout::RecordReleases command{checkout_id, {}};
    for (const sale::Line& held : checkout().quote.lines)
        command.answers.push_back(
            {checkout::release_effect(checkout_id, held.line_id, checkout().stock_attempt),
             "released", ""});
    scenario.when(command);
    return *this;
}

const checkout::State& Purchase::checkout() const {
    return scenario.state<checkout::State>(checkout_id);
}

const payment::State& Purchase::payment(int n) const {
    return scenario.state<payment::State>(payment_id(n));
}

const cart::State& Purchase::cart_state() const {
    return scenario.state<cart::State>(cart);
}

std::vector<Effect> Purchase::pending(const StreamId& stream, const Answers& answers) const {
    return shop::pending(stream, *scenario.streams().find_any(stream), answers, now);
}

std::optional<Step> Purchase::advance(const StreamId& stream, const Answers& answers) const {
    return shop::advance(stream, *scenario.streams().find_any(stream), answers, now);
}

payment::ResultAuthorized authorized_result(std::int64_t pence) {
    return {"sbx_1", gbp(pence), {}, false};
}

payment::ResultDeclined declined_result() {
    return {"", "card_declined", "05", true};
}

payment::ResultActionRequired action_result() {
    return {"sbx_1", "redirect", "http://sandbox/pay/sbx_1", kNoon + minutes(10)};
}

}  // namespace shop::tests
