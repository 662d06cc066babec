// Who serves which partition, as staff are told.
#include "api/cluster_status.hpp"
#include "core/json/decode.hpp"
#include "tests/api/endpoints/memory_shop.hpp"
#include "tests/support/cluster_world.hpp"

#include <catch2/catch.hpp>

namespace shop::api {
void add_cluster_routes(http::Routes& routes, Services& services);

namespace {

using namespace tests;

const Partition kFirst{Topic::kCommerce, 0};

ClusterView shown_by(MemoryShop& shop) {
    const auto answer = shop.call(http::Method::kGet, "/api/v1/admin/cluster", "");
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return json::from_json<ClusterView>(answer.body, json::Missing::kIsError).value();
}

TEST_CASE("a shop of one process serves all of its log, and says so") {
    MemoryShop shop(&add_cluster_routes);
    const ClusterView view = shown_by(shop);
    CHECK_FALSE(view.is_one_of_several);
    CHECK(view.peers.empty());
    std::vector<std::string> names;
    for (const PartitionStatus& status : view.partitions) {
        names.push_back(status.partition);
        CHECK(status.here);
        CHECK(status.owner == "local");
        CHECK(status.term == 1);
        CHECK(status.since);
        CHECK(status.entries >= 1);  // the claim
        CHECK_FALSE(status.view_lag);
    }
    CHECK(names == std::vector<std::string>{"catalog-0", "commerce-0", "commerce-1"});
}

// What each process of several would show.
struct World : ClusterWorld {
    World() {
        for (std::size_t i = 0; i < 2; ++i) {
            Process& each = process(i);
            each.local->add_observer(ends.at(i));
            status.push_back(std::make_unique<ClusterStatus>(ClusterStatus::Sources{
                *each.local, each.directory, ends.at(i), each.store, nullptr, each.address, true}));
        }
    }
    PartitionStatus told(std::size_t number) const {
        return status.at(number)->look().value().partitions.at(1);
    }
    std::array<LogEnds, 2> ends{LogEnds({1, 2, 1}), LogEnds({1, 2, 1})};
    std::vector<std::unique_ptr<ClusterStatus>> status;
};

TEST_CASE("processes of one shop tell the same owner, and nobody where there is none") {
    World world;
    CHECK_FALSE(world.told(0).owner);
    CHECK(world.status[0]->without_owner() == 3);
    world.take(0, kFirst);
    for (const std::size_t number : {0UZ, 1UZ}) {
        INFO(number);
        const PartitionStatus told = world.told(number);
        CHECK(told.partition == "commerce-0");
        CHECK(told.owner == "process-0");
        CHECK(told.here == (number == 0));
        CHECK(told.term == world.told(0).term);
        CHECK(told.since == world.told(0).since);
        CHECK(world.status[number]->without_owner() == 2);
    }
    CHECK(world.status[0]->peers().empty());
    CHECK(world.status[1]->peers() == std::vector<PeerStatus>{{"process-0", 1}});
}

TEST_CASE("an office that was left and that nobody took is nobody's") {
    World world;
    world.take(0, kFirst);
    world.process(0).local->leave_office(kFirst);
    world.settle();
    CHECK_FALSE(world.told(0).owner);
    CHECK_FALSE(world.told(0).here);
    world.take(1, kFirst);
    CHECK(world.told(0).owner == "process-1");
    CHECK(world.told(0).term == world.told(1).term);
}

TEST_CASE("what a process has not saved is told beside the log's end") {
    World world;
    const StockId mugs = stock_item("mugs");
    const Partition theirs = world.map.partition_of(mugs);
    world.take(0, theirs);
    const auto told = [&] {
        return world.status[0]->look().value().partitions.at(1 + theirs.number);
    };
    const auto before = told();
    REQUIRE(world.answer(world.receive(0, mugs, 10, "key 1")));
    const auto after = told();
    CHECK(after.entries == before.entries + 1);
    CHECK(after.state_lag == before.state_lag + 1);
    world.process(0).local->leave_office(theirs);  // saves
    world.settle();
    CHECK(told().state_lag == 0);
}

}  // namespace
}  // namespace shop::api
