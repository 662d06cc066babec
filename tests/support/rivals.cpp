#include "tests/support/rivals.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "events/log_reader.hpp"
#include "tests/support/engine_world.hpp"

namespace shop::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kBrokers = 2;
constexpr std::size_t kProcesses = 6;
constexpr std::uint16_t kContested = 16;  // partitions
constexpr Partitions kPartitions{.catalog = 1, .commerce = kContested, .clicks = 1};
constexpr int kClients = 64;
constexpr int kMessageTimeoutMs = 400;
constexpr int kSlowMs = 15;
constexpr auto kStep = milliseconds(1);          // of the officer
constexpr auto kPatience = milliseconds(500);    // then the next one is asked, in office or not
constexpr auto kAsksOn = shop::milliseconds(4);  // of a client that was told "not now"

Partition contested(std::size_t number) {
    return {Topic::kCommerce, static_cast<std::uint16_t>(number)};
}

Task<bool> pause(Executor& home, Duration time) {
    co_return co_await callback<bool>([&](auto resume) {
        home.post_after(time, [resume = std::move(resume)]() mutable { resume(true); });
    });
}

}  // namespace

std::string Findings::story() const {
    std::string text = fmt::format(
        "{} takeovers, {} records, {} void entries; {} acknowledged, {} unanswered, {} reads; "
        "falsely acknowledged {}, doubled {}, stale {}, wrong {}",
        takeovers, records, void_entries, acknowledged, unanswered, reads, falsely, doubled, stale,
        wrong.size());
    for (const std::string& each : wrong) text += "\n" + each;
    return text;
}

// ---- Processes ----------------------------------------------------------------------------------

struct Rivals::Process : CommitObserver {
    explicit Process(std::unique_ptr<KafkaLog> opened, std::atomic<std::size_t>& takeovers)
        : kafka(std::move(opened)), log(*kafka), taken(takeovers) {}
    void on_commit(Partition, std::span<const StreamId>) override {}
    void on_advance(Partition, Offset) override {}
    void on_office(Partition, const Term&, bool is_held) override {
        if (is_held) ++taken;
    }

    const std::unique_ptr<KafkaLog> kafka;
    NappingLog log;
    MemoryStateStore store;
    std::atomic<std::size_t>& taken;
    std::unique_ptr<LocalEngine> engine;
};

struct Rivals::Item {
    StockId id;
    Partition partition;
    Offset known = -1;  // of its last event that anybody was told of
};

struct Rivals::Deed {
    CommandId id;
    Position position;  // as it was acknowledged
};

Rivals::Rivals(std::uint64_t seed, Protections protections)
    : officer_dice_(seed),
      dice_(seed + 1),
      protections_(protections),
      kafka_(kBrokers, kPartitions),
      asked_(kContested),
      given_(kContested) {
    const SlotMap map(kPartitions);
    for (std::uint16_t slot = 0; slot < 2 * kContested; ++slot) {
        const StockId id = stock_item("item", Slot{slot});
        items_.push_back({id, map.partition_of(id)});
    }
    for (std::size_t i = 0; i < kProcesses; ++i) open_process();
}

Rivals::~Rivals() = default;

// A machine may have much else to do.
KafkaLogOptions Rivals::patient_options() const {
    KafkaLogOptions options = kafka_.options();
    options.answer_timeout_ms = 30'000;
    return options;
}

void Rivals::open_process() {
    KafkaLogOptions options = patient_options();
    options.message_timeout_ms = kMessageTimeoutMs;
    auto log = KafkaLog::open(options);
    REQUIRE(log);
    auto& process =
        *processes_.emplace_back(std::make_unique<Process>(std::move(*log), takeovers_));
    auto engine = LocalEngine::open({process.log, process.store, clock_, catalog_, decide_any},
                                    {.address = fmt::format("process-{}", processes_.size()),
                                     .takes_all = false,
                                     .proof_life = {1},  // each read is proven anew
                                     .save_interval = shop::milliseconds(20),
                                     .protections = protections_});
    INFO((engine ? std::string() : engine.error().message));
    REQUIRE(engine);
    process.engine = std::move(*engine);
    process.engine->add_observer(process);
    process.engine->start();
}

// ---- The officer --------------------------------------------------------------------------------

// To another process than the one that was asked last; in one of four cases that one is told.
void Rivals::give(Partition partition) {
    auto& asked = asked_[partition.number];
    const std::size_t before = asked;
    const std::size_t next = (before + 1 + officer_dice_.below(kProcesses - 1)) % kProcesses;
    if (officer_dice_.chance(250)) processes_[before]->engine->leave_office(partition);
    processes_[next]->engine->take_office(partition);
    asked = next;
    given_[partition.number] = steady_clock::now();
}

bool Rivals::is_due(Partition partition) {
    const bool is_served = processes_[asked_[partition.number]]->engine->serves(partition);
    if (is_served) return officer_dice_.chance(20);
    return steady_clock::now() > given_[partition.number] + kPatience;
}

void Rivals::fight(std::size_t takeovers) {
    std::thread officer([this, takeovers] {
        while (takeovers_ < takeovers + kContested) {
            for (std::size_t i = 0; i < kContested; ++i)
                if (is_due(contested(i))) give(contested(i));
            if (officer_dice_.chance(3)) trouble();
            std::this_thread::sleep_for(kStep);
        }
        is_over_ = true;
    });
    int running = kClients;
    for (int client = 0; client < kClients; ++client)
        start(shop_around(client), [&](bool) { --running; });
    const bool is_done = loop_.run_until([&] { return running == 0; }, minutes(10));
    officer.join();
    REQUIRE(is_done);
    for (const auto& process : processes_) process->engine->stop();
}

void Rivals::trouble() {
    const int broker = 1 + static_cast<int>(officer_dice_.below(kBrokers));
    const int requests = 1 + static_cast<int>(officer_dice_.below(3));
    const auto time = milliseconds(1 + officer_dice_.below(60));
    switch (officer_dice_.below(10)) {
        case 0:
        case 1:
            return processes_[officer_dice_.below(kProcesses)]->log.nap(time);
        case 2:
            return kafka_.delay_appends(requests);
        case 3:
            return kafka_.refuse_appends(requests);
        case 4:
            return kafka_.break_off_appends(requests);
        case 5:
            return kafka_.send_readers_away(requests);
        case 6:
            kafka_.set_down(broker, true);
            std::this_thread::sleep_for(time);
            return kafka_.set_down(broker, false);
        case 7:
            return kafka_.move_leaders(Topic::kCommerce, broker);
        case 8:
            return kafka_.slow_down(broker, officer_dice_.chance(500) ? kSlowMs : 0);
        default:
            return lose_answers();
    }
}

// What brokers are asked to in that time they do, and nobody hears of it.
void Rivals::lose_answers() {
    kafka_.lose_answers(true);
    std::this_thread::sleep_for(milliseconds(officer_dice_.below(20)));
    for (int broker = 1; broker <= kBrokers; ++broker) kafka_.set_down(broker, true);
    kafka_.lose_answers(false);
    for (int broker = 1; broker <= kBrokers; ++broker) kafka_.set_down(broker, false);
}

// ---- Clients ------------------------------------------------------------------------------------

LocalEngine& Rivals::whoever_may_serve(Partition partition) {
    const std::size_t asked = asked_[partition.number];
    const std::size_t other = dice_.below(kProcesses);
    return *processes_[dice_.chance(700) ? asked : other]->engine;
}

Task<bool> Rivals::shop_around(int client) {
    for (int i = 0; !is_over_; ++i) {
        Item& item = items_[dice_.below(items_.size())];
        if (dice_.chance(250))
            co_await look_at(item);
        else
            co_await change(item, fmt::format("{}/{}", client, i));
    }
    co_return true;
}

// Each level is another one, so that each command makes an event. Asks on, here and there, under
// the same id, until it is done or everything is over.
Task<bool> Rivals::change(Item& item, std::string key) {
    const Submission submission =
        submission_of(stock::SetLevel{.stock = item.id, .on_hand = ++levels_}, key);
    for (;;) {
        const auto receipt =
            co_await whoever_may_serve(item.partition).submit(loop_, Submission(submission));
        if (receipt) {
            item.known = std::max(item.known, receipt->position.offset);
            deeds_.push_back({submission.id, receipt->position});
            co_return true;
        }
        if (receipt.error().code != ErrorCode::kUnavailable) {
            found_.wrong.push_back(receipt.error().message);
            co_return false;
        }
        if (is_over_) {
            ++found_.unanswered;
            co_return false;
        }
        co_await pause(loop_, kAsksOn);
    }
}

Task<bool> Rivals::look_at(Item& item) {
    const Offset known = item.known;
    const auto seen = co_await whoever_may_serve(item.partition).read(loop_, item.id);
    if (!seen) {
        if (seen.error().code != ErrorCode::kUnavailable)
            found_.wrong.push_back(seen.error().message);
        co_return co_await pause(loop_, kAsksOn);
    }
    ++found_.reads;
    if (seen->position.offset < known) ++found_.stale;
    item.known = std::max(item.known, seen->position.offset);
    co_return true;
}

// ---- The judge ----------------------------------------------------------------------------------

Findings Rivals::judge() {
    const auto log = KafkaLog::open(patient_options());
    REQUIRE(log);
    found_.acknowledged = deeds_.size();
    for (std::size_t i = 0; i < kContested; ++i) judge(contested(i), **log, found_);
    return found_;
}

void Rivals::judge(Partition partition, const Log& log, Findings& found) const {
    std::map<CommandId, std::vector<Position>> counted;
    std::size_t claims = 0;
    LogReader reader(log, partition);
    for (;;) {
        const auto entries = reader.read_all();
        INFO((entries ? std::string() : entries.error().message));
        REQUIRE(entries);
        if (entries->empty()) break;
        for (const LogEntry& entry : *entries) {
            if (entry.verdict == Verdict::kClaim) ++claims;
            if (entry.verdict == Verdict::kRecord)
                counted[reader.decode(entry).value().command.id].push_back(
                    {partition, entry.offset});
        }
    }
    found.takeovers += claims - 1;
    found.void_entries += reader.void_entries();
    for (const auto& [id, positions] : counted) {
        found.records += positions.size();
        if (positions.size() > 1) ++found.doubled;
    }
    for (const Deed& deed : deeds_) {
        if (deed.position.partition != partition) continue;
        const auto at = counted.find(deed.id);
        if (at == counted.end() || std::ranges::find(at->second, deed.position) == at->second.end())
            ++found.falsely;
    }
}

}  // namespace shop::tests
