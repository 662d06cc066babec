// One `serve` of a simulated world: the real engine, catalog and effect runner on one loop, driven
// one small thing at a time. It may die between any two of them; what it had sent to the log or to
// the provider is then still under way.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "events/catalog/catalog_fold.hpp"
#include "events/cluster/cluster_engine.hpp"
#include "events/cluster/peer_host.hpp"
#include "events/effects/runner.hpp"
#include "events/local_engine.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/disk_store.hpp"
#include "tests/simulation/provider.hpp"
#include "tests/simulation/shared_log.hpp"
#include "tests/simulation/switchboard.hpp"
#include "tests/support/virtual_loop.hpp"

namespace shop::simulation {

// What every process of a world stands on.
struct Ground {
    tests::VirtualClock& clock;
    SharedLog& log;
    ModelProvider& provider;
    Dice& dice;
    EngineOptions engine;
    EffectOptions effects;
    Decide decide;
    bool fresh_keys = false;  // a negative control: the provider gets another key each time
    // Of a shop of several processes: how they reach each other, and who hears of an office that
    // one of them has taken. None: one process takes all offices.
    Switchboard* peers = nullptr;
    std::function<void(const Owner&)> announce = {};
    ClusterOptions cluster = {};
};

// What a process of several has beside its engine.
struct Peering final : CommitObserver {
    Peering(Ground& all, LocalEngine& local, CatalogFold& catalog, const SlotMap& map,
            Executor& loop, const std::string& own);
    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition, Offset) override {}
    void on_office(Partition partition, const Term& term, bool is_held) override;
    // Nobody is asked or answered any more.
    void stop();

    Ground& ground;
    const std::string address;
    Directory directory;
    ClusterEngine engine;
    PeerHost host;
};

class Process {
  public:
    // Takes office over the log as it is, unless it has peers; fails the test if it cannot.
    Process(Ground& ground, std::shared_ptr<DiskStore> store, std::string address);
    ~Process();

    // Does one thing, whichever chance picks; false if there is nothing to do.
    bool step();
    std::optional<Duration> next_timer() const { return loop_.next_timer(); }
    // The process is gone: nobody hears of it any more.
    void kill();

    bool is_alive() const { return is_alive_; }
    const std::string& address() const { return address_; }
    Engine& engine() { return peering_ ? static_cast<Engine&>(peering_->engine) : *engine_; }
    LocalEngine& local() { return *engine_; }
    Directory& directory() { return peering_->directory; }
    CatalogFold& catalog() { return *catalog_; }
    Executor& loop() { return loop_; }
    const EffectRunner& runner() const { return *runner_; }
    const std::shared_ptr<DiskStore>& store() const { return store_; }
    bool is_idle() const;

    // Nothing runs in it for a while, as if its machine had been suspended.
    bool is_paused = false;

  private:
    void open_engine();
    void start_runner();
    Task<payment::ProviderResult> call_provider(EffectId key, AnyCall call);
    void answered(int call, payment::ProviderResult result);
    void tick();
    void read_catalog();
    void tail_catalog();

    Ground& ground_;
    const std::shared_ptr<DiskStore> store_;
    const std::string address_;
    tests::VirtualLoop loop_;
    std::unique_ptr<LogEnd> log_;
    std::unique_ptr<CatalogFold> catalog_;
    std::unique_ptr<LocalEngine> engine_;
    std::unique_ptr<Peering> peering_;  // of a shop of several processes
    Attention attention_;
    std::unique_ptr<EffectRunner> runner_;
    const SlotMap map_;
    std::map<int, std::move_only_function<void(payment::ProviderResult)>> calls_;  // under way
    int last_call_ = 0;
    bool is_alive_ = true;
    bool is_appending_ = false;  // between begin() and finish()
    bool wants_begin_ = true;
    bool is_reading_ = false;  // the catalog is about to read on
};

}  // namespace shop::simulation
