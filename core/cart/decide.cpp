#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/assert.hpp"
#include "core/cart/cart.hpp"
#include "core/cart/check.hpp"
#include "core/cart/offer.hpp"
#include "core/cart/person_key.hpp"
#include "core/cart/quote.hpp"
#include "core/catalog/rules.hpp"
#include "core/catalog/sold_line.hpp"
#include "core/decision.hpp"
#include "core/pricing/rules.hpp"

namespace shop::cart {
namespace {

constexpr std::size_t kLocaleMax = 35;  // RFC 5646 §4.4.1

const Catalog& catalog_of(const Env& env) {
    SHOP_ASSERT(env.catalog != nullptr);
    return *env.catalog;
}

// The cart, if it may change.
Result<const State*> changeable(const CartId& id, const Streams& streams, const Env& env) {
    const State* cart = streams.find<State>(id);
    if (cart == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-cart", "There is no such cart.");
    switch (cart->status) {
        case Status::kOpen:
            if (is_over(*cart, env.now)) break;
            return cart;
        case Status::kCheckingOut:
            return fail(ErrorCode::kConflict, "cart-locked",
                        "The cart is being checked out. Pay, or cancel the checkout first.");
        case Status::kCompleted:
            return fail(ErrorCode::kConflict, "cart-completed",
                        "The cart has become an order. Start a new cart.");
        case Status::kExpired:
            break;
        case Status::kMerged:
            return fail(ErrorCode::kConflict, "cart-merged",
                        "The cart was merged into another one. Use that.");
    }
    return fail(ErrorCode::kConflict, "cart-expired",
                "The cart was not touched for too long. Start a new cart.");
}

template <class Command>
Result<const State*> open_cart(const Command& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, changeable(command.cart, streams, env));
    SHOP_TRY_STATUS(
        catalog::require_version(command.expected_version, streams.version_of(command.cart)));
    return cart;
}

// Two calls may each have made a key for a cart that had none: the second seals anew.
shop::Status check_key(const State& cart, const Sealed& personal) {
    const std::string key = person_key_of(cart);
    if (key.empty() || personal.is_empty() || personal.key == key) return {};
    return fail(ErrorCode::kConflict, "cart-changed",
                "The cart was changed at the same moment. Try again.");
}

std::unexpected<Error> unknown_line() {
    return fail(ErrorCode::kNotFound, "unknown-line", "The cart has no such line.");
}

std::unexpected<Error> not_for_sale(Unavailability reason, const State& cart,
                                    std::string_view sku) {
    if (reason == Unavailability::kNoPrice)
        return fail(
            ErrorCode::kConflict, "no-price",
            fmt::format("{} cannot be bought in {} in this quantity.", sku, cart.currency.view()));
    return fail(ErrorCode::kConflict, "not-available",
                fmt::format("{} is not sold any more. Remove its line.", sku));
}

// What a line may hold, as the variant's own rules say.
shop::Status check_quantity(const product::Variant& variant, std::int64_t quantity) {
    if (quantity < variant.min_quantity)
        return fail_field("/quantity",
                          fmt::format("must come to {} or more", variant.min_quantity));
    if (quantity % variant.quantity_step != 0)
        return fail_field("/quantity",
                          fmt::format("must come to a multiple of {}", variant.quantity_step));
    if (quantity > kQuantityMax)
        return fail_field("/quantity", fmt::format("must come to at most {}", kQuantityMax));
    return {};
}

// The line that more of the variant goes to: one line per variant, unless its price was agreed.
const sale::Line* find_same(const State& cart, const product::Variant& variant) {
    const auto at = std::ranges::find_if(cart.lines, [&](const sale::Line& line) {
        return line.variant_id == variant.variant_id && line.options == variant.option_values &&
               is_catalog_priced(line);
    });
    return at == cart.lines.end() ? nullptr : &*at;
}

sale::Line line_from(const Offer& offer, LineId id, std::int64_t quantity) {
    sale::Line line = catalog::line_of(*offer.product, offer.variant->variant);
    line.line_id = id;
    line.quantity = quantity;
    line.list_price = offer.price->compare_at;
    line.unit_price = offer.price->price;
    line.price_source = offer.source();
    return line;
}

template <class Event>
Decision one_event(const CartId& cart, Event event) {
    Decision decision;
    decision.add(cart, std::move(event));
    return decision;
}

LineQuantityChanged new_quantity(const sale::Line& line, std::int64_t quantity,
                                 const Offer& offer) {
    LineQuantityChanged event{.line_id = line.line_id, .quantity = quantity};
    if (offer.price->price != line.unit_price) {
        event.unit_price = offer.price->price;
        event.price_source = offer.source();
    }
    return event;
}

}  // namespace

Result<Decision> decide(const Create& command, const Streams& streams, const Env& env) {
    if (streams.find<State>(command.cart) != nullptr)
        return fail(ErrorCode::kConflict, "cart-exists", "There is a cart of that id already.");
    const auto settings = catalog_of(env).settings();
    const pricing::Rules rules = pricing::rules_at(*settings, env.now);
    const Currency currency =
        command.currency.is_empty() ? rules.store->document.currency : command.currency;
    catalog::Checks checks;
    checks.require(Currency::parse(currency.view()).has_value(), "/currency",
                   "must be an ISO 4217 code");
    checks.require(command.country.empty() || rules.delivers_to(command.country), "/country",
                   "is not a country the shop delivers to");
    checks.text("/locale", command.locale, 0, kLocaleMax);
    SHOP_TRY_STATUS(checks.result());
    return one_event(command.cart, Created{.channel = command.channel,
                                           .currency = currency,
                                           .country = command.country,
                                           .locale = command.locale,
                                           .customer_id = command.customer_id,
                                           .access_token_hash = command.access_token_hash});
}

Result<Decision> decide(const AddLine& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, open_cart(command, streams, env));
    if (command.quantity < 1 || command.quantity > kQuantityMax)
        return fail_field("/quantity", fmt::format("must be 1 to {}", kQuantityMax));
    auto product = catalog_of(env).find_sku(command.sku);
    if (product == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-sku", "Nothing is sold under this SKU.");
    const product::PricedVariant* variant = product->state.find_sku(command.sku);
    SHOP_ASSERT(variant != nullptr);
    const sale::Line* same = find_same(*cart, variant->variant);
    const std::int64_t quantity = command.quantity + (same != nullptr ? same->quantity : 0);
    SHOP_TRY_STATUS(check_quantity(variant->variant, quantity));
    const auto offer =
        offer_of(std::move(product), *variant, {*cart, quantity, catalog_of(env), env.now});
    if (!offer) return not_for_sale(offer.error(), *cart, command.sku);
    if (same != nullptr) return one_event(command.cart, new_quantity(*same, quantity, *offer));
    if (cart->lines.size() >= kLinesMax)
        return fail(ErrorCode::kConflict, "cart-full",
                    fmt::format("A cart holds at most {} lines.", kLinesMax));
    return one_event(command.cart, LineAdded{line_from(*offer, new_line(env.command), quantity)});
}

Result<Decision> decide(const ChangeQuantity& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, open_cart(command, streams, env));
    const sale::Line* line = cart->find_line(command.line_id);
    if (line == nullptr) return unknown_line();
    if (command.quantity < 1 || command.quantity > kQuantityMax)
        return fail_field("/quantity", fmt::format("must be 1 to {}", kQuantityMax));
    const auto offer = find_offer(*line, {*cart, command.quantity, catalog_of(env), env.now});
    if (!offer) return not_for_sale(offer.error(), *cart, line->sku);
    SHOP_TRY_STATUS(check_quantity(offer->variant->variant, command.quantity));
    const LineQuantityChanged event = new_quantity(*line, command.quantity, *offer);
    if (event.quantity == line->quantity && !event.unit_price) return Decision{};
    return one_event(command.cart, event);
}

Result<Decision> decide(const RemoveLine& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, open_cart(command, streams, env));
    if (cart->find_line(command.line_id) == nullptr) return unknown_line();
    return one_event(command.cart, LineRemoved{command.line_id});
}

Result<Decision> decide(const SetContact& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, open_cart(command, streams, env));
    SHOP_TRY_STATUS(check_key(*cart, command.party.personal));
    sale::Party party = command.party;
    if (party.customer_id.is_empty() && cart->contact)
        party.customer_id = cart->contact->customer_id;
    if (cart->contact == party) return Decision{};
    return one_event(command.cart, ContactSet{std::move(party)});
}

Result<Decision> decide(const SetShippingAddress& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, open_cart(command, streams, env));
    const auto settings = catalog_of(env).settings();
    if (!pricing::rules_at(*settings, env.now).delivers_to(command.address.country))
        return fail_field("/country", "is not a country the shop delivers to");
    SHOP_TRY_STATUS(check_key(*cart, command.address.personal));
    if (cart->shipping_address == command.address) return Decision{};
    return one_event(command.cart, ShippingAddressSet{command.address});
}

Result<Decision> decide(const SetBillingAddress& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, open_cart(command, streams, env));
    if (command.address.country.empty()) return fail_field("/country", "is required");
    SHOP_TRY_STATUS(check_key(*cart, command.address.personal));
    if (cart->billing_address == command.address) return Decision{};
    return one_event(command.cart, BillingAddressSet{command.address});
}

Result<Decision> decide(const ChooseShippingOption& command, const Streams& streams,
                        const Env& env) {
    SHOP_TRY(cart, open_cart(command, streams, env));
    const auto settings = catalog_of(env).settings();
    const std::vector<ShippingOption> options = shipping_options(*cart, *settings, env.now);
    const auto option = std::ranges::find(options, command.option_id, &ShippingOption::id);
    if (option == options.end()) {
        auto error = fail_field("/id", "is not offered for this cart; see its shipping options");
        error.error().type = "unknown-shipping-option";
        return error;
    }
    const std::uint64_t version = pricing::rules_at(*settings, env.now).shipping->version;
    const sale::ShippingChoice choice{option->id, option->title, version, option->price};
    if (cart->shipping == choice) return Decision{};
    return one_event(command.cart, ShippingOptionChosen{choice});
}

Result<Decision> decide(const Reprice& command, const Streams& streams, const Env& env) {
    SHOP_TRY(cart, changeable(command.cart, streams, env));
    Differences found = differences(*cart, catalog_of(env), env.now);
    if (found.repriced.empty()) return Decision{};
    return one_event(command.cart, Repriced{command.cause, std::move(found.repriced)});
}

Result<Decision> decide(const Expire& command, const Streams& streams, const Env& env) {
    const State* cart = streams.find<State>(command.cart);
    if (cart == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-cart", "There is no such cart.");
    Decision decision;
    if (is_over(*cart, env.now)) decision.add(command.cart, Expired{});
    return decision;
}

}  // namespace shop::cart
