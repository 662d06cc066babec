// A log in another place: what is copied, and what is refused (events/copy_log.hpp).
#include <catch2/catch.hpp>
#include <functional>

#include "events/copy_log.hpp"
#include "events/memory/memory_log.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "tests/support/log_entries.hpp"
#include "tests/support/mock_kafka.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

constexpr Partitions kPartitions{1, 2, 1};
constexpr Partition kCarts{Topic::kCommerce, 1};
constexpr std::size_t kAll = 1'000'000'000;

// Of any length, not all of them text, and some far apart in size.
std::string entry_of(std::size_t n) {
    std::string bytes = "entry " + std::to_string(n);
    bytes.append(n % 50 == 7 ? 200'000 : n * 37 % 900, static_cast<char>(n % 256));
    return bytes;
}

void fill(MemoryLog& log, std::size_t count) {
    const auto all = log.partitions().all();
    for (std::size_t n = 0; n < count; ++n) log.insert(all[n % all.size()], entry_of(n));
}

std::vector<std::string> bytes_of(const Log& log, Partition partition) {
    std::vector<std::string> all;
    Offset next = 0;
    for (;;) {
        const auto page = log.read(partition, next, kAll, kAll);
        REQUIRE(page);
        if (page->empty()) return all;
        for (const StoredEntry& stored : *page) {
            CHECK(stored.offset == next++);
            all.push_back(stored.bytes);
        }
    }
}

void check_same(const Log& one, const Log& other) {
    for (const Partition partition : kPartitions.all())
        CHECK(bytes_of(one, partition) == bytes_of(other, partition));
}

void no_progress(std::uint64_t, std::uint64_t) {}

TEST_CASE("a log is copied byte for byte from one kind to another and back") {
    MemoryLog source(kPartitions);
    fill(source, 500);
    const tests::MockKafka brokers(1, kPartitions);
    const auto kafka = KafkaLog::open(brokers.options());
    REQUIRE(kafka);
    std::uint64_t last = 0;
    const auto there = copy_log(source, **kafka, [&](std::uint64_t done, std::uint64_t whole) {
        CHECK(done > last);
        CHECK(whole == 500);
        last = done;
    });
    REQUIRE(there);
    CHECK(last == 500);
    CHECK(there->entries == 500);
    CHECK(there->written == 500);
    check_same(source, **kafka);

    const tests::TempFolder folder;
    const auto embedded =
        RocksDbLog::open({.folder = folder.path / "log", .partitions = kPartitions});
    REQUIRE(embedded);
    const auto back = copy_log(**kafka, **embedded, no_progress);
    REQUIRE(back);
    CHECK(back->bytes == there->bytes);
    check_same(source, **embedded);
}

TEST_CASE("a copy that was cut short goes on where it ended") {
    MemoryLog source(kPartitions);
    fill(source, 500);
    MemoryLog target(kPartitions);
    struct Cut {};
    // Whoever is killed leaves what was written.
    CHECK_THROWS_AS(copy_log(source, target,
                             [](std::uint64_t done, std::uint64_t) {
                                 if (done > 100) throw Cut{};
                             }),
                    Cut);
    const auto rest = copy_log(source, target, no_progress);
    REQUIRE(rest);
    CHECK(rest->entries == 500);
    CHECK(rest->written < 500);
    check_same(source, target);
    CHECK(copy_log(source, target, no_progress)->written == 0);
}

TEST_CASE("what the target did not take is sent again, and nothing stands there twice") {
    MemoryLog source(kPartitions);
    fill(source, 500);
    MemoryLog target(kPartitions, MemoryLog::Delivery::kInside, MemoryLogStyle::kDisk);
    int appends = 0;
    target.set_fates([&](std::uint64_t, const AppendBatch&) {
        const int number = appends++;
        if (number % 3 == 0) return Fate{.lands = 0, .reported_failed = true};
        if (number % 3 == 1) return Fate{.lands = 1, .reported_failed = true};
        return Fate{};
    });
    REQUIRE(copy_log(source, target, no_progress));
    check_same(source, target);
}

TEST_CASE("a target that takes nothing ends the copy, and says so") {
    MemoryLog source(kPartitions);
    fill(source, 10);
    MemoryLog target(kPartitions);
    target.set_fates([](std::uint64_t, const AppendBatch&) {
        return Fate{.lands = 0, .reported_failed = true};
    });
    const auto copied = copy_log(source, target, no_progress);
    REQUIRE_FALSE(copied);
    CHECK(copied.error().type == "log-unreachable");
}

TEST_CASE("a log that holds anything else is no target") {
    MemoryLog source(kPartitions);
    fill(source, 40);
    MemoryLog target(kPartitions);
    SECTION("another entry") {
        target.insert(kCarts, "another shop's");
    }
    SECTION("the same, and one more") {
        for (const std::string& bytes : bytes_of(source, kCarts)) target.insert(kCarts, bytes);
        target.insert(kCarts, "one more");
    }
    SECTION("the same, but that one stands there twice") {
        const auto all = bytes_of(source, kCarts);
        target.insert(kCarts, all[0]);
        target.insert(kCarts, all[0]);
    }
    SECTION("where the source has none") {
        MemoryLog empty(kPartitions);
        target.insert(kCarts, "another shop's");
        CHECK(copy_log(empty, target, no_progress).error().type == "not-a-copy");
    }
    const Offset end = target.end(kCarts).value();
    const auto copied = copy_log(source, target, no_progress);
    REQUIRE_FALSE(copied);
    CHECK(copied.error().type == "not-a-copy");
    CHECK(copied.error().message.find("commerce-1:") != std::string::npos);
    CHECK(target.end(kCarts).value() == end);
}

TEST_CASE("a log that somebody writes to while it is copied is no copy") {
    MemoryLog source(kPartitions);
    fill(source, 40);
    MemoryLog target(kPartitions);
    const auto copied = copy_log(source, target, [&](std::uint64_t done, std::uint64_t whole) {
        if (done == whole) source.insert(kCarts, "late");
    });
    REQUIRE_FALSE(copied);
    CHECK(copied.error().type == "log-in-use");
}

TEST_CASE("an offset that is missing cannot be copied") {
    MemoryLog source(kPartitions);
    fill(source, 40);
    source.skip_offsets(kCarts, 1);
    source.insert(kCarts, "behind the gap");
    MemoryLog target(kPartitions);
    const auto copied = copy_log(source, target, no_progress);
    REQUIRE_FALSE(copied);
    CHECK(copied.error().type == "gap-in-log");
}

}  // namespace
}  // namespace shop
