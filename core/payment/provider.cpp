#include "core/payment/provider.hpp"

namespace shop::payment {

std::string reference_of(const ProviderResult& result) {
    return std::visit(
        []<class Of>(const Of& of) -> std::string {
            if constexpr (requires { of.reference; })
                return of.reference;
            else
                return {};
        },
        result.of);
}

}  // namespace shop::payment
