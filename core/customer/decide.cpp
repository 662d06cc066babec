#include <algorithm>
#include <utility>

#include "core/catalog/rules.hpp"
#include "core/customer/customer.hpp"
#include "core/decision.hpp"
#include "core/sale/person_keys.hpp"

namespace shop::customer {
namespace {

std::unexpected<Error> unknown_customer() {
    return fail(ErrorCode::kNotFound, "unknown-customer", "There is no such customer.");
}

std::unexpected<Error> erased_customer() {
    return fail(ErrorCode::kConflict, "customer-erased",
                "This customer was erased. Register them anew.");
}

// Whatever is sealed for a customer later is sealed with the key of their profile.
shop::Status require_sealed(const Profile& profile) {
    if (!profile.personal.is_empty()) return {};
    return fail_field("/contact", "must be sealed, be it empty");
}

}  // namespace

Result<Decision> decide(const Register& command, const Streams& streams, const Env&) {
    SHOP_TRY_STATUS(require_sealed(command.profile));
    Decision decision;
    if (streams.find<State>(command.customer) == nullptr)
        decision.add(command.customer, Registered{command.profile, command.reason});
    return decision;
}

Result<Decision> decide(const Import& command, const Streams& streams, const Env&) {
    SHOP_TRY_STATUS(require_sealed(command.profile));
    Decision decision;
    if (streams.find<State>(command.customer) == nullptr)
        decision.add(command.customer, Imported{command.profile});
    return decision;
}

Result<Decision> decide(const ChangeContact& command, const Streams& streams, const Env&) {
    const State* customer = streams.find<State>(command.customer);
    if (customer == nullptr) return unknown_customer();
    if (customer->status == Status::kErased) return erased_customer();
    SHOP_TRY_STATUS(
        catalog::require_version(command.expected_version, streams.version_of(command.customer)));
    const Profile& known = customer->profile;
    return Decision{}.add(command.customer,
                          ContactChanged{.personal = command.personal.value_or(known.personal),
                                         .country = command.country.value_or(known.country),
                                         .reason = command.reason});
}

Result<Decision> decide(const Erase& command, const Streams& streams, const Env&) {
    const State* customer = streams.find<State>(command.customer);
    if (customer == nullptr) return unknown_customer();
    if (customer->status == Status::kErased) return Decision{};
    const auto is_destroyed = [&](const std::string& key) {
        return std::ranges::find(command.keys, key) != command.keys.end();
    };
    if (!std::ranges::all_of(customer->all_keys(), is_destroyed))
        return fail(ErrorCode::kConflict, "customer-changed",
                    "The customer has got another order meanwhile. Try again.");
    return Decision{}.add(command.customer, Erased{command.keys, command.reason});
}

Result<Decision> decide(const AssignOrder& command, const Streams& streams, const Env&) {
    const State* customer = streams.find<State>(command.customer);
    if (customer == nullptr) return unknown_customer();
    if (customer->status == Status::kErased) return erased_customer();
    const auto known = customer->orders.find(command.order);
    const bool is_new = known == customer->orders.end();
    std::vector<std::string> keys = is_new ? std::vector<std::string>() : known->second;
    const std::size_t keys_before = keys.size();
    sale::add_new_keys(keys, command.keys);
    Decision decision;
    if (is_new || keys.size() > keys_before)
        decision.add(command.customer,
                     OrderAssigned{command.order, std::move(keys), command.reason});
    return decision;
}

Result<Decision> decide(const UnassignOrder& command, const Streams& streams, const Env&) {
    const State* customer = streams.find<State>(command.customer);
    Decision decision;
    const bool is_theirs = customer != nullptr && customer->status == Status::kKnown &&
                           customer->orders.contains(command.order);
    if (is_theirs) decision.add(command.customer, OrderUnassigned{command.order, command.reason});
    return decision;
}

}  // namespace shop::customer
