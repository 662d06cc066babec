#include "api/payments/providers.hpp"

#include <algorithm>
#include <array>

#include "api/payments/sandbox_provider.hpp"

namespace shop::payments {
namespace {

// One line for each.
constexpr std::array kMakers = {
    &make_sandbox_provider,
};

std::string name_in(const ProviderCall& call) {
    return std::visit([](const auto& held) { return held.provider; }, call);
}

payment::Operation operation_of(const payment::AuthorizeCall&) {
    return payment::Operation::kAuthorize;
}
payment::Operation operation_of(const payment::CaptureCall&) {
    return payment::Operation::kCapture;
}
payment::Operation operation_of(const payment::RefundCall&) {
    return payment::Operation::kRefund;
}
payment::Operation operation_of(const payment::VoidCall&) {
    return payment::Operation::kVoid;
}
payment::Operation operation_of(const payment::QueryCall&) {
    return payment::Operation::kQuery;
}

payment::ProviderResult unknown(const ProviderCall& call) {
    const auto operation = std::visit([](const auto& held) { return operation_of(held); }, call);
    return {payment::ResultUnknown{operation}, {}, {}};
}

}  // namespace

Providers::Providers(std::vector<std::unique_ptr<Provider>> providers)
    : providers_(std::move(providers)) {}

Provider* Providers::find(std::string_view name) const {
    const auto at = std::ranges::find_if(
        providers_, [name](const auto& provider) { return provider->name() == name; });
    return at == providers_.end() ? nullptr : at->get();
}

Task<payment::ProviderResult> Providers::perform(EffectId key, ProviderCall call) {
    if (Provider* provider = find(name_in(call))) return provider->perform(key, std::move(call));
    return ready(unknown(call));
}

Providers make_providers(const ProviderPorts& ports) {
    std::vector<std::unique_ptr<Provider>> providers;
    for (const auto make : kMakers) providers.push_back(make(ports));
    return Providers(std::move(providers));
}

}  // namespace shop::payments
