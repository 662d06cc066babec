#include "tests/support/forwarded_world.hpp"

namespace shop::tests {

ForwardedWorld::ForwardedWorld()
    : own_log_(map.partitions()), own_catalog_(own_log_), catalog_(log) {
    own_engine_ = LocalEngine::open({own_log_, own_store_, clock, catalog, decide_any},
                                    {.address = "asked", .takes_all = false})
                      .value();
    for (const Partition partition : map.partitions().all())
        directory_.hear({partition, 1, "in office"});
    cluster_ = std::make_unique<ClusterEngine>(
        ClusterEngine::Parts{*own_engine_, network_, directory_, own_catalog_, clock, "asked"});
    front = cluster_.get();
}

ForwardedWorld::~ForwardedWorld() {
    if (engine != nullptr) crash();
    own_engine_->halt();
    loop.run();
}

void ForwardedWorld::open() {
    EngineWorld::open();
    host_ = std::make_unique<PeerHost>(
        PeerHost::Parts{*engine, catalog_, directory_, map, "in office"});
    network_.join("in office", *host_, loop);
}

void ForwardedWorld::crash() {
    EngineWorld::crash();
    leave();
}

void ForwardedWorld::close() {
    EngineWorld::close();
    leave();
}

void ForwardedWorld::leave() {
    network_.leave("in office");
    host_.reset();
}

}  // namespace shop::tests
