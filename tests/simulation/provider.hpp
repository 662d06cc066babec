// The payment provider of a simulated world: what the sandbox decides, behind a network that loses
// and delays requests and answers, and repeats and reorders webhooks. Its book survives everything.
// A request that was given up may still arrive, long after.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/sandbox/book.hpp"
#include "api/sandbox/processor.hpp"
#include "core/effect.hpp"
#include "events/executor.hpp"
#include "tests/simulation/dice.hpp"

namespace shop::simulation {

// In thousandths of the requests.
struct NetworkFaults {
    int request_lost = 30;
    int request_late = 20;  // given up by the caller, and arrives minutes later
    int answer_lost = 30;
    int webhook_lost = 50;  // and sent again minutes later, for nobody has acknowledged it
};

class ModelProvider {
  public:
    using Done = std::function<void(payment::ProviderResult)>;
    using Webhook = std::function<void(const sandbox::Answer&, std::string event_id)>;

    ModelProvider(Executor& loop, const Clock& clock, Dice& dice, Webhook webhook)
        : loop_(loop), clock_(clock), dice_(dice), webhook_(std::move(webhook)) {}

    // Calls done exactly once, later.
    void perform(const EffectId& key, const AnyCall& call, Done done);
    // The shopper decides at the provider's page.
    void choose(const std::string& reference, sandbox::Choice choice);

    // Nothing is on its way to it or from it, and nothing will happen there by itself.
    bool is_quiet() const { return under_way_ == 0 && !book_.next_due(); }

    const sandbox::Book& book() const { return book_; }
    NetworkFaults& faults() { return faults_; }
    // Keys under which more than one authorization moved money: none, ever.
    std::set<std::string> charged_twice() const;

  private:
    struct Request {
        EffectId key;
        AnyCall call;
    };
    Result<sandbox::Verdict> decide(const Request& request);
    void arrive(const Request& request, const std::shared_ptr<Done>& done);
    void apply(const sandbox::Verdict& verdict, const std::string& key);
    void answer(const Request& request, const std::shared_ptr<Done>& done);
    payment::ProviderResult result_of(const Request& request) const;
    void tell(const std::string& key, int copies);
    void post_after(Duration delay, std::function<void()> function);
    void settle();
    void arm();

    Executor& loop_;
    const Clock& clock_;
    Dice& dice_;
    const Webhook webhook_;
    NetworkFaults faults_;
    sandbox::Book book_;
    sandbox::Delays delays_;
    struct Held {
        Request request;
        std::shared_ptr<Done> done;
    };
    std::map<std::string, std::vector<Held>> held_;  // by the payment's reference
    int under_way_ = 0;                              // requests and webhooks
    int references_ = 0;
    int events_ = 0;
};

}  // namespace shop::simulation
