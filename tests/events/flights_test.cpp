// Groups of several partitions on their way to the log at the same time (events/committer.hpp).
#include <catch2/catch.hpp>

#include "tests/support/engine_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");
const StockId kPlates = stock_item("plates", Slot{1});

Fate late(std::uint64_t, const AppendBatch&) {
    return {.report_waits = 50};
}

// A command on its way, whose report takes long.
auto send_late(EngineWorld& world, std::string_view key) {
    const auto sent = world.receive(kMugs, 10, key);
    world.loop.run();
    world.log.set_fates(&late);
    REQUIRE(world.engine->begin());
    world.log.set_fates({});
    return sent;
}

TEST_CASE("whoever writes to one partition does not wait for the report of another") {
    EngineWorld world;
    world.open();
    const SlotMap& map = world.engine->slot_map();
    REQUIRE(map.partition_of(kMugs) != map.partition_of(kPlates));
    const auto slow = send_late(world, "key 1");
    const auto quick = world.receive(kPlates, 20, "key 2");
    world.loop.run();
    REQUIRE(world.engine->begin());
    while (!*quick && world.log.step()) {
        world.engine->land();
        world.loop.run();
    }
    CHECK((*quick)->has_value());
    CHECK_FALSE(*slow);
    world.settle();
    CHECK((*slow)->has_value());
}

TEST_CASE("what comes while a group of the partition is on its way goes with the next one") {
    EngineWorld world;
    world.open();
    const auto first = send_late(world, "key 1");
    const auto second = world.receive(kMugs, 20, "key 2");
    world.loop.run();
    REQUIRE(world.engine->begin());
    CHECK(world.positions_of(command_id("key 2")).empty());
    world.settle();
    CHECK((*first)->value().position.offset + 1 == (*second)->value().position.offset);
}

TEST_CASE("a partition in doubt is resolved once nothing of the others is on its way") {
    EngineWorld world;
    world.open();
    const auto slow = send_late(world, "key 1");
    world.log.set_fates([](std::uint64_t, const AppendBatch&) {
        return Fate{.lands = 1, .reported_failed = true};
    });
    const auto doubtful = world.receive(kPlates, 20, "key 2");
    world.loop.run();
    REQUIRE(world.engine->begin());
    world.log.set_fates({});
    world.settle();
    CHECK((*slow)->has_value());
    REQUIRE((*doubtful)->has_value());
    CHECK(world.positions_of(command_id("key 2")).size() == 1);
    CHECK(world.engine->stats().doubts == 1);
}

TEST_CASE("an office is left once the group on its way has landed") {
    EngineWorld world;
    world.open();
    const Partition partition = world.engine->slot_map().partition_of(kMugs);
    const auto sent = send_late(world, "key 1");
    world.engine->leave_office(partition);
    REQUIRE(world.engine->begin());
    CHECK_FALSE(*sent);
    world.settle();
    CHECK((*sent)->has_value());
    CHECK_FALSE(world.engine->serves(partition));
}

// A partition that has just answered, and was told more.
Call<Receipt> tell_after_answer(EngineWorld& world) {
    world.log.set_pause(milliseconds(1));
    world.open();
    const auto first = world.receive(kMugs, 10, "key 1");
    world.settle();
    REQUIRE((*first)->has_value());
    auto second = world.receive(kMugs, 20, "key 2");
    world.loop.run();
    return second;
}

TEST_CASE("those who were answered have a moment to ask again before the next append") {
    EngineWorld world;
    const auto second = tell_after_answer(world);
    CHECK_FALSE(world.engine->begin());
    const auto third = world.receive(kMugs, 30, "key 3");
    world.loop.run();
    CHECK_FALSE(world.engine->begin());
    world.clock.advance(milliseconds(1));
    REQUIRE(world.engine->begin());
    world.settle();
    CHECK((*second)->has_value());
    CHECK((*third)->has_value());
}

TEST_CASE("the end of an engine waits for nobody to ask again") {
    EngineWorld world;
    const auto second = tell_after_answer(world);
    world.close();
    world.loop.run();
    REQUIRE(second->has_value());
    CHECK((*second)->has_value());
}

}  // namespace
}  // namespace shop::tests
