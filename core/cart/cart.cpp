#include "core/cart/cart.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/cart/person_key.hpp"
#include "core/sale/person_keys.hpp"

namespace shop::cart {
namespace {

sale::Line& line_in(State& state, LineId id) {
    const auto at = std::ranges::find(state.lines, id, &sale::Line::line_id);
    SHOP_ASSERT(at != state.lines.end());
    return *at;
}

void changed(State& state, Time time) {
    state.changed_at = time;
    ++state.revision;
}

}  // namespace

const sale::Line* State::find_line(LineId id) const {
    const auto at = std::ranges::find(lines, id, &sale::Line::line_id);
    return at == lines.end() ? nullptr : &*at;
}

const std::string& State::destination() const {
    return shipping_address ? shipping_address->country : country;
}

bool is_over(const State& cart, Time now) {
    return cart.status == Status::kOpen && now - cart.changed_at >= kLife;
}

std::vector<std::string> person_keys_of(const State& cart) {
    return sale::person_keys(cart.contact.value_or(sale::Party{}), cart.shipping_address,
                             cart.billing_address);
}

std::string person_key_of(const State& cart) {
    const std::vector<std::string> keys = person_keys_of(cart);
    return keys.empty() ? std::string() : keys.front();
}

LineId new_line(const CommandId& command) {
    return LineId::derive(command.slot(), {"line", command.to_string()});
}

void evolve(State& state, const Created& event, Time time) {
    state.channel = event.channel;
    state.currency = event.currency;
    state.country = event.country;
    state.locale = event.locale;
    state.access_token_hash = event.access_token_hash;
    if (!event.customer_id.is_empty()) state.contact = sale::Party{event.customer_id, {}};
    changed(state, time);
}

void evolve(State& state, const LineAdded& event, Time time) {
    state.lines.push_back(event.line);
    changed(state, time);
}

void evolve(State& state, const LineQuantityChanged& event, Time time) {
    sale::Line& line = line_in(state, event.line_id);
    line.quantity = event.quantity;
    if (event.unit_price) line.unit_price = *event.unit_price;
    if (event.price_source) line.price_source = *event.price_source;
    changed(state, time);
}

void evolve(State& state, const LineRemoved& event, Time time) {
    std::erase_if(state.lines, [&](const auto& line) { return line.line_id == event.line_id; });
    changed(state, time);
}

void evolve(State& state, const Repriced& event, Time time) {
    for (const RepricedLine& moved : event.lines) {
        sale::Line& line = line_in(state, moved.line_id);
        line.unit_price = moved.after;
        line.price_source = moved.price_source;
    }
    changed(state, time);
}

void evolve(State& state, const ContactSet& event, Time time) {
    state.contact = event.party;
    changed(state, time);
}

void evolve(State& state, const ShippingAddressSet& event, Time time) {
    state.shipping_address = event.address;
    changed(state, time);
}

void evolve(State& state, const BillingAddressSet& event, Time time) {
    state.billing_address = event.address;
    changed(state, time);
}

void evolve(State& state, const ShippingOptionChosen& event, Time time) {
    state.shipping = event.choice;
    changed(state, time);
}

void evolve(State& state, const Locked&, Time time) {
    state.status = Status::kCheckingOut;
    state.changed_at = time;
}

void evolve(State& state, const Unlocked&, Time time) {
    state.status = Status::kOpen;
    state.changed_at = time;
}

void evolve(State& state, const Completed&, Time time) {
    state.status = Status::kCompleted;
    state.changed_at = time;
}

void evolve(State& state, const Expired&, Time time) {
    state.status = Status::kExpired;
    state.changed_at = time;
}

}  // namespace shop::cart
