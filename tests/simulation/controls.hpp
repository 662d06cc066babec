// Negative controls: each protection that the simulation is to guard, taken out. The audit must
// find it within some seeds, or it proves nothing. The same seeds with all protections are quiet
// (simulation_test.cpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/world.hpp"

namespace shop::simulation {

// What the audit says of the first seed in which it finds anything.
std::vector<std::string> first_complaint(const WorldOptions& options);

bool says(const std::vector<std::string>& complaints, std::string_view words);

// The world in which everything is decided like that.
WorldOptions deciding(Decide decide);

}  // namespace shop::simulation
