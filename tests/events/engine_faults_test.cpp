// An engine under everything a log may do to it, at random moments: appends that fail, land late,
// twice or not at all, claims and entries of others, power cuts. Whatever it answered must be true
// of the log. Then the same with each protection taken out: the checker must find it.
#include <catch2/catch.hpp>
#include <random>
#include <unordered_map>

#include "events/checkpoint.hpp"
#include "events/log_reader.hpp"
#include "tests/support/engine_world.hpp"
#include "tests/support/split_log.hpp"

namespace shop::tests {
namespace {

constexpr FaultRates kFaults{.lost = 60,
                             .lands_unreported = 30,
                             .lands_twice = 30,
                             .lands_late = 40,
                             .repeated_late = 40,
                             .late_report = 100};

struct Asked {
    std::string key;
    Call<Receipt> call;
};
struct Seen {
    StockId id;
    Call<Snapshot> call;
};

// All that counts in the logs, read once.
struct Truth {
    std::unordered_map<CommandId, std::vector<Position>> commands;
    // The stream behind each of its records.
    std::unordered_map<StreamId, std::map<Offset, std::pair<std::uint64_t, AnyState>>> streams;
};

Truth read_truth(const MemoryLog& log) {
    Truth truth;
    for (const Partition partition : log.partitions().all()) {
        LogReader reader(log, partition);
        std::unordered_map<StreamId, std::pair<std::uint64_t, AnyState>> now;
        for (auto entries = reader.read(); entries && !entries->empty(); entries = reader.read())
            for (const LogEntry& entry : *entries) {
                const Record record = reader.decode(entry).value();
                truth.commands[record.command.id].push_back({partition, entry.offset});
                for (const RecordedEvent& event : record.events) {
                    auto& [version, state] = now[event.stream];
                    evolve_any(state, event.data, record.time);
                    version = event.version;
                    truth.streams[event.stream][entry.offset] = {version, state};
                }
            }
    }
    return truth;
}

class Storm {
  public:
    Storm(std::uint64_t seed, const Protections& protections) : random_(seed), split_(world_.log) {
        world_.options.protections = protections;
        world_.options.save_interval = milliseconds(50);
        world_.options.limits.hot_streams = random_() % 2 == 0 ? 3 : 1'000;
        world_.log.set_faults(kFaults, seed);
        open();
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) act();
        calm_down();
    }

    // What is not true of the log, in words.
    std::vector<std::string> find_faults() {
        for (const Asked& asked : asked_) check(asked);
        for (const Seen& seen : seen_) check(seen);
        return faults_;
    }

    int answered() const { return answered_; }

  private:
    void open() {
        auto opened = LocalEngine::open(
            {split_, *world_.store, world_.clock, world_.catalog, decide_any}, world_.options);
        REQUIRE(opened);
        world_.engine = std::move(*opened);
        under_way_ = false;
    }

    void act() {
        switch (random_() % 12) {
            case 0:
            case 1:
            case 2:
            case 3:
                return submit();
            case 4:
            case 5:
                return look();
            case 6:
                world_.loop.run();
                return;
            case 7:
                under_way_ = world_.engine->begin();
                return;
            case 8:
                for (auto i = random_() % 6; i > 0; --i) world_.log.step();
                return;
            case 9:
                return finish();
            case 10:
                world_.clock.advance(milliseconds(20));
                world_.engine->save_step();
                return;
            default:
                return misfortune();
        }
    }

    StockId any_item() {
        return stock_item("item " + std::to_string(random_() % 5),
                          Slot{static_cast<std::uint16_t>(random_() % 2)});
    }

    void submit() {
        const bool again = !asked_.empty() && random_() % 6 == 0;
        const std::string key =
            again ? asked_[random_() % asked_.size()].key : std::to_string(asked_.size());
        std::mt19937_64 request(std::hash<std::string>{}(key));  // the same for the same key
        const StockId item = stock_item("item " + std::to_string(request() % 5),
                                        Slot{static_cast<std::uint16_t>(request() % 2)});
        const auto quantity = static_cast<std::int64_t>(1 + request() % 50);
        asked_.push_back({key, request() % 2 == 0 ? world_.receive(item, quantity, key)
                                                  : world_.reserve(item, quantity % 4, key)});
    }

    void look() {
        const StockId item = any_item();
        seen_.push_back({item, world_.read(item)});
    }

    void finish() {
        if (!under_way_) return;
        world_.engine->finish();
        under_way_ = false;
    }

    void misfortune() {
        const Partition partition{Topic::kCommerce, static_cast<std::uint16_t>(random_() % 2)};
        switch (random_() % 8) {
            case 0:
                world_.log.insert(partition, "{\"of\":\"somebody else\"}");
                return;
            case 1:
                world_.insert_newer_claim(partition);
                return;
            case 2:
            case 3:
                world_.log.power_cut(random_() % 3);
                check_store();
                world_.crash();
                return open();
            default:
                if (world_.engine->stats().partitions_lost > 0) {
                    world_.log.power_cut(SIZE_MAX);
                    world_.crash();
                    open();
                }
                return;
        }
    }

    void calm_down() {
        world_.log.set_fates({});
        finish();
        world_.settle();
        world_.log.land_late();
        world_.clock.advance(seconds(30));
        world_.settle();
    }

    void check_store() {
        for (const Partition partition : world_.log.partitions().all()) {
            const Checkpoint checkpoint = world_.store->checkpoint(partition).value();
            if (!verify_checkpoint(world_.log, partition, {}, checkpoint))
                faults_.push_back("the state store is ahead of " + partition.to_string());
        }
    }

    void check(const Asked& asked) {
        if (!*asked.call || !(*asked.call)->has_value()) return;
        const Receipt& receipt = (*asked.call)->value();
        ++answered_;
        const auto at = truth().commands.find(command_id(asked.key));
        const bool once = at != truth().commands.end() && at->second.size() == 1;
        if (receipt.changed && !(once && at->second[0] == receipt.position))
            faults_.push_back("answered, and not once in the log: " + asked.key);
    }

    void check(const Seen& seen) {
        if (!*seen.call || !(*seen.call)->has_value()) return;
        const Snapshot& snapshot = (*seen.call)->value();
        if (snapshot.state == nullptr) return;
        ++answered_;
        const auto& history = truth().streams[seen.id];
        const auto at = history.find(snapshot.position.offset);
        if (at == history.end() || at->second.first != snapshot.version ||
            std::get<stock::State>(at->second.second) != std::get<stock::State>(*snapshot.state))
            faults_.push_back("seen, and not so in the log: " + snapshot.position.to_string());
    }

    Truth& truth() {
        if (!truth_) truth_ = read_truth(world_.log);
        return *truth_;
    }

    std::mt19937_64 random_;
    EngineWorld world_;
    SplitLog split_;
    bool under_way_ = false;
    std::vector<Asked> asked_;
    std::vector<Seen> seen_;
    std::optional<Truth> truth_;
    std::vector<std::string> faults_;
    int answered_ = 0;
};

constexpr int kSteps = 250;

TEST_CASE("whatever happens to the log, every answer is true of it") {
    const std::uint64_t first = std::random_device{}();
    int answered = 0;
    for (std::uint64_t seed = first; seed < first + 60; ++seed) {
        Storm storm(seed, {});
        storm.run(kSteps);
        INFO("seed " << seed);
        CHECK(storm.find_faults() == std::vector<std::string>{});
        answered += storm.answered();
    }
    CHECK(answered > 1'000);
}

TEST_CASE("hundreds of storms", "[slow]") {
    const std::uint64_t first = std::random_device{}();
    for (std::uint64_t seed = first; seed < first + 300; ++seed) {
        Storm storm(seed, {});
        storm.run(2 * kSteps);
        INFO("seed " << seed);
        CHECK(storm.find_faults() == std::vector<std::string>{});
    }
}

TEST_CASE("with any protection taken out, an answer is found that is not true") {
    Protections without;
    SECTION("offsets are not checked") {
        without.check_offsets = false;
    }
    SECTION("answers do not wait for those before them") {
        without.answer_in_order = false;
    }
    SECTION("what is not durable is let out") {
        without.hold_speculation = false;
    }
    SECTION("the state store is written before the log") {
        without.log_before_state = false;
    }
    SECTION("ids of commands are forgotten") {
        without.ids_are_known = false;
    }
    bool found = false;
    for (std::uint64_t seed = 1; seed < 300 && !found; ++seed) {
        Storm storm(seed, without);
        storm.run(kSteps);
        found = !storm.find_faults().empty();
    }
    CHECK(found);
}

}  // namespace
}  // namespace shop::tests
