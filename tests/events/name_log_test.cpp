// How an empty log gets one name, though several processes start on it (events/name_log).
#include "events/name_log.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "events/memory/memory_log.hpp"
#include "events/schema_level.hpp"

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
std::vector<LogId> names_of(MemoryLog& log, const std::vector<int>& order, Name name) {
    Turns turns(order);
    std::vector<LogId> names(2);
    const auto run = [&](std::size_t process) {
        TurnLog end(log, turns, static_cast<int>(process));
        if (const auto named = name(end, first_claim_of(process == 0 ? "a" : "b")))
            names[process] = named->id;
        end.leave();
    };
    std::thread other([&] { run(1); });
    run(0);
    other.join();
    log.set_listener({});
    return names;
}

Result<LogIdentity> by_the_log(Log& log, const Claim& first) {
    return name_log(log, kMap, first);
}

Result<LogIdentity> by_oneself(Log& log, const Claim& first) {
    return establish_identity(log, kMap, first.log.id);
}

TEST_CASE("two processes that start on an empty log give it one name, in whatever order") {
    std::vector<int> order{0, 0, 0, 1, 1, 1};  // each looks, appends, and reads
    int orders = 0;
    std::size_t second_claims = 0;
    do {
        MemoryLog log(kPartitions);
        const auto names = names_of(log, order, by_the_log);
        CHECK_FALSE(names[0].is_empty());
        CHECK(names[0] == names[1]);
        CHECK(establish_identity(log, kMap, {})->id == names[0]);
        for (const Partition partition : kPartitions.all())
            if (partition != kCatalog) CHECK(log.end(partition) == 0);
        if (log.end(kCatalog) == 2) ++second_claims;
        ++orders;
    } while (std::ranges::next_permutation(order).found);
    CHECK(orders == 20);
    CHECK(second_claims > 0);
}

TEST_CASE("control: if each gives the log the name it drew, there are two") {
    MemoryLog log(kPartitions);
    const auto names = names_of(log, {0, 1}, by_oneself);
    CHECK(names[0] != names[1]);
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
