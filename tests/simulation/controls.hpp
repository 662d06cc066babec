// Negative controls: each protection that the simulation is to guard, taken out. The audit must
// find it within some seeds, or it proves nothing. The same seeds with all protections are quiet
// (simulation_test.cpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/decision.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {

// What the audit says of the first seed in which it finds anything.
std::vector<std::string> first_complaint(const WorldOptions& options);

// Whether it says so of any seed.
bool is_said(const WorldOptions& options, std::string_view words);

bool says(const std::vector<std::string>& complaints, std::string_view words);

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
