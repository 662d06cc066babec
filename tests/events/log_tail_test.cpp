// What other processes append, seen by those who read on (events/log_tail).
#include "events/log_tail.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "events/catalog/catalog_fold.hpp"
#include "tests/support/engine_world.hpp"

namespace shop {
namespace {

using tests::EngineWorld;

const Partition kCatalog{Topic::kCatalog, 0};
const Partition kCommerce{Topic::kCommerce, 1};
const Term kTerm{1, "a"};

struct Reader final : CommitObserver {
    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition partition, Offset end) override { told.emplace_back(partition, end); }
    std::vector<std::pair<Partition, Offset>> told;
};
using Told = std::vector<std::pair<Partition, Offset>>;

struct Tail {
    void append(Partition partition) { log.insert(partition, "entry"); }
    Told look() {
        tail.look();
        return std::exchange(reader.told, {});
    }

    MemoryLog log{Partitions{1, 2, 1}};
    Reader reader;
    LogTail tail{log, {&reader}};
};

TEST_CASE("what is appended elsewhere is told once, by the next look") {
    Tail world;
    CHECK(world.look().empty());
    world.append(kCommerce);
    world.append(kCommerce);
    CHECK(world.look() == Told{{kCommerce, 2}});
    CHECK(world.look().empty());
}

TEST_CASE("a partition that is served here is the committer's to tell of, until it is left") {
    Tail world;
    world.tail.on_office(kCommerce, kTerm, true);
    world.append(kCommerce);
    world.append(kCatalog);
    CHECK(world.look() == Told{{kCatalog, 1}});
    world.tail.on_office(kCommerce, kTerm, false);
    CHECK(world.look() == Told{{kCommerce, 1}});
}

TEST_CASE("a hint is told at once; what it told, no look tells again") {
    Tail world;
    world.append(kCommerce);
    world.tail.hint({kCommerce, 0});
    CHECK(world.reader.told == Told{{kCommerce, 1}});
    world.reader.told.clear();
    CHECK(world.look().empty());
    world.tail.hint({kCommerce, -1});
    CHECK(world.look().empty());
}

// Another process, whose catalog hears of nothing but through the tail.
struct Elsewhere {
    explicit Elsewhere(EngineWorld& world) : fold(world.log), tail(world.log, {&fold}) {}
    bool sees(const Receipt& receipt) {
        fold.step();
        return fold.has_passed(receipt.position);
    }

    CatalogFold fold;
    LogTail tail;
};

Receipt make_category(EngineWorld& world) {
    world.open();
    const category::Create create{.title = "Mugs", .slug = "mugs", .parent = {}, .position = 0};
    return world.answer(world.submit(tests::submission_of(create, "key 1"))).value();
}

TEST_CASE("the catalog of another process sees a change with the next look") {
    EngineWorld world;
    const Receipt receipt = make_category(world);
    Elsewhere elsewhere(world);
    CHECK_FALSE(elsewhere.sees(receipt));
    CHECK(elsewhere.fold.passed().empty());
    elsewhere.tail.look();
    CHECK(elsewhere.sees(receipt));
    CHECK(elsewhere.fold.passed() == std::vector{receipt.position});
}

TEST_CASE("with a hint the catalog of another process sees a change without any look") {
    EngineWorld world;
    const Receipt receipt = make_category(world);
    Elsewhere elsewhere(world);
    elsewhere.tail.hint(receipt.position);
    CHECK(elsewhere.sees(receipt));
}

TEST_CASE("a tail that is started looks by itself, and ends when it is told to") {
    struct Waiting final : CommitObserver {
        void on_commit(Partition, std::span<const StreamId>) override {}
        void on_advance(Partition, Offset end) override { ended.set_value(end); }
        std::promise<Offset> ended;
    };
    MemoryLog log(Partitions{1, 2, 1});
    Waiting reader;
    LogTail tail(log, {&reader});
    tail.start();
    log.insert(kCommerce, "entry");
    CHECK(reader.ended.get_future().get() == 1);
    tail.stop();
}

}  // namespace
}  // namespace shop
