// What readers make of a log (events/log_reader), whatever is in it.
#include <catch2/catch.hpp>
#include <random>

#include "events/log_reader.hpp"
#include "events/memory/memory_log.hpp"
#include "events/memory/memory_state_store.hpp"
#include "events/schema_level.hpp"
#include "tests/support/log_entries.hpp"

namespace shop {
namespace {

using tests::claim_entry;

constexpr Partition kPartition{Topic::kCommerce, 0};

std::string record_of(std::uint64_t term, std::uint64_t seq, int cart = 0) {
    return tests::record_entry(term, seq, CartId::derive({std::to_string(cart)}));
}

std::vector<Offset> offsets_of(std::span<const LogEntry> entries) {
    std::vector<Offset> offsets;
    for (const LogEntry& entry : entries) offsets.push_back(entry.offset);
    return offsets;
}

TEST_CASE("a reader gives valid records only, and counts what is void", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, "foreign");        // 0
    log.insert(kPartition, claim_entry(1));   // 1
    log.insert(kPartition, record_of(1, 1));  // 2
    log.insert(kPartition, record_of(1, 1));  // 3: a copy
    log.insert(kPartition, record_of(1, 2));  // 4
    log.insert(kPartition, claim_entry(2));   // 5
    log.insert(kPartition, record_of(1, 3));  // 6: a paused writer
    log.skip_offsets(kPartition, 10);
    log.insert(kPartition, record_of(2, 1));  // 17
    const ReadLimits limits{.entries = GENERATE(1U, 3U, 100U)};

    LogReader reader(log, kPartition);
    std::vector<Offset> valid;
    for (;;) {
        const auto read = reader.read(limits);
        REQUIRE(read);
        if (read->empty()) break;
        for (const LogEntry& entry : *read) {
            valid.push_back(entry.offset);
            CHECK(reader.decode(entry)->seq == entry.seq);
        }
    }
    CHECK(valid == std::vector<Offset>{2, 4, 17});
    CHECK(reader.void_entries() == 3);
    CHECK(reader.checkpoint().offset == 17);

    LogReader all(log, kPartition);
    const auto entries = all.read_all();
    REQUIRE(entries);
    CHECK(offsets_of(*entries) == std::vector<Offset>{0, 1, 2, 3, 4, 5, 6, 17});
    CHECK((*entries)[1].verdict == Verdict::kClaim);
    CHECK((*entries)[6].verdict == Verdict::kStaleTerm);
    CHECK(all.read_all()->empty());
}

TEST_CASE("a reader goes on where another stopped", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, claim_entry(1));
    for (std::uint64_t seq = 1; seq <= 5; ++seq) log.insert(kPartition, record_of(1, seq));
    LogReader first(log, kPartition);
    CHECK(first.checkpoint() == Checkpoint{});
    REQUIRE(first.read({.entries = 3}));
    LogReader second(log, kPartition, first.checkpoint());
    CHECK(second.checkpoint() == first.checkpoint());
    CHECK(offsets_of(*second.read()) == std::vector<Offset>{3, 4, 5});
    log.insert(kPartition, record_of(1, 6));
    CHECK(offsets_of(*second.read()) == std::vector<Offset>{6});
}

TEST_CASE("a reader whose checkpoint the log no longer bears out refuses to go on", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, claim_entry(1));
    log.insert(kPartition, record_of(1, 1));
    LogReader reader(log, kPartition);
    REQUIRE(reader.read());
    const Checkpoint checkpoint = reader.checkpoint();
    log.cut(kPartition, 1);
    CHECK(LogReader(log, kPartition, checkpoint).read().error().type == "checkpoint-mismatch");
    log.insert(kPartition, record_of(1, 1, 7));
    CHECK(LogReader(log, kPartition, checkpoint).read().error().type == "checkpoint-mismatch");
}

TEST_CASE("a log that a newer program writes to is refused by name", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, claim_entry(1));
    log.insert(kPartition, record_of(1, 1));
    log.insert(kPartition, claim_entry(2, schema_level() + 1));
    LogReader reader(log, kPartition);
    CHECK(offsets_of(*reader.read({.entries = 2})) == std::vector<Offset>{1});
    CHECK(reader.read().error().type == "newer-log");
    CHECK(reader.checkpoint().offset == 1);
}

TEST_CASE("an unreadable record is an error that names its position", "[log]") {
    MemoryLog log({1, 1, 1});
    log.insert(kPartition, claim_entry(1));
    log.insert(kPartition, R"({"term":"1-nonce","seq":1,"time":"2026-11-24T01:54:10Z","x":1})");
    LogReader reader(log, kPartition);
    const auto read = reader.read();
    REQUIRE(read);
    const auto record = reader.decode((*read)[0]);
    REQUIRE_FALSE(record);
    CHECK(record.error().code == ErrorCode::kCorrupt);
    CHECK_THAT(record.error().message, Catch::Contains("commerce-0:1"));
}

// ---- A fold with a state store beside it, as a writer keeps it
// ------------------------------------

using Folded = std::map<StreamId, std::pair<AnyState, std::uint64_t>>;

// Folds what is new into the store, in batches of random size; the store may begin empty.
void fold_into(StateStore& store, const Log& log, std::mt19937_64& random) {
    LogReader reader(log, kPartition, *store.checkpoint(kPartition));
    for (;;) {
        const auto read = reader.read({.entries = 1 + random() % 20});
        REQUIRE(read);
        StateBatch batch{kPartition};
        const auto traces = std::make_shared<Traces>();
        batch.traces = traces;
        batch.checkpoint = reader.checkpoint();  // behind what was void, too
        if (read->empty()) {
            REQUIRE(store.write(batch));
            return;
        }
        Folded touched;
        std::map<StreamId, Offset> last;
        for (const LogEntry& entry : *read) {
            const auto record = reader.decode(entry);
            REQUIRE(record);
            for (const RecordedEvent& event : record->events) {
                const auto stored = store.find_stream(kPartition, event.stream);
                auto at = touched.find(event.stream);
                if (at == touched.end())
                    at = touched
                             .try_emplace(event.stream, *stored ? *(*stored)->state : AnyState{},
                                          *stored ? (*stored)->version : 0)
                             .first;
                evolve_any(at->second.first, event.data, record->time);
                ++at->second.second;
                last[event.stream] = entry.offset;
                traces->records.push_back({event.stream, entry.offset});
            }
        }
        for (auto& [id, folded] : touched)
            batch.streams.push_back({id, std::make_shared<const AnyState>(folded.first),
                                     folded.second, last[id], false});
        REQUIRE(store.write(batch));
    }
}

TEST_CASE("a state store holds the fold of the log, wherever it started, and may be deleted",
          "[log][state]") {
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryLog log({1, 1, 1});
    MemoryStateStore kept;
    log.insert(kPartition, claim_entry(1));
    std::uint64_t seq = 0;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 30; ++i) {
            const bool again = seq > 0 && random() % 10 == 0;
            log.insert(kPartition,
                       record_of(1, again ? seq : ++seq, static_cast<int>(random() % 5)));
        }
        fold_into(kept, log, random);
    }
    MemoryStateStore fresh;
    fold_into(fresh, log, random);
    CHECK(fresh.checkpoint(kPartition) == kept.checkpoint(kPartition));
    for (int cart = 0; cart < 5; ++cart) {
        const StreamId id = CartId::derive({std::to_string(cart)});
        const auto a = *kept.find_stream(kPartition, id);
        const auto b = *fresh.find_stream(kPartition, id);
        REQUIRE((a && b));
        CHECK(*a->state == *b->state);
        CHECK(a->version == b->version);
        CHECK(a->version == kept.records_of(kPartition, id, a->offset)->size());
    }
}

}  // namespace
}  // namespace shop
