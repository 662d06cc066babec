// Every store of snapshots, against one contract (events/snapshots/snapshot_store.hpp).
#include <catch2/catch.hpp>
#include <functional>

#include "api/snapshots/postgres_snapshots.hpp"
#include "core/base/digest.hpp"
#include "events/memory/memory_snapshot_store.hpp"
#include "projections/migrate.hpp"
#include "tests/support/manual_time.hpp"
#include "tests/support/postgres.hpp"

namespace shop::api {
namespace {

constexpr Partition kOne{Topic::kCommerce, 1};
constexpr Partition kOther{Topic::kCommerce, 2};

std::string every_byte() {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    return bytes;
}

void check_keeps(SnapshotStore& store) {
    const SnapshotKey key{kOne, 41, 3};
    const std::string bytes = every_byte();
    REQUIRE(store.put_chunk(key, "aa", bytes));
    REQUIRE(store.put_chunk(key, "aa", bytes));
    CHECK(store.read_chunk(key, "aa") == bytes);
    CHECK(store.read_chunk(key, "bb") == std::nullopt);
    CHECK(store.read_chunk({kOther, 41, 3}, "aa") == std::nullopt);
    CHECK(store.list(kOne)->empty());
    CHECK(store.read_manifest(key) == std::nullopt);
    REQUIRE(store.put_manifest(key, "{\"first\"}"));
    REQUIRE(store.put_manifest(key, "{\"second\"}"));
    CHECK(store.read_manifest(key) == "{\"second\"}");
    CHECK(store.list(kOne) == std::vector{key});
    CHECK(store.list(kOther)->empty());
}

void check_lists_newest_first(SnapshotStore& store) {
    const std::vector<SnapshotKey> newest_first{{kOne, 100, 2}, {kOne, 100, 1}, {kOne, 9, 7}};
    for (const std::size_t i : {1U, 2U, 0U}) REQUIRE(store.put_manifest(newest_first[i], "m"));
    CHECK(store.list(kOne) == newest_first);
}

void check_keeps_newest(SnapshotStore& store) {
    const std::vector<SnapshotKey> keys{{kOne, 1, 1}, {kOne, 2, 1}, {kOne, 2, 2}, {kOne, 3, 2}};
    for (const SnapshotKey& key : keys) {
        REQUIRE(store.put_chunk(key, "aa", "bytes"));
        REQUIRE(store.put_manifest(key, "m"));
    }
    const SnapshotKey torn{kOne, 2, 9};       // its writer died
    const SnapshotKey under_way{kOne, 4, 2};  // its writer is at work
    const SnapshotKey elsewhere{kOther, 1, 1};
    for (const SnapshotKey& key : {torn, under_way, elsewhere})
        REQUIRE(store.put_chunk(key, "aa", "bytes"));
    REQUIRE(store.keep_newest(kOne, 2));
    CHECK(store.list(kOne) == std::vector{keys[3], keys[2]});
    for (const SnapshotKey& gone : {keys[0], keys[1], torn})
        CHECK(store.read_chunk(gone, "aa") == std::nullopt);
    for (const SnapshotKey& kept : {keys[2], keys[3], under_way, elsewhere})
        CHECK(store.read_chunk(kept, "aa") == "bytes");
    CHECK(store.keep_newest(Partition{Topic::kCatalog, 0}, 2));
}

void check_contract(SnapshotStore& store) {
    SECTION("what was put is read again") {
        check_keeps(store);
    }
    SECTION("snapshots are told newest first") {
        check_lists_newest_first(store);
    }
    SECTION("the newest are kept, and what no manifest names is deleted") {
        check_keeps_newest(store);
    }
}

TEST_CASE("a store of snapshots in memory keeps the contract", "[snapshots]") {
    MemorySnapshotStore store;
    check_contract(store);
}

// A store in a database whose tables are made.
struct World {
    explicit World(const tests::TestDatabase& postgres) : store(postgres.conninfo(), clock) {
        auto database = postgres.connect();
        REQUIRE(projections::migrate(database));
    }
    tests::ManualClock clock;
    PostgresSnapshots store;
};

TEST_CASE("a store of snapshots in Postgres keeps the contract", "[snapshots][postgres]") {
    SHOP_WITH_POSTGRES(postgres);
    World world(postgres);
    check_contract(world.store);
}

TEST_CASE("a large chunk survives Postgres", "[snapshots][postgres]") {
    SHOP_WITH_POSTGRES(postgres);
    World world(postgres);
    const std::string bytes = random_bytes(5 << 20);
    const SnapshotKey key{kOne, 41, 3};
    REQUIRE(world.store.put_chunk(key, "aa", bytes));
    CHECK(world.store.read_chunk(key, "aa") == bytes);
}

TEST_CASE("a lost connection to the snapshots is made anew, after a while", "[snapshots]") {
    SHOP_WITH_POSTGRES(postgres);
    World world(postgres);
    REQUIRE(world.store.list(kOne));
    (void)postgres.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()");
    CHECK(world.store.list(kOne).error().type == "snapshots-away");
    CHECK(world.store.list(kOne).error().type == "snapshots-away");
    world.clock.advance(minutes(1));
    CHECK(world.store.list(kOne));
}

}  // namespace
}  // namespace shop::api
