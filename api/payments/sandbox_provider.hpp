// The payment provider "sandbox": a process of its own (api/sandbox/) behind HTTP.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/http/http_client.hpp"
#include "api/payments/providers.hpp"
#include "core/base/sealed.hpp"

namespace shop::payments {

class SandboxProvider final : public Provider {
  public:
    // The secret that a Sealed holds; an error if its key was destroyed.
    using OpenSealed = std::function<Result<std::string>(const Sealed&)>;

    // `webhook_secret` is what the sandbox signs with; without it no webhook is taken.
    SandboxProvider(std::unique_ptr<HttpClient> client, OpenSealed open,
                    Result<std::string> webhook_secret);

    std::string_view name() const override { return "sandbox"; }
    payment::Capabilities capabilities(std::string_view token) const override;
    Task<payment::ProviderResult> perform(EffectId key, ProviderCall call) override;
    Result<payment::RecordProviderResult> read_webhook(const http::Request& request,
                                                       Time now) override;
    Task<Result<std::string>> ledger(std::string order) override;

  private:
    const std::unique_ptr<HttpClient> client_;
    const OpenSealed open_;
    const Result<std::string> webhook_secret_;
};

// Talks to the sandbox that the settings name, or else to the one that <data>/sandbox.json does.
std::unique_ptr<Provider> make_sandbox_provider(const ProviderPorts& ports);

}  // namespace shop::payments
