// What the RocksDB log makes of power cuts, torn writes and damage (events/rocksdb).
#include <rocksdb/file_system.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "events/rocksdb/rocksdb_log.hpp"
#include "events/rocksdb/wal_tail.hpp"
#include "events/rocksdb/zero_ahead.hpp"
#include "tests/support/failing_disk.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

constexpr Partitions kPartitions{1, 2, 1};
constexpr std::size_t kAll = 1'000'000'000;

std::string entry(std::uint64_t n) {
    return "entry " + std::to_string(n) + std::string(n * 37 % 900, 'x');
}

// A log in a folder of its own, on a disk that can be broken.
struct Shop {
    tests::TempFolder folder;
    tests::FailingDisk disk;
    RocksDbLogOptions options;  // but for its folder and its disk
    std::unique_ptr<RocksDbLog> log;
    std::uint64_t appended = 0;  // to commerce-0
    std::uint64_t acknowledged = 0;

    std::filesystem::path path() const { return folder.path / "log"; }
    Status open() {
        log.reset();
        options.folder = path();
        options.partitions = kPartitions;
        options.env = disk.env();
        auto opened = RocksDbLog::open(options);
        if (!opened) return std::unexpected(opened.error());
        log = std::move(*opened);
        log->set_listener([this](std::span<const AppendReport> reports) {
            for (const AppendReport& report : reports)
                if (report.offset)
                    acknowledged = static_cast<std::uint64_t>(*report.offset) + report.count;
        });
        return {};
    }
    void append(std::size_t count) {
        AppendBatch batch{{Topic::kCommerce, 0}, {}, {}};
        for (std::size_t i = 0; i < count; ++i) {
            batch.bytes += entry(appended++);
            batch.ends.push_back(batch.bytes.size());
        }
        log->append(appended, {&batch, 1});
    }
    // How many entries there are, each as it was appended.
    std::uint64_t count_entries() const {
        const auto read = log->read({Topic::kCommerce, 0}, 0, kAll, kAll);
        REQUIRE(read);
        for (const StoredEntry& stored : *read)
            REQUIRE(stored.bytes == entry(static_cast<std::uint64_t>(stored.offset)));
        return read->size();
    }
    std::filesystem::path newest(std::string_view extension) const {
        std::filesystem::path newest;
        for (const auto& file : std::filesystem::directory_iterator(path()))
            if (file.path().extension() == extension && file.path() > newest) newest = file.path();
        return newest;
    }
};

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

// What was written to a write-ahead log: entries end in no zero.
std::string written_of(const std::filesystem::path& path) {
    std::string bytes = bytes_of(path);
    bytes.resize(bytes.find_last_not_of('\0') + 1);
    return bytes;
}

// Appends until the power goes off during a write; opens what is left.
Status run_until_power_cut(Shop& shop, tests::FailingDisk::Leaves leaves, std::mt19937_64& random) {
    REQUIRE(shop.open());
    for (std::size_t calls = random() % 20; calls > 0; --calls) shop.append(1 + random() % 30);
    shop.disk.fail_next_sync();
    shop.append(1 + random() % 300);
    shop.disk.stop();
    shop.log.reset();
    shop.disk.power_off(leaves, random());
    return shop.open();
}

// A log with damage in the middle of what was acknowledged.
void damage_middle(Shop& shop) {
    REQUIRE(shop.open());
    for (int i = 0; i < 50; ++i) shop.append(10);
    const auto wal = shop.newest(".log");
    std::string bytes = written_of(wal);
    shop.log.reset();
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    write_bytes(wal, bytes);
}

TEST_CASE("what the log acknowledged survives a power cut, whatever the cut leaves behind",
          "[rocksdb][log]") {
    using Leaves = tests::FailingDisk::Leaves;
    const auto leaves = GENERATE(Leaves::kNothing, Leaves::kSomeInOrder, Leaves::kAllButAHole);
    const std::uint64_t seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 5; ++round) {
        Shop shop;
        REQUIRE(run_until_power_cut(shop, leaves, random));
        CHECK(shop.count_entries() >= shop.acknowledged);
        CHECK(shop.count_entries() <= shop.appended);
        shop.appended = shop.count_entries();
        shop.append(3);
        CHECK(shop.acknowledged == shop.appended);
        CHECK(shop.count_entries() == shop.appended);
    }
}

TEST_CASE("control: without the sync a power cut takes what was acknowledged", "[rocksdb][log]") {
    std::mt19937_64 random(1);
    Shop shop;
    shop.options.sync = false;
    REQUIRE(shop.open());
    for (int i = 0; i < 10; ++i) shop.append(10);
    shop.disk.stop();
    shop.log.reset();
    shop.disk.power_off(tests::FailingDisk::Leaves::kNothing, 1);
    REQUIRE(shop.open());
    CHECK(shop.acknowledged == 100);
    CHECK(shop.count_entries() < shop.acknowledged);
}

TEST_CASE("a torn last write is cut off wherever it is torn, and nothing else is",
          "[rocksdb][log]") {
    Shop shop;
    REQUIRE(shop.open());
    shop.append(20);
    const std::string before = written_of(shop.newest(".log"));
    shop.append(200);  // more than one block of the write-ahead log
    const std::string after = written_of(shop.newest(".log"));
    const std::string zeros(100'000, '\0');  // written ahead
    CHECK(rocks::find_torn_tail(before) == std::nullopt);
    CHECK(rocks::find_torn_tail(after) == std::nullopt);
    CHECK(rocks::find_torn_tail(after + zeros) == std::nullopt);
    REQUIRE(after.size() > before.size() + (64 << 10));
    for (std::size_t at = before.size(); at < after.size(); at += 1'009) {
        std::string torn = after;
        torn[at] = static_cast<char>(torn[at] ^ 0x55);
        CHECK(rocks::find_torn_tail(torn) == before.size());
        CHECK(rocks::find_torn_tail(torn + zeros) == before.size());
        CHECK(rocks::find_torn_tail(after.substr(0, at + 1)) == before.size());
        CHECK(rocks::find_torn_tail(after.substr(0, at + 1) + zeros) == before.size());
    }
    for (std::size_t at = 0; at < before.size(); at += 101) {
        std::string damaged = after;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        CHECK(rocks::find_torn_tail(damaged) == std::nullopt);
        CHECK(rocks::find_torn_tail(damaged + zeros) == std::nullopt);
    }
}

TEST_CASE("a file with zeros ahead is as long as what was written to it", "[rocksdb][log]") {
    const tests::TempFolder folder;
    const auto files = rocks::zero_ahead(rocksdb::FileSystem::Default());
    const std::string path = (folder.path / "000001.log").string();
    std::unique_ptr<rocksdb::FSWritableFile> file;
    REQUIRE(files->NewWritableFile(path, {}, &file, nullptr).ok());
    const auto size = [&] {
        std::uint64_t bytes = 0;
        REQUIRE(files->GetFileSize(path, {}, &bytes, nullptr).ok());
        return bytes;
    };
    CHECK(size() == 0);
    REQUIRE(file->Append(std::string(100, 'x'), {}, nullptr).ok());
    CHECK(size() == 100);
    CHECK(std::filesystem::file_size(path) > 100'000);
    REQUIRE(file->Close({}, nullptr).ok());
    CHECK(size() == 100);
    CHECK(std::filesystem::file_size(path) == 100);
}

TEST_CASE("a torn write is cut off though a newer file was begun behind it", "[rocksdb][log]") {
    Shop shop;
    REQUIRE(shop.open());
    shop.append(20);
    const auto wal = shop.newest(".log");
    const std::string before = written_of(wal);
    shop.append(20);
    std::string torn = written_of(wal);
    shop.log.reset();
    torn[torn.size() - 5'000] = '\0';
    write_bytes(wal, torn);
    write_bytes(shop.path() / "999999.log", std::string(1'000, '\0'));
    REQUIRE(rocks::find_torn_tail(torn) == before.size());
    CHECK(rocks::cut_torn_tail(shop.path()).value());
    CHECK(bytes_of(wal) == before);
}

TEST_CASE("zeros stand ahead of what was written, and are taken for nothing else",
          "[rocksdb][log]") {
    Shop shop;
    REQUIRE(shop.open());
    for (int i = 0; i < 30; ++i) shop.append(3);
    const auto wal = shop.newest(".log");
    const std::string written = written_of(wal);
    CHECK(bytes_of(wal).size() > written.size());
    // A program that dies leaves them.
    std::filesystem::copy(shop.path(), shop.folder.path / "died");
    auto died = RocksDbLog::open({.folder = shop.folder.path / "died", .partitions = kPartitions});
    REQUIRE(died);
    CHECK((*died)->read({Topic::kCommerce, 0}, 0, kAll, kAll)->size() == shop.appended);
    CHECK((*died)->end({Topic::kCommerce, 0}) == 90);
    // One that stops does not.
    shop.log.reset();
    CHECK(bytes_of(wal) == written);
    shop.options.zero_ahead = false;
    REQUIRE(shop.open());
    shop.append(3);
    CHECK(bytes_of(shop.newest(".log")) == written_of(shop.newest(".log")));
}

TEST_CASE("damage before the last write stops the start, with the place and the remedy",
          "[rocksdb][log]") {
    Shop shop;
    damage_middle(shop);
    const auto opened = shop.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::kCorrupt);
    CHECK_THAT(opened.error().message, Catch::Contains(shop.path().string()));
    CHECK_THAT(opened.error().message, Catch::Contains("backup"));
}

TEST_CASE("control: RocksDB's own recovery drops what follows damage without a word",
          "[rocksdb][log]") {
    Shop shop;
    shop.options.stop_at_damage = false;
    damage_middle(shop);
    REQUIRE(shop.open());
    CHECK(shop.count_entries() < shop.acknowledged);
}

TEST_CASE("control: a torn write that is not cut off keeps the shop closed", "[rocksdb][log]") {
    std::mt19937_64 random(1);
    int closed = 0;
    for (int round = 0; round < 20 && closed == 0; ++round) {
        Shop shop;
        shop.options.cut_torn_tail = false;
        if (!run_until_power_cut(shop, tests::FailingDisk::Leaves::kAllButAHole, random)) ++closed;
    }
    CHECK(closed > 0);
}

TEST_CASE("a file of the log that is gone or cut stops the start", "[rocksdb][log]") {
    const int which = GENERATE(0, 1, 2);
    Shop shop;
    REQUIRE(shop.open());
    shop.append(100);
    REQUIRE(shop.open());  // writes a table
    shop.log.reset();
    if (which == 0) std::filesystem::remove(shop.newest(".sst"));
    if (which == 1) std::filesystem::resize_file(shop.newest(".sst"), 100);
    if (which == 2) std::filesystem::remove(shop.path() / "CURRENT");
    const auto opened = shop.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code != ErrorCode::kConflict);
    CHECK_THAT(opened.error().message, Catch::Contains(shop.path().string()));
}

TEST_CASE("a log is not opened twice, nor with other partitions, nor by an older program",
          "[rocksdb][log]") {
    Shop shop;
    REQUIRE(shop.open());
    const auto open_with = [&](Partitions partitions) {
        const auto opened = RocksDbLog::open({.folder = shop.path(), .partitions = partitions});
        return opened ? std::string("opened") : opened.error().type;
    };
    CHECK(open_with(kPartitions) == "in-use");
    shop.log.reset();
    CHECK(open_with({1, 3, 1}) == "other-log");
    CHECK(open_with({1, 1, 1}) == "other-log");
    CHECK(open_with(kPartitions) == "opened");
}

TEST_CASE("a copy made while the log is written is a log of its own, up to some moment",
          "[rocksdb][log]") {
    Shop shop;
    REQUIRE(shop.open());
    shop.append(500);
    std::atomic<bool> done = false;
    std::thread writer([&] {
        while (!done) shop.append(20);
    });
    const auto copied = shop.log->copy_to(shop.folder.path / "copy");
    done = true;
    writer.join();
    REQUIRE(copied);
    auto copy = RocksDbLog::open({.folder = shop.folder.path / "copy", .partitions = kPartitions});
    REQUIRE(copy);
    const auto entries = (*copy)->read({Topic::kCommerce, 0}, 0, kAll, kAll);
    REQUIRE(entries);
    CHECK(entries->size() >= 500);
    CHECK(entries->size() <= shop.acknowledged);
    for (const StoredEntry& stored : *entries)
        CHECK(stored.bytes == entry(static_cast<std::uint64_t>(stored.offset)));
    CHECK_FALSE(shop.log->copy_to(shop.folder.path / "copy"));
}

}  // namespace
}  // namespace shop
