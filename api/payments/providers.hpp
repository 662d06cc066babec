// The payment providers of one event loop, found by the name that stores, calls, payments and
// webhooks carry. One thread: the loop's.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "api/payments/provider.hpp"
#include "events/executor.hpp"
#include "events/fd_watcher.hpp"

namespace shop {
class KeyStore;
}
namespace shop::api {
struct Settings;
}

namespace shop::payments {

// What adapters are made of; all of it outlives them.
struct ProviderPorts {
    FdWatcher& watcher;  // of the loop, as the next
    Executor& executor;
    KeyStore& keys;  // opens the sealed tokens of calls
    const api::Settings& settings;
};

class Providers {
  public:
    explicit Providers(std::vector<std::unique_ptr<Provider>> providers);

    // nullptr if the shop has none of that name.
    Provider* find(std::string_view name) const;
    // By the provider that the call names. Of one that the shop does not have, nothing is known.
    Task<payment::ProviderResult> perform(EffectId key, ProviderCall call);

  private:
    std::vector<std::unique_ptr<Provider>> providers_;
};

// All that the shop has.
Providers make_providers(const ProviderPorts& ports);

}  // namespace shop::payments
