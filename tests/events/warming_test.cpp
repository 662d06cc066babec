// A partition that a process takes over, with a long log that it has never read.
#include <catch2/catch.hpp>

#include "events/log_reader.hpp"
#include "events/warmer.hpp"
#include "tests/support/engine_world.hpp"

namespace shop {
namespace {

using tests::EngineWorld;
using tests::stock_item;

const StockId kMugs = stock_item("mugs");  // on a partition that is served all the time
constexpr int kRecords = 3'500;            // of the other one: four times what is read at once

StockId plates_apart(const SlotMap& map) {
    for (std::uint16_t slot = 1;; ++slot)
        if (const StockId plates = stock_item("plates", {slot});
            map.partition_of(plates) != map.partition_of(kMugs))
            return plates;
}

// On a machine that has the log, and no state of it.
struct World : EngineWorld {
    explicit World(bool warms_aside = true) : plates(plates_apart(map)) {
        options.witness = &witness;
        open();
        for (int i = 1; i <= kRecords; ++i) {
            receive(plates, i, "plates " + std::to_string(i));
            if (i % 500 == 0) settle();
        }
        close();
        store = std::make_unique<MemoryStateStore>();
        options.takes_all = false;
        options.protections.warms_aside = warms_aside;
        open();
        engine->take_office(partition_of(kMugs));
        settle();
    }
    Partition elsewhere() const { return partition_of(plates); }

    // One round of the committer, which carries out what is asked of it.
    void commit() {
        if (engine->begin()) engine->finish();
        loop.run();
    }
    Offset saved() const { return store->checkpoint(elsewhere()).value().offset; }

    const StockId plates;
};

TEST_CASE("the others are answered while a partition is read from its beginning") {
    World world;
    world.engine->take_office(world.elsewhere());
    int rounds = 0;
    do {
        ++rounds;
        const auto mugs = world.receive(kMugs, rounds, "mugs " + std::to_string(rounds));
        const auto plates = world.read(world.plates);
        world.commit();
        REQUIRE(*mugs);
        CHECK(**mugs);
        REQUIRE(*plates);
        CHECK((*plates)->error().type == "not-owner");
    } while (world.engine->warm_step());
    CHECK(rounds > 3);
    CHECK(world.engine->serves(world.elsewhere()));
    CHECK(world.on_hand(world.plates) == kRecords);
    CHECK(world.answer(world.receive(world.plates, 1, "plates 1")).value().replayed);
    CHECK(world.answer(world.receive(world.plates, 7, "another")).value().changed);
}

TEST_CASE("control: on the committer's own thread nobody is answered before all of it is read") {
    World world(false);
    world.engine->take_office(world.elsewhere());
    const auto mugs = world.receive(kMugs, 1, "mugs 1");
    REQUIRE(world.engine->begin());
    CHECK_FALSE(*mugs);
    CHECK(world.engine->serves(world.elsewhere()));
    world.engine->finish();
}

TEST_CASE("what was read is in the state store, so that the committer reads only the rest") {
    World world;
    world.engine->take_office(world.elsewhere());
    world.commit();
    while (world.engine->warm_step()) CHECK_FALSE(world.engine->serves(world.elsewhere()));
    CHECK(world.end_of(world.plates) - world.saved() <= 1'000);
    CHECK_FALSE(world.engine->serves(world.elsewhere()));
    world.commit();
    CHECK(world.engine->serves(world.elsewhere()));
}

TEST_CASE("a partition that is left while it is read is not claimed") {
    World world;
    const Offset end = world.end_of(world.plates);
    world.engine->take_office(world.elsewhere());
    world.commit();
    REQUIRE(world.engine->warm_step());
    world.engine->leave_office(world.elsewhere());
    world.settle();
    CHECK_FALSE(world.engine->serves(world.elsewhere()));
    CHECK(world.end_of(world.plates) == end);
}

TEST_CASE("a partition that is left while it is read, and asked for again, is served") {
    World world;
    const bool is_given_back = GENERATE(false, true);
    world.engine->take_office(world.elsewhere());
    world.commit();
    REQUIRE(world.engine->warm_step());
    world.engine->leave_office(world.elsewhere());
    world.commit();
    if (is_given_back) REQUIRE(world.engine->warm_step());
    world.engine->take_office(world.elsewhere());
    world.settle();
    CHECK(world.engine->serves(world.elsewhere()));
    CHECK(world.on_hand(world.plates) == kRecords);
}

TEST_CASE("a partition that somebody else claims while it is read is taken over from them") {
    World world;
    world.engine->take_office(world.elsewhere());
    world.commit();
    REQUIRE(world.engine->warm_step());
    const Term theirs = world.insert_newer_claim(world.elsewhere());
    world.settle();
    CHECK(world.engine->serves(world.elsewhere()));
    CHECK(world.answer(world.receive(world.plates, 7, "another")));
    LogReader reader(world.log, world.elsewhere());
    while (!reader.read_all().value().empty()) {
    }
    CHECK(reader.rules().term().number > theirs.number);
}

TEST_CASE("a partition that cannot be read is asked for again and again, and holds up nobody") {
    World world;
    world.log.damage(world.elsewhere(), kRecords / 2);
    world.engine->take_office(world.elsewhere());
    world.settle();
    CHECK_FALSE(world.engine->serves(world.elsewhere()));
    CHECK(world.answer(world.receive(kMugs, 1, "mugs 1")));
    const Partition catalog{Topic::kCatalog, 0};
    world.engine->take_office(catalog);
    world.settle();
    CHECK(world.engine->serves(catalog));
    // Later it is tried anew, in vain; then it is not wanted any more.
    CHECK_FALSE(world.engine->warm_step());
    world.clock.advance(seconds(10));
    CHECK(world.engine->warm_step());
    world.engine->leave_office(world.elsewhere());
    world.settle();
    CHECK_FALSE(world.engine->warm_step());
    CHECK(world.answer(world.read(world.plates)).error().type == "not-owner");
}

TEST_CASE("an operator hears of each try to take a partition over that failed, and why") {
    World world;
    CHECK(world.witness.failed.empty());
    world.log.damage(world.elsewhere(), kRecords / 2);
    world.engine->take_office(world.elsewhere());
    world.settle();
    world.clock.advance(seconds(10));
    while (world.engine->warm_step()) {
    }
    const std::pair failure{world.elsewhere(), std::string("damaged-log")};
    CHECK(world.witness.failed == std::vector{failure, failure});
}

// ---- The warmer alone ---------------------------------------------------------------------------

struct Alone {
    World world;
    const EngineParts parts{world.log, *world.store, world.clock, world.catalog, decide_any};
    TrustedClock clock{world.clock};
    int told = 0;
    Warmer warmer{parts, world.engine->identity(), [this] { ++told; }, nullptr};
    Seat seat{world.elsewhere(), world.map, parts, clock, world.options};

    Alone() {
        seat.state = SeatState::kWarming;
        (void)seat.shard.suspend();
        seat.shard.warm();
        warmer.ask(seat, true);
    }
};

TEST_CASE("a seat that is on its way back is not read a second time, whatever is asked") {
    Alone alone;
    const bool is_given_up = GENERATE(false, true);
    if (is_given_up) alone.warmer.ask(alone.seat, false);
    while (alone.warmer.step()) {
    }
    CHECK(alone.told == 1);
    alone.warmer.ask(alone.seat, true);
    CHECK_FALSE(alone.warmer.step());
    const auto warmed = alone.warmer.take_warmed();
    REQUIRE(warmed.size() == 1);
    CHECK(warmed.front().is_warm == !is_given_up);
    CHECK_FALSE(alone.warmer.step());
}

TEST_CASE("a seat that nobody wants any more comes back before the others are read") {
    Alone alone;
    Seat other{Partition{Topic::kCatalog, 0}, alone.world.map, alone.parts, alone.clock,
               alone.world.options};
    (void)other.shard.suspend();
    other.shard.warm();
    REQUIRE(alone.warmer.step());  // a part of the long one
    alone.warmer.ask(other, true);
    alone.warmer.ask(other, false);
    REQUIRE(alone.warmer.step());
    const auto warmed = alone.warmer.take_warmed();
    REQUIRE(warmed.size() == 1);
    CHECK(warmed.front().seat == &other);
    CHECK_FALSE(warmed.front().is_warm);
}

}  // namespace
}  // namespace shop
