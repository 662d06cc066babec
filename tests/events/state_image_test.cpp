// A partition that is carried from one state store to another (events/state_store.hpp).
#include <catch2/catch.hpp>
#include <filesystem>

#include "events/memory/memory_state_store.hpp"
#include "events/rocksdb/rocksdb_state_store.hpp"
#include "tests/support/sample.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

constexpr Partition kOne{Topic::kCommerce, 1};
constexpr Partition kOther{Topic::kCommerce, 2};
constexpr std::size_t kPartBytes = 200;
constexpr int kCarts = 30;

CartId cart(int number) {
    return CartId::derive({std::to_string(number)});
}

// So many carts, open and due, each with a command.
StateBatch batch_of(int carts, Offset offset) {
    StateBatch batch{.partition = kOne, .checkpoint = {}, .streams = {}};
    batch.checkpoint = {.log = LogId::derive({"a log"}),
                        .offset = offset,
                        .term = {1, "nonce"},
                        .seq = 4,
                        .time = Time{1'000},
                        .schema_level = 1,
                        .sha256 = "f00d"};
    Traces traces;
    for (int i = 0; i < carts; ++i) {
        StoredStream stream{cart(i), std::make_shared<const AnyState>(tests::sample<cart::State>()),
                            1, offset, true};
        stream.due = Time{2'000 + i};
        batch.streams.push_back(stream);
        traces.commands.push_back(
            {CommandId::derive({std::to_string(i)}), "print", offset, Time{1'000}, 7});
        traces.records.push_back({cart(i), offset});
    }
    batch.traces = std::make_shared<const Traces>(std::move(traces));
    return batch;
}

std::vector<std::string> parts_of(StateImage& image) {
    std::vector<std::string> parts;
    for (;;) {
        std::string part;
        if (image.read(part, kPartBytes).value() == 0) return parts;
        parts.push_back(std::move(part));
    }
}

std::vector<std::string> parts_of(const StateStore& store) {
    return parts_of(*store.image(kOne).value());
}

Result<std::int64_t> add_all(StateRestore& restore, const std::vector<std::string>& parts) {
    std::int64_t count = 0;
    for (const std::string& part : parts) {
        SHOP_TRY(added, restore.add(part));
        count += added;
    }
    return count;
}

struct Stores {
    tests::TempFolder folder;
    MemoryStateStore memory;
    std::unique_ptr<StateStore> disk = open();

    std::unique_ptr<StateStore> open() const {
        auto opened = open_rocksdb_state_store({.folder = folder.path / "state"});
        REQUIRE(opened);
        return std::move(*opened);
    }
    void reopen() {
        disk.reset();
        disk = open();
    }
};

TEST_CASE("the image of a partition is the same in every store", "[state]") {
    Stores stores;
    CHECK(parts_of(*stores.disk).empty());
    const StateBatch batch = batch_of(kCarts, 9);
    for (StateStore* store : {static_cast<StateStore*>(&stores.memory), stores.disk.get()}) {
        REQUIRE(store->write(batch));
        CHECK(store->image(kOne).value()->checkpoint() == batch.checkpoint);
        CHECK(store->image(kOther).value()->checkpoint() == Checkpoint{});
    }
    CHECK(parts_of(stores.memory).size() > 10);
    CHECK(parts_of(stores.memory) == parts_of(*stores.disk));
}

TEST_CASE("what an image holds is found in the store it is carried to", "[state]") {
    Stores from;
    Stores to;
    const StateBatch batch = batch_of(kCarts, 9);
    REQUIRE(from.memory.write(batch));
    const auto parts = parts_of(from.memory);
    const bool is_memory = GENERATE(true, false);
    StateStore& store = is_memory ? static_cast<StateStore&>(to.memory) : *to.disk;
    // What it held before was something else.
    REQUIRE(store.write(batch_of(kCarts + 5, 3)));
    auto restore = store.restore(kOne).value();
    CHECK(add_all(*restore, parts) == 1 + 5 * kCarts);
    REQUIRE(restore->finish(batch.checkpoint));
    restore.reset();
    if (!is_memory) to.reopen();
    const StateStore& found = is_memory ? static_cast<StateStore&>(to.memory) : *to.disk;
    CHECK(found.checkpoint(kOne) == batch.checkpoint);
    CHECK(found.open_streams(kOne)->size() == kCarts);
    CHECK(found.due_streams(kOne, StreamKind::kCart, Time{2'003}, 10)->size() == 4);
    CHECK(found.find_stream(kOne, cart(7))->value().offset == 9);
    CHECK(*found.find_stream(kOne, cart(kCarts + 1)) == std::nullopt);
    CHECK(found.find_command(kOne, CommandId::derive({"7"}))->value().offset == 9);
    CHECK(found.records_of(kOne, cart(7), 100) == std::vector<Offset>{9});
    CHECK(parts_of(found) == parts);
}

TEST_CASE("an image stays what it was while the store goes on", "[state]") {
    Stores stores;
    const bool is_memory = GENERATE(true, false);
    StateStore& store = is_memory ? static_cast<StateStore&>(stores.memory) : *stores.disk;
    REQUIRE(store.write(batch_of(kCarts, 9)));
    const auto before = parts_of(store);
    const auto image = store.image(kOne).value();
    REQUIRE(store.write(batch_of(kCarts + 10, 50)));
    CHECK(image->checkpoint().offset == 9);
    CHECK(parts_of(*image) == before);
    CHECK(parts_of(store) != before);
}

TEST_CASE("nothing of a restore is seen before it is whole, whatever ends it", "[state]") {
    Stores stores;
    REQUIRE(stores.disk->write(batch_of(kCarts, 9)));
    const auto parts = parts_of(*stores.disk);
    const StateBatch own = batch_of(3, 2);
    REQUIRE(stores.disk->forget(kOne));
    REQUIRE(stores.disk->write(own));
    {
        auto restore = stores.disk->restore(kOne).value();
        REQUIRE(add_all(*restore, parts));
    }
    stores.reopen();
    CHECK(stores.disk->checkpoint(kOne) == own.checkpoint);
    CHECK(stores.disk->open_streams(kOne)->size() == 3);
    CHECK_FALSE(std::filesystem::exists(stores.folder.path / "state.restoring"));
}

TEST_CASE("what is no image of that partition and checkpoint is refused", "[state]") {
    Stores stores;
    const StateBatch batch = batch_of(kCarts, 9);
    REQUIRE(stores.memory.write(batch));
    const auto parts = parts_of(stores.memory);
    for (StateStore* store : {static_cast<StateStore*>(&stores.memory), stores.disk.get()}) {
        const auto refuses = [&](std::string_view part) {
            const auto added = store->restore(kOne).value()->add(part);
            return !added && added.error().type == "bad-image";
        };
        CHECK(refuses(parts[0].substr(0, parts[0].size() - 1)));
        CHECK(refuses("what is this?"));
        const auto elsewhere = store->restore(kOther).value()->add(parts[0]);
        CHECK(elsewhere.error().type == "bad-image");
        auto restore = store->restore(kOne).value();
        REQUIRE(add_all(*restore, parts));
        Checkpoint other = batch.checkpoint;
        ++other.offset;
        CHECK(restore->finish(other).error().type == "bad-image");
        auto half = store->restore(kOne).value();
        REQUIRE(half->add(parts[0]));
        CHECK(half->finish(batch.checkpoint).error().type == "bad-image");
    }
    CHECK(stores.disk->checkpoint(kOne) == Checkpoint{});
}

}  // namespace
}  // namespace shop
