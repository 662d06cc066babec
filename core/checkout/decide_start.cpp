// StartCheckout: a new attempt over an open cart, or the next payment on the quote of one that is
// under way.
#include <algorithm>
#include <utility>

#include "core/cart/cart.hpp"
#include "core/cart/check.hpp"
#include "core/cart/quote.hpp"
#include "core/catalog/catalog.hpp"
#include "core/checkout/starting.hpp"
#include "core/json/encode.hpp"

namespace shop::checkout {
namespace {

std::unexpected<Error> not_available(const std::vector<cart::UnavailableLine>& lines) {
    Error error{ErrorCode::kConflict, "not-available",
                "Some lines can no longer be bought. Remove them and try again."};
    error.members = "\"lines\":" + json::to_json(lines, json::Defaults::kWrite);
    return std::unexpected(std::move(error));
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

Result<Decision> start(const Start& command, const cart::State& cart, const Streams& streams,
                       const Env& env) {
    const State* previous = streams.find<State>(checkout_of(command.cart));
    SHOP_TRY(number, first_payment(order_of(command.cart), previous, streams, env));
    SHOP_TRY(requoted, requote(command, cart, env));
    SHOP_TRY_STATUS(check_complete(cart, requoted.quote));
    const Money total = requoted.quote.totals.total;
    SHOP_TRY_STATUS(check_payment(command.payment, total, Source::kWeb, env));

    Decision decision;
    if (!requoted.moved.empty())
        decision.add(command.cart, cart::Repriced{cart::RepriceCause::kPrice, requoted.moved});
    Started started = started_from(command, cart, std::move(requoted.quote), previous);
    if (!requoted.moved.empty()) ++started.cart_revision;
    started.deadline = env.now + command.payment_time;
    const OrderId order = started.order_id;
    const cart::Locked locked{order, started.attempt};
    auto payment = plan_payment(started, command.payment, number);
    decision.add(checkout_of(order), std::move(started));
    decision.add(command.cart, locked);
    if (payment) decision.add(payment->id, std::move(payment->initiated));
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
            if (cart::is_over(*cart, env.now)) break;
            return start(command, *cart, streams, env);
        case cart::Status::kCheckingOut:
            SHOP_ASSERT(checkout != nullptr);
            return pay_again(command.payment, command.expected_total, *checkout, streams, env);
        case cart::Status::kCompleted:
            return Decision{};
        case cart::Status::kExpired:
        case cart::Status::kMerged:
            break;
    }
    return fail(ErrorCode::kConflict, "cart-expired", "This cart has ended. Make a new one.");
}

}  // namespace shop::checkout
