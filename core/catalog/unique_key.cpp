#include "core/catalog/unique_key.hpp"

#include <algorithm>

#include "core/decision.hpp"

namespace shop::unique_key {
namespace {

bool is_released(const State& state, const StreamId& owner, std::int32_t request) {
    const auto at = state.released.find(owner.to_string());
    return at != state.released.end() && at->second >= request;
}

// The owner asks again in a later request, while the release of the earlier one is under way.
bool is_renewal(const State& state, const Claim& command) {
    return state.owner == command.owner && state.request < command.request;
}

}  // namespace

void evolve(State& state, const Claimed& event, Time) {
    state.key = {event.scope, event.value};
    state.owner = event.owner;
    state.request = event.request;
}

// A release is of one request and those before it: it cannot take what a later request claimed.
void evolve(State& state, const Released& event, Time) {
    state.key = {event.scope, event.value};
    if (state.owner == event.owner && state.request <= event.request) state.owner = {};
    std::int32_t& last = state.released[event.owner.to_string()];
    last = std::max(last, event.request);
}

Result<Decision> decide(const Claim& command, const Streams& streams, const Env&) {
    Decision decision;
    const State* state = streams.find<State>(command.target());
    const bool may_claim =
        state == nullptr || (!is_released(*state, command.owner, command.request) &&
                             (state->owner.is_empty() || is_renewal(*state, command)));
    if (may_claim)
        decision.add(command.target(),
                     Claimed{command.key.scope, command.key.value, command.owner, command.request});
    return decision;
}

Result<Decision> decide(const Release& command, const Streams& streams, const Env&) {
    Decision decision;
    const State* state = streams.find<State>(command.target());
    if (state == nullptr || !is_released(*state, command.owner, command.request))
        decision.add(command.target(), Released{command.key.scope, command.key.value, command.owner,
                                                command.request});
    return decision;
}

std::optional<Outcome> find_outcome(const State& state, const Claim& call) {
    if (state.owner == call.owner && state.request >= call.request)
        return Outcome{OutcomeKind::kClaimed, state.owner};
    if (state.owner == call.owner) return std::nullopt;
    if (!state.owner.is_empty() || is_released(state, call.owner, call.request))
        return Outcome{OutcomeKind::kInUse, state.owner};
    return std::nullopt;
}

std::optional<Outcome> find_outcome(const State& state, const Release& call) {
    if (!is_released(state, call.owner, call.request)) return std::nullopt;
    return Outcome{OutcomeKind::kReleased, state.owner};
}

KeyId key_of(const Key& key) {
    return KeyId::derive({enum_name(key.scope), key.value});
}

StreamId Claim::target() const {
    return key_of(key);
}
StreamId Release::target() const {
    return key_of(key);
}

}  // namespace shop::unique_key
