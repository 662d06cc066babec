// StartCheckout: a new attempt over an open cart, or the next payment on the quote of one that is
// under way.
#include <algorithm>
#include <string>
#include <utility>

#include "core/cart/cart.hpp"
#include "core/cart/check.hpp"
#include "core/cart/quote.hpp"
#include "core/catalog/catalog.hpp"
#include "core/checkout/checkout.hpp"
#include "core/decision.hpp"
#include "core/json/encode.hpp"
#include "core/order/series.hpp"
#include "core/payment/payment.hpp"

namespace shop::checkout {
namespace {

std::unexpected<Error> total_changed(const Money& total) {
    Error error{ErrorCode::kConflict, "total-changed",
                "The total is not what it was. Look at the cart and confirm the new total."};
    error.members = "\"total\":" + json::to_json(total, json::Defaults::kWrite);
    return std::unexpected(std::move(error));
}

std::unexpected<Error> not_available(const std::vector<cart::UnavailableLine>& lines) {
    Error error{ErrorCode::kConflict, "not-available",
                "Some lines can no longer be bought. Remove them and try again."};
    error.members = "\"lines\":" + json::to_json(lines, json::Defaults::kWrite);
    return std::unexpected(std::move(error));
}

std::unexpected<Error> too_many_payments() {
    return fail(ErrorCode::kConflict, "too-many-payments",
                "Too many payments of this cart were declined. Make a new one.");
}

// What is missing in the cart, by the field of the cart that would fill it.
shop::Status check_complete(const cart::State& cart, const cart::Quote& quote) {
    if (cart.lines.empty()) return fail_field("/lines", "the cart is empty; add a line first");
    if (!cart.contact || cart.contact->personal.is_empty())
        return fail_field("/contact", "set the contact first");
    const bool ships = std::ranges::any_of(cart.lines, &sale::Line::ships);
    if (!ships) return {};
    if (!cart.shipping_address)
        return fail_field("/shipping_address", "set the shipping address first");
    if (!quote.shipping)
        return fail_field("/shipping_option", "choose a shipping option that is offered");
    return {};
}

shop::Status check_payment(const std::optional<PaymentChoice>& payment, const Money& total,
                           const CatalogSettings& settings, Time now) {
    if (total.is_zero()) return {};
    if (!payment) return fail_field("/payment", "say how the total is to be paid");
    const settings::StoreVersion* store = settings::store_at(settings.store, now);
    const auto providers =
        store == nullptr ? settings::default_store().providers : store->document.providers;
    if (std::ranges::find(providers, payment->provider) == providers.end())
        return fail_field("/payment/provider", "the shop does not take this provider");
    const std::string refusal = payment::refusal_of(payment->provider_can, total);
    if (!refusal.empty()) return fail_field("/payment/provider", refusal);
    return {};
}

// Today's prices, as part of the record if they moved.
struct Requoted {
    std::vector<cart::RepricedLine> moved;
    cart::Quote quote;
};

// Rule: what the shopper saw is what is charged. Without an expected total that is what the prices
// in the cart come to.
Result<Requoted> requote(const Start& command, const cart::State& cart, const Env& env) {
    const auto settings = env.catalog->settings();
    cart::Differences differences = cart::differences(cart, *env.catalog, env.now);
    if (!differences.unavailable.empty()) return not_available(differences.unavailable);
    Requoted requoted{.moved = std::move(differences.repriced),
                      .quote = cart::quote_of(command.cart, cart, *settings, env.now)};
    const Money seen = command.expected_total.value_or(requoted.quote.totals.total);
    if (!requoted.moved.empty()) {
        cart::State repriced = cart;
        cart::evolve(repriced, cart::Repriced{cart::RepriceCause::kPrice, requoted.moved}, env.now);
        requoted.quote = cart::quote_of(command.cart, repriced, *settings, env.now);
    }
    if (requoted.quote.totals.total != seen) return total_changed(requoted.quote.totals.total);
    return requoted;
}

// The first payment id of the order, behind those that were used, that names nothing yet.
std::int32_t next_payment(const OrderId& order, std::int32_t used, const Streams& streams) {
    std::int32_t attempt = used + 1;
    while (streams.find_any(payment::payment_of(order, attempt)) != nullptr) ++attempt;
    return attempt;
}

payment::Initiated initiated(const PaymentChoice& choice, const OrderId& order,
                             std::int32_t attempt, const Money& amount) {
    return {.order_id = order,
            .attempt = attempt,
            .provider = choice.provider,
            .method = choice.method,
            .token = choice.token,
            .return_url = choice.return_url,
            .amount = amount,
            .capture = payment::CaptureMode::kManual,
            .after_stock = false};
}

// A declined payment leaves the checkout paying: another card gets the same units.
Result<Decision> pay_again(const Start& command, const State& state, const Streams& streams,
                           const Env& env) {
    Decision decision;
    const bool may_pay = state.status == Status::kPaying && !state.deadline_passed &&
                         env.now < state.quote.deadline && !state.payments.empty() &&
                         state.payments.back().has_ended();
    if (!may_pay) return decision;
    const Money total = state.quote.totals.total;
    if (command.expected_total && *command.expected_total != total) return total_changed(total);
    SHOP_TRY_STATUS(check_payment(command.payment, total, *env.catalog->settings(), env.now));
    if (state.payments_declined >= kDeclinesMax) return too_many_payments();
    const OrderId order = state.quote.order_id;
    const std::int32_t attempt = next_payment(order, state.payments_total, streams);
    const PaymentId id = payment::payment_of(order, attempt);
    decision.add(checkout_of(order), PaymentAdded{{id, command.payment->provider, total, {}, {}}});
    decision.add(id, initiated(*command.payment, order, attempt, total));
    return decision;
}

Started started_from(const Start& command, const cart::State& cart, cart::Quote quote,
                     const State* previous) {
    std::vector<sale::Line> lines = std::move(quote.lines);
    if (quote.shipping_line) lines.push_back(std::move(*quote.shipping_line));
    return {.cart_id = command.cart,
            .cart_revision = cart.revision,
            .source = Source::kWeb,
            .channel = cart.channel,
            .locale = cart.locale,
            .party = *cart.contact,
            .external = {},
            .replaces = {},
            .access_token_hash = cart.access_token_hash,
            .order_id = order_of(command.cart),
            .attempt = previous == nullptr ? 1 : previous->quote.attempt + 1,
            .stock_attempt = previous == nullptr ? 1 : previous->stock_attempt + 1,
            .lines = std::move(lines),
            .shipping_address = cart.shipping_address,
            .billing_address = cart.billing_address,
            .shipping = std::move(quote.shipping),
            .terms = std::move(quote.terms),
            .totals = std::move(quote.totals),
            .expected_total = command.expected_total,
            .payments = {},
            .deadline = {}};
}

shop::Status check_order_number(const Streams& streams, const Env& env) {
    const auto* numbers = streams.find<series::State>(env.local_series);
    if (numbers != nullptr && numbers->next_number()) return {};
    return fail(ErrorCode::kUnavailable, "no-order-number",
                "No order number is left here for the moment. Try again.");
}

Result<Decision> start(const Start& command, const cart::State& cart, const Streams& streams,
                       const Env& env) {
    const State* previous = streams.find<State>(checkout_of(command.cart));
    SHOP_TRY(requoted, requote(command, cart, env));
    SHOP_TRY_STATUS(check_complete(cart, requoted.quote));
    const Money total = requoted.quote.totals.total;
    SHOP_TRY_STATUS(check_payment(command.payment, total, *env.catalog->settings(), env.now));
    const std::int32_t used = previous == nullptr ? 0 : previous->payments_total;
    if (previous != nullptr && previous->payments_declined >= kDeclinesMax)
        return too_many_payments();
    SHOP_TRY_STATUS(check_order_number(streams, env));

    Decision decision;
    if (!requoted.moved.empty())
        decision.add(command.cart, cart::Repriced{cart::RepriceCause::kPrice, requoted.moved});
    Started started = started_from(command, cart, std::move(requoted.quote), previous);
    if (!requoted.moved.empty()) ++started.cart_revision;
    started.deadline = env.now + kPaymentTime;
    const OrderId order = started.order_id;
    const cart::Locked locked{order, started.attempt};
    if (total.is_zero()) {
        decision.add(checkout_of(order), std::move(started));
        decision.add(command.cart, locked);
        return decision;
    }
    const std::int32_t attempt = next_payment(order, used, streams);
    payment::Initiated payment = initiated(*command.payment, order, attempt, total);
    payment.after_stock = true;
    const PaymentId id = payment::payment_of(order, attempt);
    started.payments.push_back({id, payment.provider, total, payment.token, payment.return_url});
    decision.add(checkout_of(order), std::move(started));
    decision.add(command.cart, locked);
    decision.add(id, std::move(payment));
    return decision;
}

}  // namespace

Result<Decision> decide(const Start& command, const Streams& streams, const Env& env) {
    const auto* cart = streams.find<cart::State>(command.cart);
    if (cart == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-cart", "There is no such cart.");
    const State* checkout = streams.find<State>(checkout_of(command.cart));
    switch (cart->status) {
        case cart::Status::kOpen:
            return start(command, *cart, streams, env);
        case cart::Status::kCheckingOut:
            SHOP_ASSERT(checkout != nullptr);
            return pay_again(command, *checkout, streams, env);
        case cart::Status::kCompleted:
            return Decision{};
        case cart::Status::kExpired:
        case cart::Status::kMerged:
            break;
    }
    return fail(ErrorCode::kConflict, "cart-expired", "This cart has ended. Make a new one.");
}

}  // namespace shop::checkout
