// What other processes append, seen by those who read on (events/log_tail).
#include "events/log_tail.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "events/catalog/catalog_fold.hpp"
#include "tests/support/engine_world.hpp"

namespace shop {
namespace {

using tests::EngineWorld;

const Partition kCatalog{Topic::kCatalog, 0};
const Partition kCommerce{Topic::kCommerce, 1};

struct Reader final : CommitObserver {
    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition partition, Offset end) override { told.emplace_back(partition, end); }
    std::vector<std::pair<Partition, Offset>> told;
};
using Told = std::vector<std::pair<Partition, Offset>>;

// Counts how often it is asked where partitions end; some it does not tell.
class AskedLog final : public Log {
  public:
    Partitions partitions() const override { return inner.partitions(); }
    void set_listener(Listener) override {}
    void append(std::uint64_t, std::span<const AppendBatch>) override {}
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        return inner.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override {
        ++asked[partition];
        if (when_asked) when_asked();
        if (silent.contains(partition)) return fail(ErrorCode::kUnavailable, "log", "Not now.");
        return inner.end(partition);
    }
    void flush() override {}
    Status recover() override { return {}; }

    MemoryLog inner{Partitions{1, 2, 1}};
    std::set<Partition> silent;
    std::function<void()> when_asked;
    mutable std::map<Partition, int> asked;
};

struct Tail {
    void append(Partition partition) { log.inner.insert(partition, "entry"); }
    Told look() {
        tail.look();
        return std::exchange(reader.told, {});
    }

    AskedLog log;
    tests::ManualClock clock;
    std::set<Partition> served;
    Reader reader;
    LogTail tail{log, clock, [this](Partition each) { return served.contains(each); }, {&reader}};
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
    world.served.insert(kCommerce);
    world.append(kCommerce);
    world.append(kCatalog);
    CHECK(world.look() == Told{{kCatalog, 1}});
    CHECK(world.log.asked[kCommerce] == 0);
    world.served.clear();
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

TEST_CASE("a partition whose end is not told is asked about ever more rarely, the others as ever") {
    Tail world;
    world.log.silent.insert(kCatalog);
    world.append(kCatalog);
    for (int second = 0; second < 60; ++second) {
        world.look();
        world.clock.advance(seconds(1));
    }
    CHECK(world.log.asked[kCommerce] == 60);
    CHECK(world.log.asked[kCatalog] == 9);  // at 0, 1, 3, 7, 15, and every 10 s from then on
    world.log.silent.clear();
    world.clock.advance(seconds(10));
    CHECK(world.look() == Told{{kCatalog, 1}});
    world.append(kCatalog);
    CHECK(world.look() == Told{{kCatalog, 2}});
}

TEST_CASE("a look that is told to stop asks about no further partition") {
    Tail world;
    std::stop_source stop;
    world.log.when_asked = [&] { stop.request_stop(); };
    world.tail.look(stop.get_token());
    CHECK(world.log.asked.size() == 1);
}

// Another process, whose catalog hears of nothing but through the tail.
struct Elsewhere {
    explicit Elsewhere(EngineWorld& world)
        : fold(world.log), tail(world.log, world.clock, [](Partition) { return false; }, {&fold}) {}
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
        void on_advance(Partition, Offset end) override { seen = end; }
        bool has_seen(Offset end) const {
            for (int tries = 0; tries < 1'000 && seen < end; ++tries)
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            return seen == end;
        }
        std::atomic<Offset> seen = 0;
    };
    MemoryLog log(Partitions{1, 2, 1});
    Waiting reader;
    const tests::ManualClock clock;
    LogTail tail(log, clock, [](Partition) { return false; }, {&reader});
    tail.start();
    log.insert(kCommerce, "entry");
    CHECK(reader.has_seen(1));
    log.insert(kCommerce, "another");
    CHECK(reader.has_seen(2));
    tail.stop();
}

}  // namespace
}  // namespace shop
