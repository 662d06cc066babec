#include "projections/registry.hpp"

#include "projections/storefront/storefront.hpp"

namespace shop::projections {

std::vector<std::unique_ptr<Projection>> all_projections() {
    std::vector<std::unique_ptr<Projection>> all;
    all.push_back(std::make_unique<storefront::Storefront>());
    return all;
}

}  // namespace shop::projections
