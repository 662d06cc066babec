// A shop with an effect runner on a loop that stands still until the test moves it, and a provider
// that says what the test tells it to.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "events/effects/runner.hpp"
#include "tests/support/fake_engine.hpp"
#include "tests/support/shopper.hpp"
#include "tests/support/test_catalog.hpp"
#include "tests/support/virtual_loop.hpp"

namespace shop::tests {

using payment::ProviderResult;

inline constexpr Time kMorning{1'795'608'000'000'000};

inline ProviderResult says(payment::ResultOf of) {
    return {std::move(of), {}, {}};
}

// A provider that sends every shopper to the bank.
inline ProviderResult wants_action(const AnyCall&) {
    return says(payment::ResultActionRequired{"ref", "redirect", "https://bank", kMorning});
}

struct ProviderCallMade {
    EffectId id;
    AnyCall call;
    Duration at;
};

class EffectShop {
  public:
    explicit EffectShop(EffectOptions options = {}) {
        catalog.sell("MUG", tests::gbp(500)).sell("TEAPOT", tests::gbp(2'000));
        submit(stock_level("MUG", 10));
        submit(stock_level("TEAPOT", 10));
        begin(options);
    }
    ~EffectShop() {
        stop();
        engine.set_observer(nullptr);
    }

    // The process ends; for what it knew, another begins with nothing.
    void stop() {
        bool is_stopped = false;
        runner->stop([&] { is_stopped = true; });
        loop.run_for(seconds(10));
        CHECK(is_stopped);
    }
    void begin(EffectOptions options = {}) {
        runner.reset();
        list = std::make_unique<Attention>(
            [this](const AttentionItem& item) { told.push_back(item.reason); });
        EffectPorts ports{[this](EffectId id, AnyCall call) { return perform(id, call); },
                          {[this](const auto& key) { ended_tokens.insert(key); },
                           [this](auto keys) { kept_tokens = std::move(keys); }},
                          *list,
                          [this](auto expiring) { return erase(std::move(expiring)); }};
        runner = std::make_unique<EffectRunner>(EffectEngines{engine, engine}, loop, clock, map,
                                                std::move(ports), options);
        engine.set_observer(runner.get());
    }
    void restart() {
        stop();
        begin();
        open();
    }
    const Attention& attention() const { return *list; }

    void submit(AnyCommand command) {
        const CommandId id = CommandId::derive({"test", std::to_string(++commands_)});
        const auto receipt = engine.submit_now(std::move(command), id);
        if (!receipt) FAIL(receipt.error().message);
    }
    void open() {
        runner->start();
        loop.run_for(seconds(1));
    }
    CartId fill_cart(const std::string& name, const std::vector<Wish>& wishes) {
        const CartId cart = CartId::derive({"cart", name});
        for (AnyCommand& command : ready_cart(cart, wishes)) submit(std::move(command));
        return cart;
    }
    CartId check_out(const std::string& name, const std::vector<Wish>& wishes) {
        const CartId cart = fill_cart(name, wishes);
        submit(pay(cart, "tok_ok"));
        return cart;
    }
    bool is_placed(const CartId& cart) const { return engine.has(checkout::order_of(cart)); }
    const stock::State& stock(const std::string& sku) const {
        return engine.state<stock::State>(stock_id(sku));
    }
    Task<ProviderResult> perform(EffectId id, AnyCall call) {
        calls.push_back({id, call, clock.steady()});
        co_await callback<bool>([this](auto resume) {
            loop.post_after(provider_delay,
                            [resume = std::move(resume)]() mutable { resume(true); });
        });
        co_return provider(call);
    }

    Task<bool> erase(std::vector<ExpiringStream> expiring) {
        if (can_erase) erased.insert(erased.end(), expiring.begin(), expiring.end());
        return ready(can_erase);
    }

    VirtualClock clock{kMorning};
    VirtualLoop loop{clock};
    tests::TestCatalog catalog;
    SlotMap map{Partitions{}};
    FakeEngine engine{clock, catalog, map};
    std::unique_ptr<Attention> list;
    std::vector<std::string> told;  // reasons of the list's items, each as it came
    std::unique_ptr<EffectRunner> runner;
    std::vector<ProviderCallMade> calls;
    std::set<std::string> ended_tokens;
    std::optional<std::unordered_set<std::string>> kept_tokens;  // told at a start
    std::vector<ExpiringStream> erased;                          // in the order they came
    bool can_erase = true;
    Duration provider_delay = milliseconds(5);
    std::function<ProviderResult(const AnyCall&)> provider = [](const AnyCall& call) {
        if (const auto* authorize = std::get_if<payment::AuthorizeCall>(&call))
            return says(payment::ResultAuthorized{"ref", authorize->amount, {}, false});
        if (std::holds_alternative<payment::VoidCall>(call))
            return says(payment::ResultVoided{"ref"});
        return says(payment::ResultNotFound{});
    };

  private:
    int commands_ = 0;
};

}  // namespace shop::tests
