#include "tests/support/cluster_world.hpp"

#include <catch2/catch.hpp>

#include "events/log_reader.hpp"

namespace shop::tests {
namespace {

constexpr Partitions kPartitions{1, 2, 1};

}  // namespace

ClusterWorld::ClusterWorld(std::size_t processes, EngineOptions options, ClusterOptions cluster)
    : map(kPartitions), loop(clock), log(kPartitions, dice) {
    clock.advance(hours(1));  // since some start: nothing is proven from then
    options.takes_all = false;
    options.proof_life = seconds(1);
    for (std::size_t i = 0; i < processes; ++i) open(options, cluster);
    settle();
}

ClusterWorld::~ClusterWorld() {
    pass(seconds(10));  // whatever waits has given up by then
    for (std::size_t i = 0; i < processes_.size(); ++i)
        if (processes_[i]->local) kill(i);
}

void ClusterWorld::open(const EngineOptions& options, const ClusterOptions& cluster) {
    processes_.push_back(std::make_unique<Process>());
    Process& p = *processes_.back();
    p.address = "process-" + std::to_string(processes_.size() - 1);
    p.log = log.connect();
    p.catalog = std::make_unique<CatalogFold>(*p.log);
    EngineOptions own = options;
    own.address = p.address;
    auto opened = LocalEngine::open({*p.log, p.store, clock, *p.catalog, decide_any}, own);
    INFO((opened ? std::string() : opened.error().message));
    REQUIRE(opened);
    p.local = std::move(*opened);
    p.offices = std::make_unique<OwnOffices>(p.directory, clock, p.address);
    p.local->add_observer(*p.catalog);
    p.local->add_observer(*p.offices);
    p.engine = std::make_unique<ClusterEngine>(
        ClusterEngine::Parts{*p.local, network, p.directory, *p.catalog, clock, p.address},
        cluster);
    p.host = std::make_unique<PeerHost>(
        PeerHost::Parts{*p.local, *p.catalog, p.directory, map, p.address, [&p](Partition each) {
                            if (p.takes_named) p.local->take_office(each);
                            return p.takes_named;
                        }});
    network.join(p.address, *p.host, loop);
}

void ClusterWorld::take(std::size_t number, Partition partition) {
    process(number).local->take_office(partition);
    settle();
    REQUIRE(process(number).local->serves(partition));
    announce(number);
}

void ClusterWorld::announce(std::size_t number) {
    for (const auto& other : processes_)
        for (const Owner& owner : process(number).directory.all()) other->directory.hear(owner);
}

void ClusterWorld::kill(std::size_t number) {
    Process& p = process(number);
    network.leave(p.address);
    p.log->cut_off(false);
    p.local->halt();
    p.catalog->stop();
    loop.run();
    while (p.host->under_way() > 0) pass(seconds(1));
    p.engine.reset();
    p.host.reset();
    p.local.reset();
    settle();
}

Call<Receipt> ClusterWorld::receive(std::size_t asked, const StockId& stock, std::int64_t quantity,
                                    std::string_view key) {
    return submit(
        asked,
        submission_of(stock::SetLevel{.stock = stock, .inventory_item = "mug", .on_hand = quantity},
                      key));
}

Call<Receipt> ClusterWorld::submit(std::size_t asked, Submission submission) {
    return call(process(asked).engine->submit(loop, std::move(submission)));
}

Call<Snapshot> ClusterWorld::read(std::size_t asked, const StreamId& id) {
    return call(process(asked).engine->read(loop, id));
}

void ClusterWorld::settle() {
    for (bool is_working = true; is_working;) {
        is_working = false;
        loop.run();
        for (const auto& each : processes_) {
            if (!each->local) continue;
            if (each->local->begin()) {
                each->local->finish();
                is_working = true;
            }
            while (each->local->save_step() || each->local->warm_step()) {
            }
            is_working = each->catalog->step() || each->local->has_work() || is_working;
        }
        loop.run();
    }
}

void ClusterWorld::pass(Duration duration) {
    for (Duration passed; passed < duration; passed = passed + milliseconds(10)) {
        clock.advance(milliseconds(10));
        settle();
    }
}

int ClusterWorld::records_of(const CommandId& id) const {
    int count = 0;
    for (const Partition partition : kPartitions.all()) {
        LogReader reader(*processes_.front()->log, partition);
        for (auto entries = reader.read(); entries && !entries->empty(); entries = reader.read())
            for (const LogEntry& entry : *entries)
                if (reader.decode(entry).value().command.id == id) ++count;
    }
    return count;
}

}  // namespace shop::tests
