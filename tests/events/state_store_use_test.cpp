// The state store may be lost, old or wrong: the log alone counts.
#include <catch2/catch.hpp>
#include <random>

#include "core/effect.hpp"
#include "core/json/encode.hpp"
#include "events/log_reader.hpp"
#include "events/record.hpp"
#include "tests/support/engine_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");

// A few hundred changes to a few stock items; the same for the same seed.
void trade(EngineWorld& world, std::uint64_t seed, int commands) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < commands; ++i) {
        const auto item = stock_item("item " + std::to_string(random() % 12),
                                     Slot{static_cast<std::uint16_t>(random() % 2)});
        const std::string key = std::to_string(seed) + "/" + std::to_string(i);
        if (random() % 3 == 0)
            world.receive(item, static_cast<std::int64_t>(random() % 100), key);
        else
            world.reserve(item, static_cast<std::int64_t>(1 + random() % 4), key);
        if (random() % 4 == 0) world.settle();
        if (random() % 16 == 0) world.save();
    }
    world.settle();
}

std::vector<StockId> items() {
    std::vector<StockId> all;
    for (int i = 0; i < 12; ++i)
        for (const Slot slot : {Slot{0}, Slot{1}})
            all.push_back(stock_item("item " + std::to_string(i), slot));
    return all;
}

// What the engine says of every item is what the log says.
void check_against_log(EngineWorld& world) {
    for (const StockId& item : items()) {
        const Snapshot snapshot = world.answer(world.read(item)).value();
        const auto folded = world.fold(item);
        REQUIRE((snapshot.state == nullptr) == (folded == nullptr));
        if (folded == nullptr) continue;
        CHECK(std::get<stock::State>(*snapshot.state) == std::get<stock::State>(*folded));
    }
}

TEST_CASE("an engine starts from the state store and the log's tail, or from the log alone") {
    EngineWorld world;
    world.open();
    trade(world, 1, 150);
    const auto old_store = std::make_unique<MemoryStateStore>(*world.store);
    trade(world, 2, 150);
    world.save();
    trade(world, 3, 20);
    SECTION("as a crash leaves it") {
        world.crash();
    }
    SECTION("as a proper end leaves it") {
        world.close();
    }
    SECTION("deleted") {
        world.crash();
        world.store = std::make_unique<MemoryStateStore>();
    }
    SECTION("an old copy put back") {
        world.crash();
        world.store = std::make_unique<MemoryStateStore>(*old_store);
    }
    world.open();
    check_against_log(world);
    trade(world, 4, 50);
    check_against_log(world);
    CHECK(world.engine->stats().broken_versions == 0);
}

TEST_CASE("an event that is not the next one of its stream raises an alarm at the next start") {
    const std::uint64_t step = GENERATE(1U, 2U, 0U);  // only the first one is right
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const std::uint64_t version = world.answer(world.read(kMugs)).value().version;
    world.close();
    LogReader reader(world.log, world.partition_of(kMugs));
    while (!reader.read().value().empty()) {
    }
    Record record;
    record.term = reader.rules().term();
    record.seq = reader.rules().seq() + 1;
    record.time = reader.rules().time();
    record.events.push_back({kMugs, version + step, std::nullopt, stock::Received{.quantity = 1}});
    std::string entry;
    append_record(entry, record);
    world.log.insert(world.partition_of(kMugs), entry);
    world.open();
    CHECK(world.engine->stats().broken_versions == (step == 1 ? 0U : 1U));
}

TEST_CASE("a state store that is ahead of its log, or belongs to another, is built again") {
    EngineWorld world;
    world.open();
    trade(world, 1, 60);
    world.save();
    const Offset end = world.log.end({Topic::kCommerce, 0}).value();
    trade(world, 2, 60);
    world.save();
    world.crash();
    SECTION("the log's end went back") {
        world.log.cut({Topic::kCommerce, 0}, end);
    }
    SECTION("and others wrote there since") {
        world.log.cut({Topic::kCommerce, 0}, end);
        for (int i = 0; i < 200; ++i) world.log.insert({Topic::kCommerce, 0}, "{}");
    }
    world.open();
    check_against_log(world);
}

TEST_CASE("little memory gives the same results") {
    std::vector<std::string> states;
    struct Memory {
        std::size_t streams = 10'000;
        std::size_t bytes = 24 << 20;
    };
    for (const Memory memory : {Memory{}, Memory{.streams = 2}, Memory{.bytes = 2'000}}) {
        EngineWorld world;
        world.options.limits.hot_streams = memory.streams;
        world.options.limits.hot_bytes = memory.bytes;
        world.open();
        trade(world, 7, 300);
        check_against_log(world);
        std::string all;
        for (const StockId& item : items())
            if (const auto folded = world.fold(item))
                all += json::to_json(std::get<stock::State>(*folded), json::Defaults::kOmit) + "\n";
        // Times differ by nothing: both worlds lived the same hours.
        states.push_back(all);
    }
    CHECK(states[0] == states[1]);
    CHECK(states[0] == states[2]);
}

TEST_CASE("after a power cut everything answered is there, and nothing half done") {
    const auto survives = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{9});
    EngineWorld world(MemoryLogStyle::kDisk);
    world.open();
    std::vector<std::pair<std::string, Receipt>> answered;
    for (int i = 0; i < 5; ++i) {
        const std::string key = "answered " + std::to_string(i);
        answered.emplace_back(key, world.answer(world.receive(kMugs, 10 + i, key)).value());
    }
    std::vector<Call<Receipt>> lost;
    for (int i = 0; i < 5; ++i)
        lost.push_back(world.reserve(kMugs, 1, "unanswered " + std::to_string(i)));
    REQUIRE(world.engine->begin());
    world.log.power_cut(survives);
    world.crash();
    world.open();
    for (const auto& [key, receipt] : answered)
        CHECK(world.positions_of(command_id(key)) == std::vector{receipt.position});
    const std::size_t kept = std::min<std::size_t>(survives, 5);
    CHECK(stock_of(world.answer(world.read(kMugs)).value()).held_total ==
          static_cast<std::int64_t>(kept));
    for (std::size_t i = 0; i < lost.size(); ++i) {
        CHECK_FALSE((*lost[i])->has_value());
        const auto key = "unanswered " + std::to_string(i);
        CHECK(world.answer(world.reserve(kMugs, 1, key)).value().replayed == (i < kept));
    }
    CHECK(stock_of(world.answer(world.read(kMugs)).value()).held_total == 5);
}

TEST_CASE("a cart is due 30 days after it was last touched, whatever restarts in between") {
    EngineWorld world;
    world.catalog.sell("MUG", gbp(500));
    world.open();
    const CartId cart = CartId::derive({"cart"});
    const Partition partition = world.partition_of(cart);
    const auto is_due = [&] {
        return !world.engine->due_streams(partition, StreamKind::kCart, world.clock.now(), 10)
                    ->empty();
    };
    cart::Create create{.cart = cart};
    create.access_token_hash = "hash";
    REQUIRE(world.answer(world.submit(submission_of(create, "make"))));
    world.save();
    world.clock.advance(days(20));
    const cart::AddLine add{.cart = cart, .sku = "MUG", .quantity = 1, .expected_version = {}};
    REQUIRE(world.answer(world.submit(submission_of(add, "touch"))));
    SECTION("saved") {
        world.save();
    }
    SECTION("after a crash") {
        world.crash();
        world.open();
        world.save();
    }
    SECTION("after a crash that took the state store too") {
        world.crash();
        world.store = std::make_unique<MemoryStateStore>();
        world.open();
        world.save();
    }
    world.clock.advance(days(30) - hours(1));
    CHECK_FALSE(is_due());
    world.clock.advance(hours(3));
    CHECK(is_due());
    const auto end = submission_of(cart::Expire{cart}, "end");
    REQUIRE(world.answer(world.submit(end)).value().changed);
    world.save();
    CHECK_FALSE(is_due());
    world.close();
    world.open();
    CHECK_FALSE(is_due());
    CHECK(std::get<cart::State>(*world.answer(world.read(cart))->state).status ==
          cart::Status::kExpired);
}

TEST_CASE("a stock item is due when its oldest hold is an hour old, until nothing is held") {
    EngineWorld world;
    world.open();
    const auto is_due = [&] {
        return !world.engine
                    ->due_streams(world.partition_of(kMugs), StreamKind::kStock, world.clock.now(),
                                  10)
                    ->empty();
    };
    REQUIRE(world.answer(world.receive(kMugs, 10, "key 1")));
    REQUIRE(world.answer(world.reserve(kMugs, 1, "key 2")));
    world.save();
    world.close();
    world.open();
    world.clock.advance(minutes(58));
    CHECK_FALSE(is_due());
    world.clock.advance(minutes(4));
    CHECK(is_due());
    const auto held = stock_of(world.answer(world.read(kMugs)).value()).held;
    REQUIRE(held.size() == 1);
    const auto& [line, hold] = *held.begin();
    const stock::Release release{kMugs, {hold.order_id, line, hold.attempt}};
    REQUIRE(world.answer(world.submit(submission_of(release, "key 3"))));
    world.save();
    CHECK_FALSE(is_due());
}

TEST_CASE("damage in the log stops the start and names the place") {
    EngineWorld world;
    world.open();
    const Receipt receipt = world.answer(world.receive(kMugs, 10, "key 1")).value();
    world.answer(world.receive(kMugs, 20, "key 2")).value();
    world.crash();
    world.log.damage(receipt.position.partition, receipt.position.offset);
    const auto refused = LocalEngine::open(
        {world.log, *world.store, world.clock, world.catalog, decide_any}, world.options);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kCorrupt);
    CHECK(refused.error().message.find(receipt.position.to_string()) != std::string::npos);
}

}  // namespace
}  // namespace shop::tests
