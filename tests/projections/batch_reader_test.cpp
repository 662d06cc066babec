// What is read ahead is what would have been read in turn. Also run under the thread sanitizer.
#include "projections/batch_reader.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <semaphore>
#include <thread>

#include "tests/support/lagging_log.hpp"
#include "tests/support/shop_log.hpp"

namespace shop::tests {
namespace {

using projections::BatchEntry;
using projections::BatchReader;
using projections::beginnings;
using projections::LogBatch;

// Wants what is of products and orders, and writes nothing.
class Quiet final : public projections::Projection {
  public:
    std::string_view name() const override { return "quiet"; }
    int code_version() const override { return 1; }
    bool reads(Topic topic) const override { return topic != Topic::kClicks; }
    bool wants(std::string_view entry) const override {
        return entry.find("\"cart.") == std::string_view::npos;
    }
    Status apply(postgres::Database&, std::span<const projections::ViewRecord>, postgres::WriteMode,
                 projections::Touched&) const override {
        return {};
    }
};

const Quiet kQuiet;

// A log whose reads wait, once they are told to, until somebody opens it.
class GatedLog final : public LaggingLog {
  public:
    using LaggingLog::LaggingLog;
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        if (is_shut.exchange(false)) {
            ++waiting;
            met.release();
            gate.acquire();
            --waiting;
        }
        return LaggingLog::read(partition, from, entries_max, bytes_max);
    }
    mutable std::atomic<bool> is_shut = false;
    mutable std::atomic<int> waiting = 0;
    mutable std::binary_semaphore met{0};
    mutable std::binary_semaphore gate{0};
};

ProductId product(int number) {
    return ProductId::derive({std::to_string(number)});
}

product::DetailsChanged title(const std::string& text) {
    product::DetailsChanged details;
    details.title = text;
    return details;
}

void add_random(ShopLog& source, std::mt19937& random, int records) {
    for (int i = 0; i < records; ++i) {
        const auto number = static_cast<int>(random() % 30);
        switch (random() % 10) {
            case 0:
                source.add_unreadable(product(number));
                break;
            case 1:
                source.log().insert({Topic::kCommerce, 0}, "of somebody else");
                break;
            case 2:
            case 3:
                source.add(CartId::derive({std::to_string(i)}), cart::Created{});
                break;
            default:
                source.add(product(number), title(std::to_string(i)));
        }
    }
}

std::string text_of(const LogBatch& batch) {
    std::string text = std::to_string(batch.size) + "\n";
    for (const BatchEntry& entry : batch.entries)
        text += entry.position.to_string() + " " + entry.bytes + " " +
                (entry.record ? std::to_string(entry.record->seq) : entry.record.error().message) +
                "\n";
    for (const auto& [partition, at] : batch.checkpoints)
        text += partition.to_string() + ":" + std::to_string(at.offset) + " " + at.sha256 + "\n";
    return text;
}

LogBatch next(BatchReader& reader, std::size_t entries_max) {
    auto batch = reader.next(entries_max);
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

}  // namespace

TEST_CASE("batches that were read ahead are those that are read in turn", "[log][threads]") {
    const std::uint32_t seed = GENERATE(1U, 2U, 3U, 4U, 5U);
    CAPTURE(seed);
    std::mt19937 random(seed);
    ShopLog source;
    add_random(source, random, 400);

    BatchReader by_turns(source.log(), kQuiet, beginnings(source.log(), kQuiet));
    BatchReader ahead(source.log(), kQuiet, beginnings(source.log(), kQuiet));
    for (int more = 3;;) {
        const std::size_t entries_max = 1 + random() % 60;
        const LogBatch batch = next(by_turns, entries_max);
        LogBatch same = next(ahead, entries_max);
        CHECK(text_of(same) == text_of(batch));
        if (batch.size == 0) {
            if (more-- == 0) break;
            add_random(source, random, 40);
            continue;
        }
        // The next one is read, with as much as this time, while this one is looked at.
        if (random() % 4 == 0) continue;
        ahead.read_ahead(entries_max);
        CHECK(text_of(same) == text_of(batch));
        CHECK(text_of(next(ahead, 1)) == text_of(next(by_turns, entries_max)));
    }
}

TEST_CASE("that nothing was there when it was read ahead does not say that nothing is there",
          "[log][threads]") {
    ShopLog source;
    source.add(product(1), title("Lamp"));
    LaggingLog log(source.log());
    BatchReader reader(log, kQuiet, beginnings(log, kQuiet));
    REQUIRE(next(reader, 100).entries.size() == 1);
    source.add(product(1), title("Lantern"));
    log.lag_once();
    reader.read_ahead(100);
    CHECK(next(reader, 100).entries.size() == 1);
}

TEST_CASE("an error met ahead is told in its turn", "[log][threads]") {
    ShopLog source;
    const Position first = source.add(product(1), title("Lamp"));
    source.add(product(1), title("Lantern"));
    source.log().damage(first.partition, first.offset + 1);

    // One entry of each partition, its claim first.
    BatchReader reader(source.log(), kQuiet, beginnings(source.log(), kQuiet));
    REQUIRE(next(reader, 1).entries.size() == 1);
    reader.read_ahead(1);
    const auto damaged = reader.next(1);
    REQUIRE(!damaged);
    CHECK(damaged.error().type == "damaged-log");
}

TEST_CASE("a reader that goes while it reads ahead waits for what it has begun", "[log][threads]") {
    ShopLog source;
    source.add(product(1), title("Lamp"));
    source.add(product(1), title("Lantern"));
    GatedLog log(source.log());
    std::optional<BatchReader> reader;
    reader.emplace(log, kQuiet, beginnings(log, kQuiet));
    REQUIRE(next(*reader, 1).size > 0);
    log.is_shut = true;
    reader->read_ahead(1);
    log.met.acquire();
    const std::jthread opener([&] { log.gate.release(); });
    reader.reset();
    CHECK(log.waiting == 0);
}

}  // namespace shop::tests
