// Several processes of one shop over one log in memory, each with an engine, a catalog and a
// directory of its own, in the hand of a test. One thread; time stands still until it is moved.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/cluster/cluster_engine.hpp"
#include "events/cluster/peer_host.hpp"
#include "tests/simulation/shared_log.hpp"
#include "tests/support/engine_world.hpp"
#include "tests/support/peer_network.hpp"

namespace shop::tests {

class ClusterWorld {
  public:
    struct Process {
        std::string address;
        MemoryStateStore store;
        std::unique_ptr<simulation::LogEnd> log;
        std::unique_ptr<CatalogFold> catalog;
        Directory directory;
        std::unique_ptr<LocalEngine> local;
        std::unique_ptr<OwnOffices> offices;
        std::unique_ptr<ClusterEngine> engine;
        std::unique_ptr<PeerHost> host;
        bool takes_named = true;
    };

    explicit ClusterWorld(std::size_t processes = 2, EngineOptions options = {},
                          ClusterOptions cluster = {});
    ~ClusterWorld();

    Process& process(std::size_t number) { return *processes_.at(number); }
    // Takes the partition into office; by default all others hear of it.
    void take(std::size_t number, Partition partition);
    void announce(std::size_t number);
    // The process is gone; what it had sent to the log arrives.
    void kill(std::size_t number);

    // Whom it asks.
    Call<Receipt> receive(std::size_t asked, const StockId& stock, std::int64_t quantity,
                          std::string_view key);
    Call<Receipt> submit(std::size_t asked, Submission submission);
    Call<Snapshot> read(std::size_t asked, const StreamId& id);

    // All that can happen now does.
    void settle();
    void pass(Duration duration);  // in steps of 10 ms
    template <class T>
    Result<T> answer(const Call<T>& call) {
        settle();
        for (int i = 0; i < 1'000 && !*call; ++i) pass(milliseconds(10));
        if (!*call) return fail(ErrorCode::kUnavailable, "no-answer", "The call is waiting.");
        return **call;
    }
    // Records of the command in the log that count.
    int records_of(const CommandId& id) const;

    const SlotMap map;
    ManualClock clock;
    ManualExecutor loop;
    simulation::Dice dice{1};
    simulation::SharedLog log;
    PeerNetwork network;

  private:
    void open(const EngineOptions& options, const ClusterOptions& cluster);
    std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace shop::tests
