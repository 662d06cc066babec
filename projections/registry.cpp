#include "projections/registry.hpp"

#include "projections/storefront/storefront.hpp"

namespace shop::projections {

std::vector<std::unique_ptr<Projection>> all_projections(const KeyStore& keys,
                                                         const Secrets& secrets) {
    std::vector<std::unique_ptr<Projection>> all;
    all.push_back(std::make_unique<storefront::Storefront>(storefront::EmailIndex(keys, secrets)));
    return all;
}

}  // namespace shop::projections
