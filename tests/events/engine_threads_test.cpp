// The engine with its own threads and several loops at once. Also run under the thread sanitizer.
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>

#include "events/log_reader.hpp"
#include "events/worker.hpp"
#include "tests/support/engine_world.hpp"
#include "tests/support/lagging_log.hpp"
#include "tests/support/poll_loop.hpp"

namespace shop::tests {
namespace {

class RealClock final : public Clock {
  public:
    Time now() const override { return {us_of<std::chrono::system_clock>()}; }
    Duration steady() const override { return {us_of<std::chrono::steady_clock>()}; }

  private:
    template <class Of>
    static std::int64_t us_of() {
        using std::chrono::microseconds;
        return std::chrono::duration_cast<microseconds>(Of::now().time_since_epoch()).count();
    }
};

struct Shared {
    LocalEngine& engine;
    std::atomic<int> changed = 0;
    std::atomic<int> replayed = 0;
    std::atomic<int> failed = 0;
};

constexpr int kLoops = 3;
constexpr int kShoppers = 8;  // per loop
constexpr int kVisits = 25;

// Each shopper changes an item all share and one of its own, asks twice, and reads what it did.
Task<bool> shop_around(Shared& shared, Executor& home, int shopper) {
    const StockId own = stock_item("own " + std::to_string(shopper));
    for (int i = 0; i < kVisits; ++i) {
        const std::string key = std::to_string(shopper) + "/" + std::to_string(i);
        const stock::Reservation reservation{OrderId::derive({key}), LineId::derive({key}), 1};
        for (int times = 0; times < 2; ++times) {
            const auto receipt = co_await shared.engine.submit(
                home, submission_of(stock::SetLevel{.stock = own, .on_hand = i + 1}, key));
            if (!receipt) ++shared.failed;
            if (receipt && receipt->changed)
                ++(receipt->replayed ? shared.replayed : shared.changed);
        }
        const auto snapshot = co_await shared.engine.read(home, own);
        if (!snapshot || std::get<stock::State>(*snapshot->state).on_hand != i + 1) ++shared.failed;
        const auto reserved = co_await shared.engine.submit(
            home, submission_of(stock::Reserve{stock_item("mugs"), reservation, 1}, key + "r"));
        if (!reserved) ++shared.failed;
    }
    co_return true;
}

TEST_CASE("many shoppers on several loops: each command once, each read its own write",
          "[threads]") {
    MemoryLog log(Partitions{1, 2, 1}, MemoryLog::Delivery::kThread);
    MemoryStateStore store;
    RealClock clock;
    tests::TestCatalog catalog;
    EngineOptions options;
    options.save_interval = milliseconds(20);
    options.limits.hot_streams = 8;
    auto engine = LocalEngine::open({log, store, clock, catalog, decide_any}, options).value();
    engine->start();
    Shared shared{*engine};
    std::vector<std::thread> threads;
    std::latch opened(1);
    for (int t = 0; t < kLoops; ++t)
        threads.emplace_back([&, t] {
            PollLoop loop;
            int running = kShoppers;
            if (t == 0) {
                ++running;
                start(
                    engine->submit(loop, submission_of(stock::SetLevel{.stock = stock_item("mugs"),
                                                                       .on_hand = 1'000'000},
                                                       "opening")),
                    [&](Result<Receipt>) {
                        --running;
                        opened.count_down();
                    });
                loop.run_until([&] { return running == kShoppers; });
            }
            opened.wait();
            for (int i = 0; i < kShoppers; ++i)
                start(shop_around(shared, loop, t * kShoppers + i), [&](bool) { --running; });
            if (!loop.run_until([&] { return running == 0; }, minutes(5))) ++shared.failed;
        });
    for (std::thread& thread : threads) thread.join();
    engine->stop();
    CHECK(shared.failed == 0);
    CHECK(shared.changed == kLoops * kShoppers * kVisits);
    CHECK(shared.replayed == kLoops * kShoppers * kVisits);
    std::uint64_t records = 0;
    for (const Partition partition : log.partitions().all()) {
        LogReader reader(log, partition);
        for (auto entries = reader.read(); !entries->empty(); entries = reader.read())
            records += entries->size();
    }
    CHECK(records == 2ULL * kLoops * kShoppers * kVisits + 1);
}

TEST_CASE("shoppers do not notice that other partitions are taken over and left", "[threads]") {
    MemoryLog log(Partitions{1, 2, 1}, MemoryLog::Delivery::kThread);
    MemoryStateStore store;
    RealClock clock;
    tests::TestCatalog catalog;
    auto engine = LocalEngine::open({log, store, clock, catalog, decide_any},
                                    {.takes_all = false, .save_interval = milliseconds(20)})
                      .value();
    engine->start();
    const Partition mugs = engine->slot_map().partition_of(stock_item("mugs"));
    engine->take_office(mugs);
    while (!engine->serves(mugs)) std::this_thread::yield();

    std::atomic<bool> is_over = false;
    std::thread officer([&] {
        do {
            for (const Partition other :
                 {Partition{Topic::kCatalog, 0},
                  Partition{Topic::kCommerce, static_cast<std::uint16_t>(1 - mugs.number)}}) {
                engine->take_office(other);
                while (!engine->serves(other)) std::this_thread::yield();
                engine->leave_office(other);
                engine->take_office(other);
                engine->leave_office(other);
                while (engine->serves(other)) std::this_thread::yield();
            }
        } while (!is_over);
    });
    Shared shared{*engine};
    PollLoop loop;
    int running = kShoppers;
    start(engine->submit(loop, submission_of(stock::SetLevel{.stock = stock_item("mugs"),
                                                             .on_hand = 1'000'000},
                                             "opening")),
          [&](Result<Receipt>) {
              for (int i = 0; i < kShoppers; ++i)
                  start(shop_around(shared, loop, i), [&](bool) { --running; });
          });
    if (!loop.run_until([&] { return running == 0; }, minutes(5))) ++shared.failed;
    is_over = true;
    officer.join();
    engine->stop();
    CHECK(shared.failed == 0);
    CHECK(shared.changed == kShoppers * kVisits);
}

// Remembers on which thread it was read last.
class WatchedLog final : public LaggingLog {
  public:
    using LaggingLog::LaggingLog;
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        reader = std::this_thread::get_id();
        return LaggingLog::read(partition, from, entries_max, bytes_max);
    }
    mutable std::atomic<std::thread::id> reader;
};

TEST_CASE("no loop waits for the log when a caller asks for what was answered before",
          "[threads]") {
    MemoryLog inner(Partitions{1, 2, 1}, MemoryLog::Delivery::kThread);
    WatchedLog log(inner);
    MemoryStateStore store;
    RealClock clock;
    tests::TestCatalog catalog;
    const bool has_reader = GENERATE(true, false);
    std::optional<Worker> past_reader(std::in_place);
    EngineOptions options;
    options.past_reader = has_reader ? &*past_reader : nullptr;
    auto engine = LocalEngine::open({log, store, clock, catalog, decide_any}, options).value();
    engine->start();
    PollLoop loop;
    std::optional<Position> first;
    std::optional<Result<Snapshot>> then;
    const StockId mugs = stock_item("mugs");
    for (int i = 1; i <= 2; ++i) {
        bool is_done = false;
        start(engine->submit(loop, submission_of(stock::SetLevel{.stock = mugs, .on_hand = i},
                                                 std::to_string(i))),
              [&](Result<Receipt> receipt) {
                  if (!first) first = receipt.value().position;
                  is_done = true;
              });
        REQUIRE(loop.run_until([&] { return is_done; }));
    }
    log.reader = std::thread::id();
    start(engine->read_at(loop, mugs, *first), [&](Result<Snapshot> read) { then = read; });
    REQUIRE(loop.run_until([&] { return then.has_value(); }));
    engine->stop();
    past_reader.reset();
    CHECK(stock_of(then->value()).on_hand == 1);
    const bool is_read_here = log.reader.load() == std::this_thread::get_id();
    CHECK(is_read_here != has_reader);
}

}  // namespace
}  // namespace shop::tests
