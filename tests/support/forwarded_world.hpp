// An EngineWorld whose callers ask another process, which is in office of nothing and passes every
// call on.
#pragma once

#include <memory>

#include "events/cluster/cluster_engine.hpp"
#include "tests/support/engine_world.hpp"
#include "tests/support/peer_network.hpp"

namespace shop::tests {

class ForwardedWorld : public EngineWorld {
  public:
    ForwardedWorld();
    ~ForwardedWorld();

    void open();
    void crash();
    void close();

  private:
    void leave();

    // The process that is asked has nothing of its own but a log that nobody reads.
    MemoryLog own_log_;
    MemoryStateStore own_store_;
    CatalogFold own_catalog_;
    Directory directory_;
    PeerNetwork network_;
    std::unique_ptr<LocalEngine> own_engine_;
    std::unique_ptr<ClusterEngine> cluster_;
    // In the other one, beside its engine.
    CatalogFold catalog_;
    std::unique_ptr<PeerHost> host_;
};

}  // namespace shop::tests
