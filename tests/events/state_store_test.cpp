// Every state store, against one contract (events/state_store.hpp).
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <random>

#include "events/memory/memory_state_store.hpp"
#include "events/rocksdb/rocksdb_state_store.hpp"
#include "events/state_codec.hpp"
#include "tests/support/sample.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

constexpr Partition kOne{Topic::kCommerce, 1};
constexpr Partition kOther{Topic::kCommerce, 2};

Checkpoint checkpoint_at(Offset offset, Time time) {
    Checkpoint checkpoint;
    checkpoint.log = LogId::derive({"a log"});
    checkpoint.offset = offset;
    checkpoint.term = {1, "nonce"};
    checkpoint.seq = 4;
    checkpoint.time = time;
    checkpoint.schema_level = 1;
    checkpoint.sha256 = "f00d";
    return checkpoint;
}

std::shared_ptr<const Traces> traces_of(std::vector<StoredCommand> commands,
                                        std::vector<StreamRecord> records) {
    return std::make_shared<const Traces>(Traces{std::move(commands), std::move(records)});
}

StoredStream stream_of(StreamId id, AnyState state, std::uint64_t version, Offset offset,
                       bool open) {
    return {id, std::make_shared<const AnyState>(std::move(state)), version, offset, open};
}

bool same(const std::optional<StoredStream>& a, const std::optional<StoredStream>& b) {
    if (!a || !b) return !a && !b;
    return a->id == b->id && *a->state == *b->state && a->version == b->version &&
           a->offset == b->offset && a->open == b->open && a->due == b->due;
}

// Runs `test(store, reopen)` for each implementation; reopen() gives the store as the next start
// finds it.
void for_each_store(const std::function<void(StateStore*&, std::function<void()>)>& test) {
    SECTION("memory") {
        MemoryStateStore memory;
        StateStore* store = &memory;
        test(store, [] {});
    }
    SECTION("rocksdb") {
        const tests::TempFolder folder;
        std::unique_ptr<StateStore> owned;
        StateStore* store = nullptr;
        const auto reopen = [&] {
            owned.reset();
            auto opened = open_rocksdb_state_store({.folder = folder.path / "state"});
            REQUIRE(opened);
            owned = std::move(*opened);
            store = owned.get();
        };
        reopen();
        test(store, reopen);
    }
}

TEST_CASE("every state survives the state store with every member set", "[state]") {
    const auto check =
        []<class... States>(std::type_identity<std::variant<std::monostate, States...>>) {
            (
                [] {
                    const AnyState state = tests::sample<States>();
                    std::string bytes;
                    append_state(bytes, state);
                    INFO(bytes);
                    int read_by = 0;
                    for (std::size_t kind = 0; kind < kStreamPrefixes.size(); ++kind)
                        if (read_state(static_cast<StreamKind>(kind), bytes) == state) ++read_by;
                    CHECK(read_by == 1);
                }(),
                ...);
        };
    check(std::type_identity<AnyState>{});
    CHECK(state_format().size() == 64);
}

TEST_CASE("an empty state store knows nothing", "[state]") {
    for_each_store([](StateStore*& store, const std::function<void()>&) {
        CHECK(store->checkpoint(kOne) == Checkpoint{});
        CHECK(*store->find_stream(kOne, CartId::derive({"a"})) == std::nullopt);
        CHECK(*store->find_command(kOne, CommandId::derive({"a"})) == std::nullopt);
        CHECK(store->open_streams(kOne)->empty());
        CHECK(store->records_of(kOne, CartId::derive({"a"}), 100)->empty());
    });
}

TEST_CASE("what a batch wrote is found again, also after a restart", "[state]") {
    for_each_store([](StateStore*& store, const std::function<void()>& reopen) {
        const StreamId cart = CartId::derive({"a"});
        const StreamId order = OrderId::derive({"a"});
        const auto cart_stream = stream_of(cart, tests::sample<cart::State>(), 3, 8, true);
        const auto order_stream = stream_of(order, tests::sample<order::State>(), 1, 9, false);
        const StoredCommand command{CommandId::derive({"a"}), "print", 8, Time{1'000}, 7};
        StateBatch batch{
            kOne,
            checkpoint_at(9, Time{1'000}),
            {cart_stream, order_stream},
            std::make_shared<const Traces>(Traces{{command}, {{cart, 2}, {cart, 8}, {order, 9}}})};
        REQUIRE(store->write(batch));
        reopen();
        CHECK(store->checkpoint(kOne) == batch.checkpoint);
        CHECK(same(*store->find_stream(kOne, cart), cart_stream));
        CHECK(same(*store->find_stream(kOne, order), order_stream));
        CHECK(*store->find_command(kOne, command.id) == command);
        CHECK(store->open_streams(kOne) == std::vector{cart});
        CHECK(store->records_of(kOne, cart, 100) == std::vector<Offset>{2, 8});
        CHECK(store->records_of(kOne, cart, 7) == std::vector<Offset>{2});
        CHECK(*store->find_stream(kOther, cart) == std::nullopt);
        CHECK(*store->find_command(kOther, command.id) == std::nullopt);
        std::vector<StreamId> visited;
        REQUIRE(store->for_each_stream(kOne, StreamKind::kOrder,
                                       [&](const StoredStream& s) { visited.push_back(s.id); }));
        CHECK(visited == std::vector{order});
    });
}

TEST_CASE("a stream that is closed leaves the open set", "[state]") {
    for_each_store([](StateStore*& store, const std::function<void()>&) {
        const StreamId cart = CartId::derive({"a"});
        StateBatch batch{kOne, checkpoint_at(1, {}), {stream_of(cart, cart::State{}, 1, 1, true)}};
        REQUIRE(store->write(batch));
        CHECK(store->open_streams(kOne)->size() == 1);
        batch.streams[0].open = false;
        REQUIRE(store->write(batch));
        CHECK(store->open_streams(kOne)->empty());
    });
}

TEST_CASE("streams of a kind are found by the time they are due, earliest first", "[state]") {
    for_each_store([](StateStore*& store, const std::function<void()>& reopen) {
        const StreamId early = CartId::derive({"early"});
        const StreamId late = CartId::derive({"late"});
        const StreamId never = CartId::derive({"never"});
        const StreamId other = StockId::derive({"other kind"});
        const auto due_at = [&](Time by, std::size_t limit) {
            return *store->due_streams(kOne, StreamKind::kCart, by, limit);
        };
        StateBatch batch{kOne,
                         checkpoint_at(1, {}),
                         {stream_of(late, cart::State{}, 1, 1, false),
                          stream_of(early, cart::State{}, 1, 1, false),
                          stream_of(never, cart::State{}, 1, 1, false),
                          stream_of(other, stock::State{}, 1, 1, false)}};
        batch.streams[3].due = Time{500};
        batch.streams[0].due = Time{2'000};
        batch.streams[1].due = Time{1'000};
        REQUIRE(store->write(batch));
        reopen();
        CHECK(store->find_stream(kOne, late)->value().due == Time{2'000});
        CHECK(due_at({999}, 10).empty());
        CHECK(due_at({1'000}, 10) == std::vector{early});
        CHECK(due_at({2'000}, 10) == std::vector{early, late});
        CHECK(due_at({2'000}, 1) == std::vector{early});
        CHECK(*store->due_streams(kOne, StreamKind::kStock, {2'000}, 10) == std::vector{other});
        CHECK(store->due_streams(kOther, StreamKind::kCart, {2'000}, 10)->empty());
        // The early one is touched, the late one ends.
        batch.streams = {stream_of(early, cart::State{}, 2, 2, false),
                         stream_of(late, cart::State{}, 2, 2, false)};
        batch.streams[0].was_due = Time{1'000};
        batch.streams[0].due = Time{3'000};
        batch.streams[1].was_due = Time{2'000};
        REQUIRE(store->write(batch));
        CHECK(due_at({2'999}, 10).empty());
        CHECK(due_at({3'000}, 10) == std::vector{early});
        REQUIRE(store->forget(kOne));
        CHECK(due_at({3'000}, 10).empty());
    });
}

TEST_CASE("a command is forgotten seven days of recorded time later", "[state]") {
    for_each_store([](StateStore*& store, const std::function<void()>& reopen) {
        const Time recorded{1'000'000};
        const StoredCommand command{CommandId::derive({"a"}), "print", 1, recorded};
        REQUIRE(store->write({kOne, checkpoint_at(1, recorded), {}, traces_of({command}, {})}));
        REQUIRE(store->write({kOne, checkpoint_at(2, recorded + days(7)), {}}));
        CHECK(*store->find_command(kOne, command.id) == command);
        REQUIRE(store->write({kOne, checkpoint_at(3, recorded + days(7) + seconds(1)), {}}));
        CHECK(*store->find_command(kOne, command.id) == std::nullopt);
        reopen();
        CHECK(*store->find_command(kOne, command.id) == std::nullopt);
    });
}

TEST_CASE("forgetting a partition leaves nothing of it and all of the others", "[state]") {
    for_each_store([](StateStore*& store, const std::function<void()>& reopen) {
        const StreamId cart = CartId::derive({"a"});
        for (const Partition partition : {kOne, kOther})
            REQUIRE(
                store->write({partition,
                              checkpoint_at(5, {}),
                              {stream_of(cart, cart::State{}, 1, 5, true)},
                              traces_of({{CommandId::derive({"a"}), "", 5, {}}}, {{cart, 5}})}));
        REQUIRE(store->forget(kOne));
        reopen();
        CHECK(store->checkpoint(kOne) == Checkpoint{});
        CHECK(*store->find_stream(kOne, cart) == std::nullopt);
        CHECK(*store->find_command(kOne, CommandId::derive({"a"})) == std::nullopt);
        CHECK(store->open_streams(kOne)->empty());
        CHECK(store->records_of(kOne, cart, 5)->empty());
        CHECK(store->checkpoint(kOther)->offset == 5);
        CHECK(store->open_streams(kOther)->size() == 1);
        CHECK(store->records_of(kOther, cart, 5)->size() == 1);
    });
}

TEST_CASE("a state store of another fold level, or of another program, is begun anew", "[state]") {
    const auto [format, is_own] = GENERATE(table<std::string, bool>({
        {state_format(kFoldLevel - 1), false},
        {state_format(kFoldLevel + 1), false},
        {"another program's", false},
        {state_format(), true},  // control
    }));
    INFO(format);
    const tests::TempFolder folder;
    const StreamId cart = CartId::derive({"a"});
    {
        auto store = open_rocksdb_state_store({.folder = folder.path, .format = format});
        REQUIRE(store);
        REQUIRE((*store)->write(
            {kOne, checkpoint_at(5, {}), {stream_of(cart, cart::State{}, 1, 5, true)}}));
    }
    {
        auto store = open_rocksdb_state_store({.folder = folder.path});
        REQUIRE(store);
        CHECK(((*store)->checkpoint(kOne) == Checkpoint{}) == !is_own);
        CHECK((*store)->find_stream(kOne, cart)->has_value() == is_own);
        REQUIRE((*store)->write({kOne, checkpoint_at(6, {})}));
    }
    // It is begun anew once.
    auto store = open_rocksdb_state_store({.folder = folder.path});
    REQUIRE(store);
    CHECK((*store)->checkpoint(kOne)->offset == 6);
}

TEST_CASE("a state store that is damaged is begun anew", "[state]") {
    const tests::TempFolder folder;
    const auto path = folder.path / "state";
    std::filesystem::create_directories(path);
    const auto damage = [&] {
        for (const auto& file : std::filesystem::directory_iterator(path))
            if (file.path().filename().string().starts_with("MANIFEST"))
                std::filesystem::resize_file(file.path(), 3);
    };
    {
        auto store = open_rocksdb_state_store({.folder = path});
        REQUIRE(store);
        REQUIRE((*store)->write({kOne, checkpoint_at(5, {})}));
    }
    damage();
    auto store = open_rocksdb_state_store({.folder = path});
    REQUIRE(store);
    CHECK((*store)->checkpoint(kOne) == Checkpoint{});
}

TEST_CASE("two processes cannot use one state store, and the second destroys nothing", "[state]") {
    const tests::TempFolder folder;
    auto first = open_rocksdb_state_store({.folder = folder.path});
    REQUIRE(first);
    const auto second = open_rocksdb_state_store({.folder = folder.path});
    REQUIRE_FALSE(second);
    CHECK(second.error().type == "in-use");
    CHECK((*first)->write({kOne, checkpoint_at(5, {})}));
}

}  // namespace
}  // namespace shop
