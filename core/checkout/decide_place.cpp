// PlaceOrder: a checkout without a cart.
#include <algorithm>
#include <utility>

#include "core/catalog/catalog.hpp"
#include "core/checkout/order_lines.hpp"
#include "core/checkout/starting.hpp"
#include "core/pricing/totals.hpp"
#include "core/sale/person_keys.hpp"

namespace shop::checkout {
namespace {

Started started_from(const PlaceOrder& command, const State* previous) {
    Started started;
    started.source = command.source;
    started.channel = command.channel;
    started.locale = command.locale;
    started.party = command.party;
    started.external = command.external;
    started.access_token_hash = command.access_token_hash;
    started.order_id = command.order;
    started.attempt = previous == nullptr ? 1 : previous->quote.attempt + 1;
    started.stock_attempt = previous == nullptr ? 1 : previous->stock_attempt + 1;
    started.shipping_address = command.shipping_address;
    started.billing_address = command.billing_address;
    started.expected_total = command.expected_total;
    started.sold_at = command.sold_at;
    started.reason = command.reason;
    return started;
}

// Those of the rules, if any line is taxed by them; and without them no price includes a tax.
sale::Terms terms_of(const PlaceOrder& command, Currency currency, const pricing::Rules& rules) {
    sale::Terms terms = rules.terms(currency);
    const auto by_rules = [](const OrderLine& line) { return line.tax == LineTax::kByRules; };
    if (std::ranges::any_of(command.lines, by_rules)) return terms;
    terms.prices_include_tax = false;
    terms.tax_version = terms.shipping_version = terms.promotion_version = 0;
    return terms;
}

bool holds(const std::vector<std::string>& keys, const std::string& key) {
    return std::ranges::find(keys, key) != keys.end();
}

// A key of an earlier try may be another buyer's by now, who would take this one's data along.
bool has_key_of_its_own(const PlaceOrder& command, const State& previous) {
    return std::ranges::none_of(
        sale::person_keys(command.party, command.shipping_address, command.billing_address),
        [&](const std::string& key) { return holds(previous.guest_keys, key); });
}

// Else what was said in an earlier try could be read when the order's buyer is erased.
bool customer_has_keys(const PlaceOrder& command, const State& previous) {
    return std::ranges::all_of(previous.guest_keys, [&](const std::string& key) {
        return holds(command.customer_keys, key);
    });
}

shop::Status check_earlier_tries(const PlaceOrder& command, const State* previous) {
    if (previous == nullptr || command.source == Source::kImport) return {};
    const bool is_guests = command.party.customer_id.is_empty();
    if (!has_key_of_its_own(command, *previous) ||
        (!is_guests && !customer_has_keys(command, *previous)))
        return fail(ErrorCode::kConflict, "order-changed",
                    "Somebody else tried to place this order meanwhile. Try again.");
    if (is_guests && previous->guest_keys.size() >= kGuestKeysMax)
        return fail(ErrorCode::kConflict, "too-many-tries",
                    "This order was tried too often for a guest. Place it for a customer, or under "
                    "another external id.");
    return {};
}

Result<Decision> start(const PlaceOrder& command, const State* previous, const Streams& streams,
                       const Env& env) {
    SHOP_TRY_STATUS(check_earlier_tries(command, previous));
    if (command.sold_at && *command.sold_at > env.now)
        return fail_field("/sold_at", "must not be in the future");
    SHOP_TRY(number, first_payment(command.order, previous, streams, env));
    const auto settings = env.catalog->settings();
    const pricing::Rules rules = pricing::rules_at(*settings, env.now);
    const Currency currency =
        command.currency.is_empty() ? rules.store->document.currency : command.currency;
    if (!Currency::parse(currency.view()))
        return fail_field("/currency", "must be an ISO 4217 code");
    Started started = started_from(command, previous);
    SHOP_TRY(lines, lines_of(command, currency, rules, env));
    started.lines = std::move(lines);
    started.terms = terms_of(command, currency, rules);
    started.totals = pricing::totals_of(started.lines, currency, started.terms.prices_include_tax);
    started.deadline = env.now + command.payment_time;
    const Money total = started.totals.total;
    if (total.minor_units < 0)
        return fail_field("/lines", "add up to less than nothing, which is no sale");
    if (command.expected_total && *command.expected_total != total) return total_changed(total);
    SHOP_TRY_STATUS(check_payment(command.payment, total, command.source, env));

    auto payment = plan_payment(started, command.payment, number);
    Decision decision;
    const auto sold_at = started.sold_at;
    decision.add(checkout_of(command.order), std::move(started), sold_at);
    if (payment) decision.add(payment->id, std::move(payment->initiated), sold_at);
    return decision;
}

}  // namespace

Result<Decision> decide(const PlaceOrder& command, const Streams& streams, const Env& env) {
    const State* state = streams.find<State>(checkout_of(command.order));
    if (state == nullptr || state->is_closed()) return start(command, state, streams, env);
    if (state->is_active())
        return pay_again(command.payment, command.expected_total, *state, streams, env);
    if (state->status == Status::kCompleted) return Decision{};
    return fail(ErrorCode::kUnavailable, "checkout-ending",
                "The last try to place this order is being undone. Try again in a moment.");
}

}  // namespace shop::checkout
