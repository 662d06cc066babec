// Every view of the program.
#pragma once

#include <memory>
#include <vector>

#include "projections/projection.hpp"

namespace shop {
class KeyStore;
struct Secrets;
}  // namespace shop

namespace shop::projections {

// Keys and secrets, for views that hash what is sealed, outlive them.
std::vector<std::unique_ptr<Projection>> all_projections(const KeyStore& keys,
                                                         const Secrets& secrets);

}  // namespace shop::projections
