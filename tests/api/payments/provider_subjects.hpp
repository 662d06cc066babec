// Every payment provider, as the contract test sees it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/payments/provider.hpp"
#include "tests/support/poll_loop.hpp"

namespace shop::tests {

enum class Card {
    kGood,
    kDeclined,
    kAnswerLost,  // authorized, but the first answer never arrives
    kOneLess,     // one minor unit less than asked is authorized
    kNoRefund,    // refunds are refused
    kSlowRefund,  // refunds are accepted, and done later
};

// What stands between the shop and the provider.
enum class Network { kWell, kAway, kSilent, kCutOff, kGarbled, kOverloaded };

// What the provider sends by itself, as it arrives.
struct Webhook {
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
};

class ProviderSubject {
  public:
    virtual ~ProviderSubject() = default;
    // Another one after set_network().
    virtual payments::Provider& provider() = 0;
    // What the provider's calls run on.
    virtual PollLoop& loop() = 0;
    virtual void set_network(Network network) = 0;
    // As checkouts seal it.
    virtual Sealed token(Card card) = 0;
    // What has moved for an order by the provider's own book: {"authorize 500", "capture 500"}.
    virtual std::vector<std::string> moved(const OrderId& order) = 0;
    // About the authorization of that key.
    virtual Webhook webhook(const EffectId& key) = 0;
};

struct NamedProviderSubject {
    std::string name;
    std::function<std::unique_ptr<ProviderSubject>()> make;
};

std::vector<NamedProviderSubject> provider_subjects();

// Runs the task on the loop until its end.
template <class T>
T wait_for(PollLoop& loop, Task<T> task) {
    std::optional<T> value;
    start(std::move(task), [&](T result) { value = std::move(result); });
    SHOP_ASSERT(loop.run_until([&] { return value.has_value(); }));
    return std::move(*value);
}

}  // namespace shop::tests
