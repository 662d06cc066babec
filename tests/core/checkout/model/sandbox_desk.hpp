// The payment sandbox's own rules (api/sandbox/processor.hpp) behind the domain's calls, without
// process and network: what the provider of the model does. One thread.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "api/sandbox/processor.hpp"
#include "core/effect.hpp"

namespace shop::tests {

class SandboxDesk {
  public:
    // The provider has the request; what it answers, or nothing if that gets lost on its way.
    std::optional<payment::ProviderResult> take(const EffectId& key, const AnyCall& call, Time now);

    // One shopper who was asked to act does something, if any is.
    void let_shopper_act(std::mt19937_64& random, Time now);

    // What happens by itself by then.
    void settle(Time now);

    // Webhooks since the last call.
    std::vector<payment::RecordProviderResult> take_webhooks();

    const sandbox::Book& book() const { return book_; }
    // Authorizations made for that order.
    int charges_of(const OrderId& order) const;

  private:
    void apply(const sandbox::Verdict& verdict, const std::string& key);
    void tell(const std::string& key, int copies);
    std::optional<payment::ProviderResult> answer_to(const std::string& key) const;

    std::optional<payment::ProviderResult> authorize(const std::string& key,
                                                     const payment::AuthorizeCall& call, Time now);
    std::optional<payment::ProviderResult> capture(const std::string& key,
                                                   const payment::CaptureCall& call, Time now);
    std::optional<payment::ProviderResult> refund(const std::string& key,
                                                  const payment::RefundCall& call, Time now);
    std::optional<payment::ProviderResult> cancel(const std::string& key,
                                                  const payment::VoidCall& call, Time now);
    std::optional<payment::ProviderResult> query(const payment::QueryCall& call) const;

    sandbox::Book book_;
    std::vector<std::string> acting_;  // references of payments that want the shopper
    std::vector<payment::RecordProviderResult> webhooks_;
    int references_ = 0;
};

}  // namespace shop::tests
