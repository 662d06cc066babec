// Backup and restore (api/backup).
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "api/backup.hpp"
#include "events/record.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::api {
namespace {

constexpr Partitions kPartitions{1, 1, 1};
constexpr Partition kPartition{Topic::kCommerce, 0};
constexpr std::size_t kAll = 1'000'000'000;

std::unique_ptr<RocksDbLog> open_log(const std::filesystem::path& data) {
    auto log = RocksDbLog::open({.folder = data / "log", .partitions = kPartitions});
    REQUIRE(log);
    return std::move(*log);
}

void append(RocksDbLog& log, int n) {
    const std::string entry = "entry " + std::to_string(n);
    const AppendBatch batch{kPartition, entry, {entry.size()}};
    log.append(static_cast<std::uint64_t>(n), {&batch, 1});
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_CASE("a shop that is backed up while it sells is whole where it is restored", "[backup]") {
    const tests::TempFolder folder;
    const auto data = folder.path / "shop";
    auto log = open_log(data);
    write_file(data / "keys" / "keys", "the keys");
    write_file(data / "secrets" / "cart-tokens", "a secret");
    write_file(data / "staff-keys.json", "[]");
    write_file(data / "state" / "derived", "not kept");
    int appended = 0;
    for (; appended < 100; ++appended) append(*log, appended);
    std::atomic<bool> done = false;
    std::thread seller([&] {
        for (; !done; ++appended) append(*log, appended);
    });
    const auto made = back_up(data, *log, Time{1'000'000}, folder.path / "backup");
    done = true;
    seller.join();
    REQUIRE(made);

    const auto restored = folder.path / "restored";
    CHECK(restore(folder.path / "backup", restored) == made);
    CHECK(read_file(restored / "keys" / "keys") == "the keys");
    CHECK(read_file(restored / "secrets" / "cart-tokens") == "a secret");
    CHECK(read_file(restored / "staff-keys.json") == "[]");
    CHECK_FALSE(std::filesystem::exists(restored / "state"));
    CHECK(std::filesystem::status(restored).permissions() == std::filesystem::perms::owner_all);
    const auto entries = open_log(restored)->read(kPartition, 0, kAll, kAll);
    const auto originals = log->read(kPartition, 0, kAll, kAll);
    REQUIRE(entries);
    REQUIRE(entries->size() >= 100);
    for (std::size_t i = 0; i < entries->size(); ++i)
        CHECK(entries->at(i).bytes == originals->at(i).bytes);
}

TEST_CASE("nothing is backed up over, or restored over", "[backup]") {
    const tests::TempFolder folder;
    const auto data = folder.path / "shop";
    const auto log = open_log(data);
    const auto backup = folder.path / "backup";
    REQUIRE(back_up(data, *log, {}, backup));
    CHECK(back_up(data, *log, {}, backup).error().type == "not-empty");
    CHECK(restore(backup, data).error().type == "not-empty");
    write_file(folder.path / "locked" / "run.lock", "");
    CHECK(restore(backup, folder.path / "locked"));
}

TEST_CASE("a backup that was not finished, or is of a newer program, is refused by name",
          "[backup]") {
    const tests::TempFolder folder;
    const auto data = folder.path / "shop";
    const auto log = open_log(data);
    const auto backup = folder.path / "backup";
    REQUIRE(back_up(data, *log, {}, backup));
    const auto restored_from = [&](std::string_view manifest) {
        write_file(backup / "backup.json", manifest);
        const auto restored = restore(backup, folder.path / "restored");
        return restored ? std::string("restored") : restored.error().type;
    };
    CHECK(restored_from("") == "no-backup");
    CHECK(restored_from(R"({"format":2,"more":"unheard of"})") == "newer-log");
    CHECK(restored_from(
              R"({"format":1,"schema_level":1000000000,"made_at":"2026-11-24T00:00:00Z"})") ==
          "newer-log");
    CHECK_FALSE(std::filesystem::exists(folder.path / "restored"));
    CHECK(restored_from(R"({"format":1,"schema_level":1,"made_at":"2026-11-24T00:00:00Z"})") ==
          "restored");
}

}  // namespace
}  // namespace shop::api
