// What becomes of callers when the log does not do what was expected of it.
#include <catch2/catch.hpp>

#include "events/schema_level.hpp"
#include "tests/support/engine_world.hpp"
#include "tests/support/lagging_log.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");

// The next append to a partition of the topic meets this fate; later ones go well.
void next_fate(EngineWorld& world, Fate fate) {
    world.log.set_fates([fate, used = false](std::uint64_t, const AppendBatch&) mutable {
        return std::exchange(used, true) ? Fate{} : fate;
    });
}

TEST_CASE("a failed append is not a refusal: the command is done once, whatever really happened") {
    const auto fate = GENERATE(Fate{.lands = 0, .reported_failed = true},
                               Fate{.lands = 1, .reported_failed = true},
                               Fate{.lands = 2, .reported_failed = true},
                               Fate{.lands = 0, .lands_late = 1, .reported_failed = true},
                               Fate{.lands = 1, .lands_late = 1, .reported_failed = true});
    EngineWorld world(GENERATE(MemoryLogStyle::kBroker, MemoryLogStyle::kDisk));
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    next_fate(world, fate);
    const auto in_doubt = world.reserve(kMugs, 3, "key 2");
    const auto behind_it = world.reserve(kMugs, 3, "key 3");
    const Receipt receipt = world.answer(in_doubt).value();
    CHECK(receipt.changed);
    CHECK_FALSE(receipt.replayed);
    world.answer(behind_it).value();
    world.log.land_late();
    CHECK(world.positions_of(command_id("key 2")) == std::vector{receipt.position});
    CHECK(world.positions_of(command_id("key 3")).size() == 1);
    CHECK(stock_of(world.answer(world.read(kMugs)).value()).held_total == 6);
    CHECK(world.answer(world.reserve(kMugs, 3, "key 2")).value().replayed);
    CHECK(world.engine->stats().doubts == 1);
}

TEST_CASE("a refusal that rests on something lost is decided again") {
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    // The first takes all there is, and is lost: the refusal behind it rests on nothing.
    next_fate(world, {.lands = 0, .reported_failed = true});
    const auto sold_out = world.receive(kMugs, 0, "key 2");
    const auto behind = world.submit(
        submission_of(stock::Adjust{.stock = kMugs, .delta = -4, .note = "broken"}, "key 3"));
    world.loop.run();
    CHECK_FALSE(*behind);  // refused, but not told so: what it rests on is not durable
    world.settle();
    REQUIRE(*behind);
    CHECK((*sold_out)->has_value());
    CHECK((*behind)->error().type == "stock-below-zero");
    CHECK(world.positions_of(command_id("key 3")).empty());
    CHECK(world.on_hand(kMugs) == 0);
}

TEST_CASE("a read never shows what is not durable") {
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    world.receive(kMugs, 20, "key 2");
    const auto early = world.read(kMugs);
    world.loop.run();
    CHECK_FALSE(*early);
    SECTION("it waits until it is") {
        CHECK(stock_of(world.answer(early).value()).on_hand == 20);
    }
    SECTION("and reads again if it is lost") {
        world.crash();
        world.open();
        CHECK(stock_of(world.answer(world.read(kMugs)).value()).on_hand == 10);
        CHECK_FALSE((*early)->has_value());
    }
}

TEST_CASE("foreign entries in between do no harm") {
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const Partition partition = world.partition_of(kMugs);
    const auto before = world.receive(kMugs, 20, "key 2");
    REQUIRE(world.engine->begin());
    world.log.insert(partition, "{\"from\":\"somebody else\"}");
    world.engine->finish();
    const Receipt receipt = world.answer(before).value();
    CHECK(world.positions_of(command_id("key 2")) == std::vector{receipt.position});
    CHECK(world.answer(world.receive(kMugs, 30, "key 3")).value().position.offset ==
          receipt.position.offset + 1);
    CHECK(world.on_hand(kMugs) == 30);
    CHECK(world.engine->stats().void_entries == 1);
}

TEST_CASE("an engine serves only while all of its partitions do, and says which one does not") {
    EngineWorld world;
    world.open();
    CHECK(world.engine->serving());
    const Partition partition = world.partition_of(kMugs);
    bool is_broken = true;
    world.log.set_fates([&](std::uint64_t, const AppendBatch&) {
        return is_broken ? Fate{.lands = 0, .reported_failed = true} : Fate{};
    });
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")).error().type == "in-doubt");
    const Status doubt = world.engine->serving();
    REQUIRE_FALSE(doubt);
    CHECK(doubt.error().type == "in-doubt");
    CHECK(doubt.error().message.starts_with(partition.to_string()));
    is_broken = false;
    world.clock.advance(seconds(10));
    world.settle();
    CHECK(world.engine->serving());
    world.insert_newer_claim(partition);
    CHECK_FALSE(world.answer(world.receive(kMugs, 20, "key 2")));
    CHECK(world.engine->serving().error().type == "not-owner");
}

TEST_CASE("what was in doubt is done once when it is repeated, whether it had got lost or not") {
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const auto add_five = [&] {
        return world.answer(world.submit(submission_of(
            stock::Adjust{.stock = kMugs, .delta = 5, .note = "found behind the tea"}, "key 2")));
    };
    const bool lands_late = GENERATE(false, true);
    bool is_broken = true;
    world.log.set_fates([&, late = int{lands_late}](std::uint64_t, const AppendBatch&) mutable {
        if (!is_broken) return Fate{};
        return Fate{.lands = 0, .lands_late = std::exchange(late, 0), .reported_failed = true};
    });
    CHECK(add_five().error().type == "in-doubt");
    world.log.land_late();
    is_broken = false;
    world.clock.advance(seconds(10));
    world.settle();
    const Receipt receipt = add_five().value();
    CHECK(receipt.changed);
    CHECK(receipt.replayed == lands_late);
    CHECK(add_five()->replayed);
    CHECK(world.positions_of(command_id("key 2")) == std::vector{receipt.position});
    CHECK(world.on_hand(kMugs) == 15);
}

TEST_CASE("behind a newer claim nothing is answered but that another process took over") {
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    world.insert_newer_claim(world.partition_of(kMugs));
    const auto late = world.answer(world.receive(kMugs, 20, "key 2"));
    REQUIRE_FALSE(late);
    CHECK(late.error().type == "not-owner");
    CHECK(world.positions_of(command_id("key 2")).empty());
    CHECK(world.answer(world.read(kMugs)).error().type == "not-owner");
    CHECK(world.engine->stats().partitions_lost == 1);
    // What was done before is still told to who repeats it.
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")).value().replayed);
}

TEST_CASE("whoever is put out while claiming anew gives way, and does not claim it back") {
    EngineWorld world;
    bool is_claiming = false;
    const auto random = [&](std::size_t count) {
        if (std::exchange(is_claiming, false)) world.insert_newer_claim(world.partition_of(kMugs));
        return random_bytes(count);
    };
    EngineParts parts{world.log, *world.store, world.clock, world.catalog, decide_any, random};
    world.engine = LocalEngine::open(parts, {}).value();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    world.log.set_fates([&, used = false](std::uint64_t, const AppendBatch&) mutable {
        if (std::exchange(used, true)) return Fate{};
        is_claiming = true;
        return Fate{.lands = 0, .reported_failed = true};
    });
    const auto late = world.answer(world.receive(kMugs, 20, "key 2"));
    REQUIRE_FALSE(late);
    CHECK(late.error().type == "not-owner");
    CHECK(world.engine->stats().partitions_lost == 1);
}

// The record of a writer in that term: the level of a stock item was set by the key's command.
void insert_record(EngineWorld& world, const Term& term, std::string_view key,
                   RecordedEvent event) {
    const StreamId stream = event.stream;
    std::string entry;
    append_record(entry, Record{.term = term,
                                .seq = 1,
                                .time = world.clock.now(),
                                .command = {command_id(key), "SetStockLevel",
                                            "fingerprint of " + std::string(key)},
                                .events = {std::move(event)}});
    world.log.insert(world.partition_of(stream), entry);
}

TEST_CASE("whoever finds that another process did the same before says that it is a repetition") {
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    // Sent to the other process before, and without an answer sent again to this one, which does
    // not know yet that it was taken over from.
    const Term term = world.insert_newer_claim(world.partition_of(kMugs));
    insert_record(world, term, "key 2", {kMugs, 3, {}, stock::Adjusted{.delta = 10}});
    const Receipt receipt = world.answer(world.receive(kMugs, 20, "key 2")).value();
    CHECK(receipt.changed);
    CHECK(receipt.replayed);
    CHECK(world.positions_of(command_id("key 2")) == std::vector{receipt.position});
    CHECK(world.engine->stats().partitions_lost == 1);
}

TEST_CASE("an own record is known as such, though it is already in the state store") {
    EngineWorld world;
    world.options.limits.unsaved_records = 2;  // so that the doubt's fold saves on its way
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    next_fate(world, {.lands = 1, .reported_failed = true});
    const Receipt receipt = world.answer(world.receive(kMugs, 20, "key 2")).value();
    CHECK_FALSE(receipt.replayed);
    CHECK(world.store->find_command(world.partition_of(kMugs), command_id("key 2"))->has_value());
}

TEST_CASE("records the log delivers too late are done again under a new term, and once") {
    EngineWorld world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const Partition partition = world.partition_of(kMugs);
    const auto one = world.receive(kMugs, 20, "key 2");
    const auto two = world.receive(kMugs, 30, "key 3");
    next_fate(world, {.lands = 0, .lands_late = 1, .reported_failed = true});
    const Receipt first = world.answer(one).value();
    const Receipt second = world.answer(two).value();
    world.log.land_late();
    CHECK(first.position < second.position);
    CHECK(world.positions_of(command_id("key 2")) == std::vector{first.position});
    CHECK(world.positions_of(command_id("key 3")) == std::vector{second.position});
    CHECK(world.log.end(partition).value() > second.position.offset + 1);
    CHECK(world.on_hand(kMugs) == 30);
}

TEST_CASE("a claim that comes too late changes nothing") {
    EngineWorld world;
    world.open();
    std::string stale;
    append_claim(stale, Claim{.term = {1, "late"},
                              .time = world.clock.now(),
                              .address = "",
                              .schema_level = schema_level(),
                              .log = world.engine->identity()});
    world.log.insert(world.partition_of(kMugs), stale);
    const Receipt receipt = world.answer(world.receive(kMugs, 10, "key 1")).value();
    CHECK(world.positions_of(command_id("key 1")) == std::vector{receipt.position});
}

TEST_CASE("a claim that proves void is made again") {
    EngineWorld world;
    next_fate(world, {.lands = 0, .reported_failed = true});
    world.open();
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")));
}

TEST_CASE("a log of other partitions, or of another shop, is refused by name") {
    EngineWorld world;
    world.open();
    const LogIdentity ours = world.engine->identity();
    world.crash();
    LogIdentity other = ours;
    other.id = LogId::derive({"another shop"});
    std::string claim;
    append_claim(claim, Claim{.term = {1, "other"},
                              .time = world.clock.now(),
                              .address = "",
                              .schema_level = schema_level(),
                              .log = other});
    MemoryLog mixed(Partitions{1, 2, 1});
    std::string own;
    append_claim(own, Claim{{1, "own"}, world.clock.now(), "", schema_level(), ours});
    mixed.insert({Topic::kCatalog, 0}, own);
    mixed.insert({Topic::kCommerce, 0}, claim);
    const auto refused = LocalEngine::open(
        {mixed, *world.store, world.clock, world.catalog, decide_any}, world.options);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "other-log");
}

TEST_CASE("whoever does not find the own claim because reads lag stays in office") {
    EngineWorld world;
    LaggingLog log(world.log);
    world.engine =
        LocalEngine::open({log, *world.store, world.clock, world.catalog, decide_any}, {}).value();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    next_fate(world, {.lands = 1, .reported_failed = true});
    const auto in_doubt = world.receive(kMugs, 20, "key 2");
    log.lag_once();
    const Receipt receipt = world.answer(in_doubt).value();
    CHECK(world.engine->stats().partitions_lost == 0);
    CHECK(world.positions_of(command_id("key 2")) == std::vector{receipt.position});
    CHECK(stock_of(world.answer(world.read(kMugs)).value()).on_hand == 20);
}

}  // namespace
}  // namespace shop::tests
