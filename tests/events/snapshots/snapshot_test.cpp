// A new machine that comes to a partition by a snapshot and the log's tail, and what may be wrong
// with a snapshot.
#include <catch2/catch.hpp>

#include "events/folding.hpp"
#include "events/memory/memory_snapshot_store.hpp"
#include "events/snapshots/snapshot_loader.hpp"
#include "events/snapshots/snapshot_writer.hpp"
#include "tests/support/dying_snapshots.hpp"
#include "tests/support/engine_world.hpp"
#include "tests/support/snapshot_witness.hpp"

namespace shop {
namespace {

using tests::EngineWorld;
using tests::stock_item;

const StockId kMugs = stock_item("mugs");
const std::string kSecret = "of the shop";
constexpr int kEvery = 100;

struct World : EngineWorld {
    World() {
        open();
        identity = engine->identity();
    }
    // So many more records, all of them in the state store.
    void sell(int count) {
        for (int i = 0; i < count; ++i) {
            ++sold;
            receive(kMugs, sold, "mugs " + std::to_string(sold));
            if (i % 50 == 0) settle();
        }
        settle();
        save();
    }
    bool write(SnapshotStore& to) {
        SnapshotWriter writer({log, *store, to, told, kSecret},
                              {.entries_between = kEvery, .chunk_bytes = 2'000});
        return writer.write_if_due(mugs());
    }
    bool write() { return write(snapshots_kept); }
    Partition mugs() const { return partition_of(kMugs); }

    int sold = 0;
    LogIdentity identity;
    MemorySnapshotStore snapshots_kept;
    tests::ToldOfSnapshots told;
};

// A process that has never seen the partition.
struct Machine {
    explicit Machine(World& world)
        : parts{world.log, store, world.clock, world.catalog, decide_any},
          clock(world.clock),
          seat(world.mugs(), world.map, parts, clock, world.options),
          folding(parts, world.identity),
          loader({world.log, store, world.snapshots_kept, told, kSecret}) {}

    void bring_up() { loader.bring_up(seat.partition(), folding.identity().id); }
    void fold() {
        (void)seat.shard.suspend();
        seat.shard.warm();
        seat.reader.reset();
        REQUIRE(folding.catch_up(seat));
        REQUIRE(folding.save(seat));
    }
    // All that the store holds of the partition.
    std::string bytes() const {
        std::string bytes;
        const auto image = store.image(seat.partition()).value();
        while (image->read(bytes, 1'000).value() > 0) {
        }
        return bytes;
    }

    MemoryStateStore store;
    EngineParts parts;
    TrustedClock clock;
    Seat seat;
    Folding folding;
    tests::ToldOfSnapshots told;
    SnapshotLoader loader;
};

std::string folded_whole(World& world) {
    Machine machine(world);
    machine.fold();
    CHECK(machine.seat.folded == static_cast<std::uint64_t>(world.sold));
    return machine.bytes();
}

TEST_CASE("a snapshot and the tail are what the whole log is", "[snapshots]") {
    World world;
    world.sell(250);
    REQUIRE(world.write());
    world.sell(30);
    Machine machine(world);
    machine.bring_up();
    machine.fold();
    CHECK(machine.told.restored == world.told.written);
    CHECK(machine.seat.folded == 30);
    CHECK(machine.bytes() == folded_whole(world));
}

TEST_CASE("a new machine takes over by a snapshot", "[snapshots]") {
    World world;
    world.sell(2'500);
    REQUIRE(world.write());
    world.sell(20);
    world.close();
    world.store = std::make_unique<MemoryStateStore>();
    tests::ToldOfSnapshots told;
    SnapshotLoader loader({world.log, *world.store, world.snapshots_kept, told, kSecret});
    world.snapshots = &loader;
    world.options.takes_all = false;
    world.open();
    world.engine->take_office(world.mugs());
    world.settle();
    REQUIRE(world.engine->serves(world.mugs()));
    CHECK(told.restored.size() == 1);
    // What the warmer did not read the committer did.
    CHECK(world.engine->stats().folded == 20);
    CHECK(world.answer(world.receive(kMugs, 1, "mugs 1")).value().replayed);
    CHECK(world.answer(world.receive(kMugs, 7, "more")).value().changed);
    CHECK(world.on_hand(kMugs) == 7);
}

TEST_CASE("a snapshot is written once the log has grown by enough, and two are kept",
          "[snapshots]") {
    World world;
    world.sell(kEvery / 2);
    CHECK_FALSE(world.write());
    for (int i = 1; i <= 4; ++i) {
        world.sell(kEvery);
        CHECK(world.write());
        CHECK_FALSE(world.write());
    }
    CHECK(world.told.written.size() == 4);
    CHECK(world.told.failed.empty());
    CHECK(world.snapshots_kept.list(world.mugs()) ==
          std::vector{world.told.written[3], world.told.written[2]});
    for (const auto& [key, bytes] : world.snapshots_kept.chunks())
        CHECK(world.snapshots_kept.manifests().contains(key.first));
}

TEST_CASE("a store that has almost all is left as it is, one far behind is not", "[snapshots]") {
    World world;
    Machine machine(world);
    const int head = GENERATE(50, 270);
    world.sell(head);
    machine.fold();
    world.sell(300 - head);
    REQUIRE(world.write());
    world.sell(5);
    const auto before = machine.seat.folded.load();
    machine.bring_up();
    machine.fold();
    CHECK(machine.told.restored.size() == (head == 50 ? 1 : 0));
    CHECK(machine.seat.folded - before == (head == 50 ? 5 : 35));
    CHECK(machine.bytes() == folded_whole(world));
}

TEST_CASE("a writer that dies at any step leaves nothing that is taken for a snapshot",
          "[snapshots]") {
    World world;
    world.sell(150);
    REQUIRE(world.write());
    world.sell(150);
    tests::DyingSnapshots dying(world.snapshots_kept);
    int steps = 0;
    for (; world.told.written.size() < 2; ++steps) {
        dying.writes_left = steps;
        CHECK_FALSE(world.write(dying));
        Machine machine(world);
        machine.bring_up();
        CHECK(machine.told.passed_over.empty());
        machine.fold();
        CHECK(machine.bytes() == folded_whole(world));
    }
    CHECK(steps > 5);
    world.sell(150);
    REQUIRE(world.write());
    for (const auto& [key, bytes] : world.snapshots_kept.chunks())
        CHECK(world.snapshots_kept.manifests().contains(key.first));
}

// ---- What may be wrong with a snapshot ----------------------------------------------------------

// Changes what the newest manifest says, under the shop's seal.
void reseal(World& world, const std::function<void(SnapshotManifest&)>& change) {
    auto& [key, sealed] = *world.snapshots_kept.manifests().rbegin();
    auto manifest = open_manifest(sealed, key, kSecret).value();
    change(manifest);
    sealed = seal_manifest(manifest, key, kSecret);
}

std::string& newest_manifest(World& world) {
    return world.snapshots_kept.manifests().rbegin()->second;
}

struct Fault {
    std::string what;
    std::string told;  // the type of the error
    std::function<void(World&)> make;
};

const std::vector<Fault> kFaults = {
    {"a chunk is damaged", "bad-snapshot",
     [](World& world) { world.snapshots_kept.chunks().rbegin()->second[9] ^= 1; }},
    {"a chunk is missing", "bad-snapshot",
     [](World& world) {
         auto& chunks = world.snapshots_kept.chunks();
         chunks.erase(std::prev(chunks.end()));
     }},
    {"the manifest is damaged", "bad-snapshot",
     [](World& world) { newest_manifest(world)[100] ^= 1; }},
    {"the manifest is cut short", "bad-snapshot",
     [](World& world) { newest_manifest(world).resize(40); }},
    {"somebody else made the manifest up", "bad-snapshot",
     [](World& world) {
         const SnapshotKey key = world.snapshots_kept.manifests().rbegin()->first;
         const auto manifest = open_manifest(newest_manifest(world), key, kSecret).value();
         newest_manifest(world) = seal_manifest(manifest, key, "of somebody else");
     }},
    {"it says another number of entries", "bad-snapshot",
     [](World& world) { reseal(world, [](SnapshotManifest& its) { ++its.entries; }); }},
    {"one of its chunks is not named", "bad-snapshot",
     [](World& world) { reseal(world, [](SnapshotManifest& its) { its.chunks.pop_back(); }); }},
    {"its chunks are in another order", "bad-image",
     [](World& world) {
         reseal(world, [](SnapshotManifest& its) { std::swap(its.chunks[0], its.chunks[1]); });
     }},
    {"a newer program laid it out", "other-format",
     [](World& world) { reseal(world, [](SnapshotManifest& its) { ++its.version; }); }},
    {"its states are another program's", "other-format",
     [](World& world) { reseal(world, [](SnapshotManifest& its) { its.format = "other"; }); }},
    {"its log has newer events", "newer-log",
     [](World& world) {
         reseal(world, [](SnapshotManifest& its) { ++its.checkpoint.schema_level; });
     }},
    {"it is of another log", "checkpoint-mismatch",
     [](World& world) {
         reseal(world, [](SnapshotManifest& its) { its.checkpoint.log = LogId::derive({"x"}); });
     }},
    {"the log has another entry there", "checkpoint-mismatch",
     [](World& world) {
         reseal(world, [](SnapshotManifest& its) { its.checkpoint.sha256 = "f00d"; });
     }},
    {"it says another seq than its image", "bad-image",
     [](World& world) { reseal(world, [](SnapshotManifest& its) { ++its.checkpoint.seq; }); }},
};

void sell_and_write(World& world) {
    world.sell(150);
    REQUIRE(world.write());
}

// The machine looks for a snapshot after the fault was made, and does not believe the newest.
void pass_over(const Fault& fault, World& world, Machine& machine) {
    fault.make(world);
    machine.bring_up();
    CHECK(machine.told.passed_over == std::vector{fault.told});
}

TEST_CASE("a snapshot with anything wrong is passed over for an older one", "[snapshots]") {
    for (const Fault& fault : kFaults) {
        INFO(fault.what);
        World world;
        sell_and_write(world);
        sell_and_write(world);
        Machine machine(world);
        pass_over(fault, world, machine);
        CHECK(machine.told.restored == std::vector{world.told.written[0]});
        machine.fold();
        CHECK(machine.bytes() == folded_whole(world));
    }
}

TEST_CASE("a snapshot with anything wrong is passed over for the log", "[snapshots]") {
    for (const Fault& fault : kFaults) {
        INFO(fault.what);
        World world;
        sell_and_write(world);
        Machine machine(world);
        pass_over(fault, world, machine);
        CHECK(machine.store.checkpoint(world.mugs()) == Checkpoint{});
        machine.fold();
        CHECK(machine.bytes() == folded_whole(world));
    }
}

TEST_CASE("one that another program's takes the place of is written again", "[snapshots]") {
    World world;
    world.sell(150);
    REQUIRE(world.write());
    reseal(world, [](SnapshotManifest& its) { its.format = "other"; });
    CHECK(world.write());
    CHECK_FALSE(world.write());
}

// ---- Only what is durable -----------------------------------------------------------------------

TEST_CASE("no snapshot is made of states that the log does not have", "[snapshots]") {
    World world;
    world.sell(150);
    // Its last entries were never durable, and something else stands there.
    const Offset end = world.end_of(kMugs);
    world.log.cut(world.mugs(), end - 5);
    const bool is_overwritten = GENERATE(false, true);
    for (int i = 0; is_overwritten && i < 10; ++i) world.log.insert(world.mugs(), "{}");
    CHECK_FALSE(world.write());
    CHECK(world.told.failed == std::vector<std::string>{"checkpoint-mismatch"});
    CHECK(world.snapshots_kept.chunks().empty());
}

TEST_CASE("control: a state store that is written before the log is no snapshot's source",
          "[snapshots]") {
    World world;
    world.sell(150);
    world.close();
    world.options.protections.log_before_state = false;
    world.open();
    world.log.set_fates([](std::uint64_t, const AppendBatch&) {
        return Fate{.lands = 0, .lands_late = 0, .reported_failed = true};
    });
    world.receive(kMugs, 9, "never durable");
    world.clock.advance(seconds(2));
    REQUIRE(world.engine->begin());
    REQUIRE(world.store->checkpoint(world.mugs())->offset >= world.end_of(kMugs));
    CHECK_FALSE(world.write());
    CHECK(world.told.failed == std::vector<std::string>{"checkpoint-mismatch"});
}

TEST_CASE("a snapshot of what the log has lost is passed over, for it is wrong", "[snapshots]") {
    World world;
    world.sell(150);
    REQUIRE(world.write());
    world.crash();
    world.log.cut(world.mugs(), world.end_of(kMugs) - 5);
    world.sold -= 5;
    Machine machine(world);
    machine.bring_up();
    CHECK(machine.told.passed_over == std::vector<std::string>{"checkpoint-mismatch"});
    machine.fold();
    CHECK(machine.bytes() == folded_whole(world));

    // Control: whoever believes it sells five times what nobody was told.
    Machine careless(world);
    auto restore = careless.store.restore(world.mugs()).value();
    const auto& [key, sealed] = *world.snapshots_kept.manifests().begin();
    const auto manifest = open_manifest(sealed, key, kSecret).value();
    for (const SnapshotChunk& chunk : manifest.chunks)
        REQUIRE(restore->add(world.snapshots_kept.read_chunk(key, chunk.sha256)->value()));
    REQUIRE(restore->finish(manifest.checkpoint));
    CHECK(careless.bytes() != machine.bytes());
}

TEST_CASE("a snapshot that cannot be looked for is no reason to wait", "[snapshots]") {
    World world;
    world.sell(150);
    REQUIRE(world.write());
    Machine machine(world);
    machine.loader.stop();
    machine.bring_up();
    CHECK(machine.told.restored.empty());
    machine.fold();
    CHECK(machine.bytes() == folded_whole(world));
}

}  // namespace
}  // namespace shop
