// Partitions that a process is asked to serve, and to leave again to others.
#include <catch2/catch.hpp>

#include "tests/support/engine_world.hpp"

namespace shop {
namespace {

using tests::EngineWorld;
using tests::stock_item;

const StockId kMugs = stock_item("mugs");

struct World : EngineWorld {
    World() {
        options.takes_all = false;
        open();
    }
    Partition mugs() const { return partition_of(kMugs); }
    void take() {
        engine->take_office(mugs());
        settle();
    }
    void leave() {
        engine->leave_office(mugs());
        settle();
    }
};

TEST_CASE("a process that is asked to serve nothing names the log, takes nothing and refuses") {
    World world;
    world.settle();
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")).error().type == "not-owner");
    CHECK(world.answer(world.read(kMugs)).error().type == "not-owner");
    CHECK(world.engine->open_streams(world.mugs()).error().type == "not-owner");
    // One claim names the empty log (name_log.hpp); nobody is in office by it.
    for (const Partition partition : world.map.partitions().all())
        CHECK(world.log.end(partition) == (partition == Partition{Topic::kCatalog, 0} ? 1 : 0));
}

TEST_CASE("a process serves the partitions it was asked to, and no others") {
    World world;
    world.take();
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")));
    CHECK(world.engine->serves(world.mugs()));
    for (const Partition partition : world.map.partitions().all()) {
        if (partition != world.mugs()) CHECK_FALSE(world.engine->serves(partition));
    }
}

TEST_CASE("a partition is left when what was decided is durable, and nothing is lost") {
    World world;
    world.take();
    const auto before = world.receive(kMugs, 10, "key 1");
    world.engine->leave_office(world.mugs());
    CHECK(world.answer(before));
    CHECK_FALSE(world.engine->serves(world.mugs()));
    CHECK(world.answer(world.receive(kMugs, 20, "key 2")).error().type == "not-owner");
    CHECK(world.on_hand(kMugs) == 10);

    // Somebody else was in office meanwhile.
    world.insert_newer_claim(world.mugs());
    world.take();
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")).value().replayed);
    REQUIRE(world.answer(world.receive(kMugs, 30, "key 3")));
    CHECK(world.on_hand(kMugs) == 30);
    CHECK(world.engine->stats().void_entries == 0);
}

TEST_CASE("a command that is repeated out of office is refused, and does not wait for ever") {
    World world;
    world.take();
    REQUIRE(world.answer(world.receive(kMugs, 10, "key 1")));
    world.save();
    world.leave();
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")).error().type == "not-owner");
    world.take();
    world.log.set_fates([](std::uint64_t, const AppendBatch&) {
        return Fate{.lands = 0, .reported_failed = true};
    });
    CHECK_FALSE(world.answer(world.receive(kMugs, 20, "key 2")));
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")).error().type == "in-doubt");
}

TEST_CASE("what was left is in the state store, so that coming back folds nothing twice") {
    World world;
    world.take();
    REQUIRE(world.answer(world.receive(kMugs, 10, "key 1")));
    world.leave();
    const auto saved = world.store->checkpoint(world.mugs());
    REQUIRE(saved);
    CHECK(saved->offset + 1 == world.end_of(kMugs));
}

TEST_CASE("the last word about an office counts") {
    World world;
    world.engine->take_office(world.mugs());
    world.engine->leave_office(world.mugs());
    world.engine->take_office(world.mugs());
    world.settle();
    CHECK(world.engine->serves(world.mugs()));
    world.engine->take_office(world.mugs());
    world.engine->leave_office(world.mugs());
    world.settle();
    CHECK_FALSE(world.engine->serves(world.mugs()));
}

TEST_CASE("a partition that is asked for again before it was left is served on") {
    World world;
    world.take();
    const auto pending = world.receive(kMugs, 10, "key 1");
    world.engine->leave_office(world.mugs());
    REQUIRE(world.engine->begin());  // it goes with what was decided
    world.engine->take_office(world.mugs());
    world.engine->finish();
    CHECK(world.answer(pending));
    CHECK(world.answer(world.receive(kMugs, 20, "key 2")));
}

TEST_CASE("a partition in doubt can be left, and who waits is told at once") {
    World world;
    world.take();
    world.log.set_fates([](std::uint64_t, const AppendBatch&) {
        return Fate{.lands = 0, .reported_failed = true};
    });
    const auto waiting = world.receive(kMugs, 10, "key 1");
    world.settle();
    world.leave();
    CHECK(world.answer(waiting).error().code == ErrorCode::kUnavailable);
    CHECK_FALSE(world.engine->serves(world.mugs()));
    CHECK(world.answer(world.receive(kMugs, 20, "key 2")).error().type == "not-owner");
}

TEST_CASE("a partition that another process took is taken back when this one is asked again") {
    World world;
    world.take();
    REQUIRE(world.answer(world.receive(kMugs, 10, "key 1")));
    world.insert_newer_claim(world.mugs());
    CHECK_FALSE(world.answer(world.receive(kMugs, 20, "key 2")));
    CHECK(world.engine->stats().partitions_lost == 1);
    world.take();
    const auto third = world.answer(world.receive(kMugs, 30, "key 3"));
    INFO((third ? "" : third.error().message));
    REQUIRE(third);
    CHECK(world.on_hand(kMugs) == 30);
    CHECK(world.engine->stats().partitions_lost == 0);
}

// ---- Who is told --------------------------------------------------------------------------------

struct OfficeWitness final : CommitObserver {
    void on_commit(Partition, std::span<const StreamId> streams) override {
        open.insert(open.end(), streams.begin(), streams.end());
    }
    void on_advance(Partition, Offset) override {}
    void on_office(Partition partition, const Term& term, bool is_held) override {
        told.push_back({partition, term.number, is_held});
    }
    struct Told {
        Partition partition;
        std::uint64_t term = 0;
        bool is_held = false;
        bool operator==(const Told&) const = default;
    };
    std::vector<Told> told;
    std::vector<StreamId> open;
};

TEST_CASE("observers hear of each office that is taken, left or lost, and under which term") {
    OfficeWitness witness;
    World world;
    world.engine->add_observer(witness);
    CHECK(witness.told.empty());
    using Told = std::vector<OfficeWitness::Told>;
    world.take();
    CHECK(std::exchange(witness.told, {}) == Told{{world.mugs(), 1, true}});
    world.leave();
    CHECK(std::exchange(witness.told, {}) == Told{{world.mugs(), 1, false}});
    world.take();
    CHECK(std::exchange(witness.told, {}) == Told{{world.mugs(), 2, true}});
    world.insert_newer_claim(world.mugs());
    CHECK_FALSE(world.answer(world.receive(kMugs, 10, "key 1")));
    CHECK(witness.told == Told{{world.mugs(), 2, false}});
}

TEST_CASE("observers take up anew what was about to be left: they have dropped it meanwhile") {
    OfficeWitness witness;
    World world;
    world.take();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    world.answer(world.reserve(kMugs, 5, "key 2")).value();
    world.answer(world.receive(kMugs, 3, "key 3")).value();  // two are missing: somebody must act
    world.engine->add_observer(witness);
    witness.told.clear();

    world.take();
    CHECK(witness.told.empty());

    const auto pending = world.receive(kMugs, 2, "key 4");
    world.engine->leave_office(world.mugs());
    REQUIRE(world.engine->begin());  // it goes with what was decided
    world.engine->take_office(world.mugs());
    world.engine->finish();
    witness.open.clear();
    CHECK(world.answer(pending));
    const std::uint64_t term = 1;
    CHECK(witness.told == std::vector<OfficeWitness::Told>{{world.mugs(), term, false},
                                                           {world.mugs(), term, true}});
    CHECK(witness.open == std::vector<StreamId>{kMugs});
}

TEST_CASE("an observer of a process that is alone hears of every office at once") {
    OfficeWitness witness;
    EngineWorld world;
    world.open();
    world.engine->add_observer(witness);
    std::size_t decided = 0;
    for (const Partition partition : world.map.partitions().all())
        if (partition.topic != Topic::kClicks) ++decided;
    CHECK(witness.told.size() == decided);
    for (const auto& told : witness.told) CHECK((told.is_held && told.term == 1));
}

// ---- Proofs -------------------------------------------------------------------------------------

struct SharedWorld : World {
    explicit SharedWorld(bool proves = true) {
        close();
        options.proof_life = seconds(1);
        options.protections.prove_office = proves;
        open();
        take();
        answer(receive(kMugs, 10, "key 1")).value();
    }
};

TEST_CASE("a process that slept while another took over tells nobody what it remembers") {
    SharedWorld world;
    CHECK(world.answer(world.read(kMugs)));
    world.clock.advance(seconds(20));
    world.insert_newer_claim(world.mugs());
    CHECK(world.answer(world.read(kMugs)).error().type == "not-owner");
    const auto refused = world.answer(world.reserve(kMugs, 1'000, "key 2"));
    CHECK(refused.error().type == "not-owner");
}

TEST_CASE("control: without the proof it tells a state that is old") {
    SharedWorld world(false);
    world.clock.advance(seconds(20));
    world.insert_newer_claim(world.mugs());
    CHECK(world.answer(world.read(kMugs)));
}

TEST_CASE("a process that is still in office answers, after one look at the log's end") {
    SharedWorld world;
    world.clock.advance(seconds(20));
    CHECK(world.answer(world.read(kMugs)));
    // For a second no further look is needed.
    world.clock.advance(milliseconds(900));
    const auto read = world.read(kMugs);
    world.loop.run();
    CHECK(*read);
}

TEST_CASE("readers of a slow log are answered, however late the proof comes") {
    SharedWorld world;
    world.clock.advance(seconds(20));
    const auto read = world.read(kMugs);
    const auto written = world.receive(kMugs, 20, "key 2");
    REQUIRE(world.engine->begin());
    world.clock.advance(seconds(20));
    world.engine->finish();
    world.loop.run();
    CHECK(*read);
    CHECK(*written);
}

TEST_CASE("entries that do not count do not put a process out of office") {
    SharedWorld world;
    world.clock.advance(seconds(20));
    world.log.insert(world.mugs(), "foreign");
    CHECK(world.answer(world.read(kMugs)));
    CHECK(world.answer(world.receive(kMugs, 20, "key 2")));
    CHECK(world.engine->stats().partitions_lost == 0);
}

TEST_CASE("an acknowledgement that comes late proves nothing about now") {
    SharedWorld world;
    const auto written = world.receive(kMugs, 20, "key 2");
    REQUIRE(world.engine->begin());
    world.log.flush();  // it is in the log; the process sleeps before it hears of it
    world.clock.advance(seconds(20));
    world.insert_newer_claim(world.mugs());
    const auto read = world.read(kMugs);
    world.engine->finish();
    world.settle();
    CHECK(world.answer(written));
    CHECK(world.answer(read).error().type == "not-owner");
}

}  // namespace
}  // namespace shop
