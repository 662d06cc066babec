// The payment provider "sandbox": a process of its own (api/sandbox/) behind HTTP.
#pragma once

#include <functional>
#include <string>

#include "api/payments/http_client.hpp"
#include "api/payments/provider.hpp"
#include "core/base/sealed.hpp"

namespace shop::payments {

class SandboxProvider final : public Provider {
  public:
    // The secret that a Sealed holds; an error if its key was destroyed.
    using OpenSealed = std::function<Result<std::string>(const Sealed&)>;

    // Both must outlive the provider, and every perform() must have ended before it dies.
    SandboxProvider(HttpClient& client, OpenSealed open);

    std::string_view name() const override { return "sandbox"; }
    // Every currency, up to eleven digits: about what card networks take.
    payment::Capabilities capabilities() const override { return {.amount_max = 99'999'999'999}; }
    Task<payment::ProviderResult> perform(EffectId key, ProviderCall call) override;

    // The sandbox's own ledger as JSON text: [{effect_id, order, kind, amount, at}], of one order
    // or, if it is empty, of all.
    Task<Result<std::string>> ledger(std::string order);

  private:
    HttpClient& client_;
    const OpenSealed open_;
};

// Where a running sandbox listens, as <data>/sandbox.json says; kUnavailable if there is none.
Result<std::string> find_sandbox_address(const std::string& data_folder);

}  // namespace shop::payments
