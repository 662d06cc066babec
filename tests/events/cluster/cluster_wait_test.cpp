// Waiting, at one process, for what another one does: for the catalog that a caller saw, and for a
// stream's next change.
#include <catch2/catch.hpp>

#include "tests/support/cluster_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");

// Process 0 serves the mugs, and process 1 is asked.
struct World : ClusterWorld {
    World() { take(0, map.partition_of(kMugs)); }
    // What process 1 has seen of them.
    std::uint64_t see_some() {
        REQUIRE(answer(receive(0, kMugs, 10, "key 1")));
        return answer(read(1, kMugs)).value().version;
    }
    Call<Snapshot> wait_beyond(std::uint64_t seen, Duration at_most) {
        return call(process(1).engine->wait(loop, kMugs, seen, at_most));
    }
};

TEST_CASE("nothing is decided on a catalog older than the one its caller saw") {
    World world;
    const Partition catalog{Topic::kCatalog, 0};
    // Process 1 hears of a change of which process 0 has not been told.
    world.process(1).local->take_office(catalog);
    world.settle();
    const auto call = world.receive(1, kMugs, 10, "key 1");
    world.settle();
    world.pass(milliseconds(500));
    CHECK_FALSE(*call);
    SECTION("which waits until it has read as far") {
        world.process(0).catalog->on_advance(catalog, world.log.memory().end(catalog).value());
        CHECK(world.answer(call).value().changed);
    }
    SECTION("or says after a second that it cannot") {
        world.pass(milliseconds(700));
        REQUIRE(*call);
        CHECK((*call)->error().type == "log-lags");
        CHECK(world.records_of(command_id("key 1")) == 0);
    }
}

TEST_CASE("whoever waits for a stream hears of its change through another process") {
    World world;
    const std::uint64_t seen = world.see_some();
    const auto waited = world.wait_beyond(seen, minutes(3));
    SECTION("at once") {
        world.pass(seconds(1));
    }
    SECTION("after longer than one process may ask another to wait") {
        world.pass(seconds(50));
    }
    CHECK_FALSE(*waited);
    REQUIRE(world.answer(world.receive(1, kMugs, 20, "key 2")));
    world.settle();
    REQUIRE(*waited);
    CHECK((*waited)->value().version == seen + 1);
}

TEST_CASE("a wait whose owner is away for a while asks for less, and ends in time") {
    World world;
    const std::uint64_t seen = world.see_some();
    const Duration begun = world.clock.steady();
    world.network.set_fates([&](const auto&, std::size_t) {
        return world.clock.steady() - begun < seconds(6) ? CallFate::kRefused : CallFate::kArrives;
    });
    const auto waited = world.wait_beyond(seen, seconds(20));
    world.pass(milliseconds(19'000));
    CHECK_FALSE(*waited);
    world.pass(milliseconds(1'700));
    REQUIRE(*waited);
    CHECK((*waited)->value().version == seen);
}

TEST_CASE("a wait through another process ends with the stream as it is") {
    World world;
    const std::uint64_t seen = world.see_some();
    const auto waited = world.wait_beyond(seen, seconds(30));
    world.pass(milliseconds(29'900));
    CHECK_FALSE(*waited);
    world.pass(milliseconds(300));
    REQUIRE(*waited);
    CHECK((*waited)->value().version == seen);
}

}  // namespace
}  // namespace shop::tests
