// Every view of the program.
#pragma once

#include <memory>
#include <vector>

#include "projections/projection.hpp"

namespace shop::projections {

std::vector<std::unique_ptr<Projection>> all_projections();

}  // namespace shop::projections
