#include "core/customer/customer.hpp"

#include <algorithm>

#include "core/sale/person_keys.hpp"

namespace shop::customer {
namespace {

void note_key(State& state, const Sealed& personal) {
    if (personal.is_empty()) return;
    if (std::ranges::find(state.keys, personal.key) == state.keys.end())
        state.keys.push_back(personal.key);
}

void know(State& state, const Profile& profile, Time time) {
    state.profile = profile;
    state.known_since = time;
    note_key(state, profile.personal);
}

}  // namespace

CustomerId customer_of(const sale::External& external) {
    return CustomerId::derive({"customer", external.system, external.id});
}

std::vector<std::string> State::all_keys() const {
    std::vector<std::string> all = keys;
    for (const auto& [_, own] : orders) all.insert(all.end(), own.begin(), own.end());
    return all;
}

void evolve(State& state, const Registered& event, Time time) {
    know(state, event.profile, time);
}

void evolve(State& state, const Imported& event, Time time) {
    know(state, event.profile, time);
}

void evolve(State& state, const ContactChanged& event, Time) {
    state.profile.personal = event.personal;
    state.profile.country = event.country;
    note_key(state, event.personal);
}

void evolve(State& state, const Erased&, Time) {
    state.status = Status::kErased;
    state.profile.personal = {};
}

void evolve(State& state, const OrderAssigned& event, Time) {
    state.orders[event.order_id] = event.keys;
}

void evolve(State& state, const OrderUnassigned& event, Time) {
    state.orders.erase(event.order_id);
}

}  // namespace shop::customer
