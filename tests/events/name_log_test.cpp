// How an empty log gets one name, though several processes start on it (events/name_log).
#include "events/name_log.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "events/appender.hpp"
#include "events/local_engine.hpp"
#include "events/memory/memory_log.hpp"
#include "events/memory/memory_state_store.hpp"
#include "events/schema_level.hpp"
#include "tests/support/manual_time.hpp"
#include "tests/support/test_catalog.hpp"

namespace shop {
namespace {

const Partitions kPartitions{1, 2, 1};
const SlotMap kMap(kPartitions);
constexpr Partition kCatalog{Topic::kCatalog, 0};

Claim first_claim_of(const std::string& process) {
    return {.term = {1, process},
            .time = {1},
            .address = process,
            .schema_level = schema_level(),
            .log = {LogId::derive({process}), kPartitions, kMap.fingerprint()}};
}

// Whose step is next: one of two threads runs at a time.
class Turns {
  public:
    explicit Turns(std::vector<int> order) : order_(std::move(order)) {}

    void wait_for(int process) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return next_ == order_.size() || order_[next_] == process; });
    }
    void pass_on() {
        const std::lock_guard lock(mutex_);
        if (next_ < order_.size()) ++next_;
        changed_.notify_all();
    }
    // Its further turns are passed over.
    void end(int process) {
        const std::lock_guard lock(mutex_);
        const auto rest = order_.begin() + static_cast<std::ptrdiff_t>(next_);
        order_.erase(std::remove(rest, order_.end(), process), order_.end());
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<int> order_;  // guarded by mutex_
    std::size_t next_ = 0;    // guarded by mutex_
};

// One process's end of a log. All its reads until an append, and an append, are a step each.
class TurnLog final : public Log {
  public:
    TurnLog(MemoryLog& inner, Turns& turns, int process)
        : inner_(inner), turns_(turns), process_(process) {}

    Partitions partitions() const override { return inner_.partitions(); }
    void set_listener(Listener listener) override { listener_ = std::move(listener); }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        begin(Step::kAppend);
        inner_.set_listener([this](std::span<const AppendReport> all) { listener_(all); });
        inner_.append(ticket, batches);
    }
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        begin(Step::kRead);
        return inner_.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return inner_.end(partition); }
    void flush() override {}
    Status recover() override { return {}; }
    void leave() { turns_.end(process_); }

  private:
    enum class Step { kNone, kRead, kAppend };
    void begin(Step step) const {
        if (step == step_) return;
        if (step_ != Step::kNone) turns_.pass_on();
        step_ = step;
        turns_.wait_for(process_);
    }

    MemoryLog& inner_;
    Turns& turns_;
    const int process_;
    Listener listener_;
    mutable Step step_ = Step::kNone;
};

using Name = Result<LogIdentity> (*)(Log& log, const Claim& first);

// What both come to, if their steps are done in that order.
std::vector<Result<LogIdentity>> outcomes(MemoryLog& log, const std::vector<int>& order,
                                          Name name) {
    Turns turns(order);
    std::vector<Result<LogIdentity>> all(2);
    const auto run = [&](std::size_t process) {
        TurnLog end(log, turns, static_cast<int>(process));
        all[process] = name(end, first_claim_of(process == 0 ? "a" : "b"));
        end.leave();
    };
    std::thread other([&] { run(1); });
    run(0);
    other.join();
    log.set_listener({});
    return all;
}

// ---- Processes ----------------------------------------------------------------------------------

struct World {
    std::unique_ptr<MemoryStateStore> store = std::make_unique<MemoryStateStore>();
    tests::ManualClock clock;
    tests::TestCatalog catalog;

    auto open(Log& log, const EngineOptions& options) const {
        return LocalEngine::open({log, *store, clock, catalog, decide_any}, options);
    }
};

Result<LogIdentity> by_the_log(Log& log, const Claim& first) {
    return name_log(log, kMap, first);
}

// By a whole process that is to serve nothing yet.
Result<LogIdentity> by_an_engine(Log& log, const Claim&) {
    const World world;
    const auto engine = world.open(log, {.takes_all = false});
    if (!engine) return std::unexpected(engine.error());
    return (*engine)->identity();
}

// By whoever finds no name, and then claims a partition of its own.
Result<LogIdentity> by_oneself(Log& log, const Claim& first) {
    Claim claim = first;
    SHOP_TRY(identity, establish_identity(log, kMap, first.log.id));
    claim.log = identity;
    const bool is_first = first.address == "a";
    AppendBatch batch{{Topic::kCommerce, static_cast<std::uint16_t>(is_first ? 0 : 1)}, {}, {}};
    append_claim(batch.bytes, claim);
    batch.ends.push_back(batch.bytes.size());
    Appender appender(log, [] {});
    appender.append_now(std::span(&batch, 1));
    return establish_identity(log, kMap, {});
}

TEST_CASE("two processes that start on an empty log give it one name, in whatever order") {
    const auto name = GENERATE(as<Name>{}, by_the_log, by_an_engine);
    std::vector<int> order{0, 0, 0, 1, 1, 1};  // each looks, appends, and reads
    int orders = 0;
    std::size_t second_claims = 0;
    do {
        MemoryLog log(kPartitions);
        const auto named = outcomes(log, order, name);
        REQUIRE((named[0] && named[1]));
        CHECK_FALSE(named[0]->id.is_empty());
        CHECK(named[0]->id == named[1]->id);
        CHECK(establish_identity(log, kMap, {})->id == named[0]->id);
        for (const Partition partition : kPartitions.all())
            if (partition != kCatalog) CHECK(log.end(partition) == 0);
        if (log.end(kCatalog) == 2) ++second_claims;
        ++orders;
    } while (std::ranges::next_permutation(order).found);
    CHECK(orders == 20);
    CHECK(second_claims > 0);
}

TEST_CASE("control: if each gives the log the name it drew, it refuses both from then on") {
    MemoryLog log(kPartitions);
    for (const auto& named : outcomes(log, {0, 1, 0, 1, 0, 1}, by_oneself)) {
        REQUIRE_FALSE(named);
        CHECK(named.error().type == "other-log");
    }
}

// ---- Two shops, each with keys of its own -------------------------------------------------------

// Before its first entry lands, something else happens to the log.
class OvertakenLog final : public Log {
  public:
    OvertakenLog(MemoryLog& inner, std::function<void()> before)
        : inner_(inner), before_(std::move(before)) {}

    Partitions partitions() const override { return inner_.partitions(); }
    void set_listener(Listener listener) override { listener_ = std::move(listener); }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        if (const auto before = std::exchange(before_, nullptr)) before();
        inner_.set_listener([this](std::span<const AppendReport> all) { listener_(all); });
        inner_.append(ticket, batches);
    }
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        return inner_.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return inner_.end(partition); }
    void flush() override {}
    Status recover() override { return {}; }

  private:
    MemoryLog& inner_;
    std::function<void()> before_;
    Listener listener_;
};

// Two shops that begin on one empty log at the same moment.
struct TwoShops {
    explicit TwoShops(bool are_named) : first(of("a", are_named)), second(of("b", are_named)) {
        late = b.open(overtaken, second);
    }
    static EngineOptions of(const std::string& shop, bool is_named) {
        EngineOptions options{.address = shop, .proof_life = seconds(1)};
        if (is_named) options.log_id = LogId::derive({shop});
        return options;
    }

    MemoryLog log{kPartitions};
    const EngineOptions first;
    const EngineOptions second;
    const World a;
    const World b;
    std::unique_ptr<LocalEngine> one;
    OvertakenLog overtaken{log, [this] { one = a.open(log, first).value(); }};
    Result<std::unique_ptr<LocalEngine>> late;
};

TEST_CASE("of two shops that begin on one log, the second one is refused and takes nothing") {
    TwoShops shops(true);
    REQUIRE_FALSE(shops.late);
    CHECK(shops.late.error().type == "other-log");
    CHECK(shops.one->identity().id == LogId::derive({"a"}));
    CHECK(shops.log.end({Topic::kCommerce, 0}) == 1);
    CHECK(shops.b.open(shops.log, shops.second).error().type == "other-log");  // and ever after
    CHECK(shops.log.end({Topic::kCommerce, 0}) == 1);
    shops.one.reset();
    CHECK(shops.a.open(shops.log, shops.first));  // what the other one left there is void
}

TEST_CASE("control: a shop that takes any name puts the other one out of office") {
    const TwoShops shops(false);
    REQUIRE(shops.late);
    CHECK(shops.log.end({Topic::kCommerce, 0}) == 2);
}

TEST_CASE("an empty log gets the name that its shop had drawn for it") {
    MemoryLog log(kPartitions);
    const World world;
    const EngineOptions options = TwoShops::of("a", true);
    CHECK(world.open(log, options).value()->identity().id == options.log_id);
    CHECK(world.open(log, options).value()->identity().id == options.log_id);
}

TEST_CASE("a log that has a claim anywhere keeps its name, and gets no further claim") {
    MemoryLog log(kPartitions);
    std::string claim;
    append_claim(claim, first_claim_of("old"));
    log.insert({Topic::kCommerce, 1}, claim);
    CHECK(name_log(log, kMap, first_claim_of("a"))->id == LogId::derive({"old"}));
    CHECK(log.end(kCatalog) == 0);
}

TEST_CASE("a name whose append failed is read from the log, or given again") {
    const int lands = GENERATE(0, 1);
    MemoryLog log(kPartitions);
    log.set_fates([&](std::uint64_t ticket, const AppendBatch&) {
        return ticket == 1 ? Fate{.lands = lands, .reported_failed = true} : Fate{};
    });
    CHECK(name_log(log, kMap, first_claim_of("a"))->id == LogId::derive({"a"}));
    CHECK(log.end(kCatalog) == 1);
}

TEST_CASE("a late copy of a name that lost names nothing any more") {
    MemoryLog log(kPartitions);
    std::string ours;
    append_claim(ours, first_claim_of("a"));
    log.insert(kCatalog, ours);
    std::string late;
    append_claim(late, first_claim_of("b"));
    log.insert(kCatalog, late);
    CHECK(name_log(log, kMap, first_claim_of("b"))->id == LogId::derive({"a"}));
}

TEST_CASE("an empty log that takes nothing is not given up as named") {
    MemoryLog log(kPartitions);
    log.set_fates([](std::uint64_t, const AppendBatch&) {
        return Fate{.lands = 0, .reported_failed = true};
    });
    CHECK(name_log(log, kMap, first_claim_of("a")).error().type == "in-doubt");
}

}  // namespace
}  // namespace shop
