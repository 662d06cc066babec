// Negative controls: each protection that the simulation is to guard, taken out. The audit must
// find it within some seeds, or it proves nothing. The same seeds with all protections are quiet
// (simulation_test.cpp).
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/decision.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {

// Whether the audit complains in one of these words within some seeds.
bool is_found(const WorldOptions& options, std::initializer_list<std::string_view> words);

// The world in which everything is decided like that.
WorldOptions deciding(Decide decide);

// A rule that is taken out, and what the audit says then.
struct Control {
    const char* without;
    Decide decide;
    const char* complaint;
};
void check_found(const Control& control);

// Whatever is decided, no such event comes of it.
template <class Event>
Result<Decision> decide_without(const AnyCommand& command, const Streams& streams, const Env& env) {
    auto decision = decide_any(command, streams, env);
    if (!decision) return decision;
    std::erase_if(decision->events,
                  [](const NewEvent& event) { return event.data.get_if<Event>() != nullptr; });
    return decision;
}

}  // namespace shop::simulation
