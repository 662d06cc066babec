#include "tests/core/checkout/phone_order.hpp"

#include <utility>

#include "core/base/assert.hpp"
#include "core/order/series.hpp"
#include "core/payment/offline.hpp"

namespace shop::tests {

checkout::OrderLine item(const std::string& sku, std::int64_t quantity) {
    checkout::OrderLine line;
    line.sku = sku;
    line.quantity = quantity;
    return line;
}

checkout::OrderLine item(const std::string& sku, std::int64_t quantity, Money agreed) {
    checkout::OrderLine line = item(sku, quantity);
    line.unit_price = sale::UnitPrice{agreed, {}};
    return line;
}

checkout::OrderLine extra(sale::LineKind kind, const std::string& title, Money amount) {
    checkout::OrderLine line;
    line.kind = kind;
    line.title = title;
    line.unit_price = sale::UnitPrice{amount, {}};
    return line;
}

PhoneOrder::PhoneOrder()
    : order(OrderId::derive({"the phone order"})), checkout_id(checkout::checkout_of(order)) {
    const SeriesId numbers = series::local_series(order.slot());
    catalog.sell("MUG", gbp(1'000)).sell("TEA", gbp(500));
    scenario.at(kNoon).with(catalog).local_series(numbers);
    scenario.given(on(numbers, series::Opened{"order", series::order_series()},
                      series::BlockLeased{"order", 100'001, 101'000, numbers, 1}));
    command.order = order;
    command.party = {{}, {"person", "contact"}};
    command.shipping_address = sale::Address{"GB", "SW1A", {"person", "address"}};
    command.lines = {item("MUG", 2), item("TEA", 1)};
    command.payment = checkout::PaymentChoice{.provider = std::string(payment::kOfflineProvider),
                                              .method = {"invoice", "", ""},
                                              .token = {},
                                              .return_url = {},
                                              .capture = payment::CaptureMode::kAuto,
                                              .reference = "INV-7"};
}

PhoneOrder& PhoneOrder::seal_with(const std::string& key) {
    command.party.personal.key = key;
    command.shipping_address->personal.key = key;
    return *this;
}

PhoneOrder& PhoneOrder::for_guest(const std::string& key) {
    command.party.customer_id = {};
    return seal_with(key);
}

PhoneOrder& PhoneOrder::for_customer(const std::string& name, std::vector<std::string> keys) {
    command.party.customer_id = CustomerId::derive({name});
    command.customer_keys = std::move(keys);
    return seal_with(name + "'s key");
}

PhoneOrder& PhoneOrder::place() {
    scenario.when(command);
    return *this;
}

PhoneOrder& PhoneOrder::hold_all() {
    return answer_all({stock::OutcomeKind::kHeld, 0, 0});
}

PhoneOrder& PhoneOrder::refuse_all() {
    return answer_all({stock::OutcomeKind::kRefused, 0, 0});
}

PhoneOrder& PhoneOrder::release_all() {
    checkout::RecordReleases released{checkout_id, {}};
    for (const EffectId& owed : checkout().owed) released.answers.push_back({owed, "", ""});
    scenario.when(released).then_types({"checkout.effect_answered"});
    return *this;
}

PhoneOrder& PhoneOrder::answer_all(const stock::Outcome& outcome) {
    Answers answers;
    for (const Effect& effect : pending(checkout_id)) answers.put(effect.id, outcome);
    const auto step = advance(checkout_id, answers);
    SHOP_ASSERT(step.has_value());
    if (const auto* result = step->command.get_if<payment::RecordProviderResult>())
        scenario.when(*result);
    if (const auto* complete = step->command.get_if<checkout::Complete>()) scenario.when(*complete);
    if (const auto* refuse = step->command.get_if<checkout::Refuse>()) scenario.when(*refuse);
    return *this;
}

std::vector<Effect> PhoneOrder::pending(const StreamId& stream, const Answers& answers) const {
    return shop::pending(stream, *scenario.streams().find_any(stream), answers, kNoon);
}

std::optional<Step> PhoneOrder::advance(const StreamId& stream, const Answers& answers) const {
    return shop::advance(stream, *scenario.streams().find_any(stream), answers, kNoon);
}

}  // namespace shop::tests
