#include "core/checkout/draft.hpp"

#include <string>

#include "core/cart/cart.hpp"
#include "core/checkout/stock_lines.hpp"
#include "core/order/order.hpp"
#include "core/order/series.hpp"
#include "core/sale/person_keys.hpp"

namespace shop::checkout {
namespace {

bool shall_void(const payment::State& payment, payment::VoidReason why) {
    if (!payment.voiding) return true;
    return payment.voiding->reason == payment::VoidReason::kExpired &&
           why != payment::VoidReason::kExpired;
}

// Those of guests' tries before this one, which has another.
std::vector<std::string> earlier_keys(const State& checkout) {
    const Started& quote = checkout.quote;
    std::vector<std::string> keys = checkout.guest_keys;
    for (const std::string& own :
         sale::person_keys(quote.party, quote.shipping_address, quote.billing_address))
        std::erase(keys, own);
    return keys;
}

// Takes over what the order needs of the quote, which the checkout then forgets.
order::Placed placed_from(Started quote, std::int64_t number, const CheckoutId& checkout) {
    return {.number = std::to_string(number),
            .source = quote.source,
            .channel = std::move(quote.channel),
            .locale = std::move(quote.locale),
            .checkout_id = checkout,
            .cart_id = quote.cart_id,
            .party = std::move(quote.party),
            .shipping_address = std::move(quote.shipping_address),
            .billing_address = std::move(quote.billing_address),
            .shipping = std::move(quote.shipping),
            .lines = std::move(quote.lines),
            .terms = quote.terms,
            .totals = std::move(quote.totals),
            .payment_ids = {},
            .reservations = {},
            .access_token_hash = std::move(quote.access_token_hash),
            .external = std::move(quote.external),
            .replaces = quote.replaces,
            .sold_at = quote.sold_at};
}

}  // namespace

Draft::Draft(const State& checkout, const Streams& streams, const Env& env)
    : streams_(streams), env_(env), id_(checkout_of(checkout.quote.order_id)), state_(checkout) {}

void Draft::hold_stock() {
    if (state_.status == Status::kStarted) add(StockHeld{reservations_of(state_)});
}

void Draft::answer(std::vector<EffectAnswer> answers) {
    add(EffectAnswered{std::move(answers)});
    unlock_if_closed();
}

void Draft::fail(Failed failed, payment::VoidReason why) {
    void_open_payments(why);
    add(std::move(failed));
    unlock_if_closed();
}

void Draft::void_open_payments(payment::VoidReason why, const PaymentId& except) {
    for (const PaymentView& view : state_.payments) {
        const PaymentId& id = view.plan.payment_id;
        if (view.has_ended() || id == except) continue;
        const auto* payment = streams_.find<payment::State>(id);
        if (payment == nullptr || !shall_void(*payment, why)) continue;
        const auto reason = payment->mismatch ? payment::VoidReason::kMismatch : why;
        add_to(id, payment::VoidRequested{payment->held_amount(), reason});
    }
}

shop::Status Draft::place(const PaymentId& paid_by) {
    const auto* numbers = streams_.find<series::State>(env_.local_series);
    const auto number = numbers == nullptr ? std::nullopt : numbers->next_number();
    if (!number)
        return shop::fail(ErrorCode::kUnavailable, "no-order-number",
                          "No order number is left here for the moment. Try again.");
    hold_stock();
    void_open_payments(payment::VoidReason::kSecondPayment, paid_by);
    const OrderId order = state_.quote.order_id;
    order::Placed placed = placed_from(state_.quote, *number, id_);
    placed.reservations = state_.held;
    placed.earlier_keys = earlier_keys(state_);
    for (const PaymentView& view : state_.payments)
        placed.payment_ids.push_back(view.plan.payment_id);
    add_to(env_.local_series, series::NumberAssigned{numbers->series, *number, order.to_string()});
    const auto sold_at = placed.sold_at;
    add_to(order, std::move(placed), sold_at);
    if (!state_.quote.cart_id.is_empty()) add_to(state_.quote.cart_id, cart::Completed{order});
    add(Completed{order});
    return {};
}

void Draft::unlock_if_closed() {
    if (!state_.is_closed() || state_.quote.cart_id.is_empty()) return;
    add_to(state_.quote.cart_id, cart::Unlocked{std::string(enum_name(state_.failure->reason))});
}

}  // namespace shop::checkout
