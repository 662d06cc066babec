// Backup and restore (api/backup).
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "api/backup.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_store.hpp"
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
    Erasures erasures(data);
    const auto made = back_up({data, *log, erasures}, Time{1'000'000}, folder.path / "backup");
    done = true;
    seller.join();
    REQUIRE(made);

    const auto restored = folder.path / "restored";
    CHECK(restore({folder.path / "backup", {}}, restored) == Restored{*made, {}});
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

// A log that is sold from at the very moment it is copied: a new customer's key, and an entry that
// needs it.
class BusyLog final : public RocksDbLog {
  public:
    BusyLog(std::unique_ptr<RocksDbLog> log, std::filesystem::path data)
        : log_(std::move(log)), data_(std::move(data)) {}

    Status copy_to(const std::filesystem::path& folder) const override {
        write_file(data_ / "keys" / "entry 1", "a key");
        api::append(*log_, 1);
        return log_->copy_to(folder);
    }
    Partitions partitions() const override { return log_->partitions(); }
    void set_listener(Listener listener) override { log_->set_listener(std::move(listener)); }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        log_->append(ticket, batches);
    }
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        return log_->read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return log_->end(partition); }
    void flush() override { log_->flush(); }
    Status recover() override { return log_->recover(); }

  private:
    const std::unique_ptr<RocksDbLog> log_;
    const std::filesystem::path data_;
};

// Whether each entry of the log in the folder finds its key there.
bool has_all_keys(const std::filesystem::path& folder) {
    const auto entries = open_log(folder)->read(kPartition, 0, kAll, kAll);
    REQUIRE(entries);
    REQUIRE(entries->size() == 2);
    return std::ranges::all_of(*entries, [&](const StoredEntry& entry) {
        return std::filesystem::exists(folder / "keys" / entry.bytes);
    });
}

TEST_CASE("whatever is in a backup's log finds its key in the backup", "[backup]") {
    const tests::TempFolder folder;
    const auto data = folder.path / "shop";
    const auto backup = folder.path / "backup";
    auto opened = open_log(data);
    Erasures erasures(data);
    write_file(data / "keys" / "entry 0", "a key");
    append(*opened, 0);
    const BusyLog log(std::move(opened), data);
    SECTION("for keys come after the log") {
        REQUIRE(back_up({data, log, erasures}, {}, backup));
        CHECK(has_all_keys(backup));
    }
    SECTION("control: before it they would lack the newest") {
        std::filesystem::create_directories(backup);
        std::filesystem::copy(data / "keys", backup / "keys");
        REQUIRE(log.copy_to(backup / "log"));
        CHECK_FALSE(has_all_keys(backup));
    }
}

// A shop with one sealed value.
struct SealedShop {
    tests::TempFolder folder;
    std::filesystem::path data = folder.path / "shop";
    std::filesystem::path backups = folder.path / "backups";
    std::unique_ptr<RocksDbLog> log = open_log(data);
    Erasures erasures{data};
    Sealed sealed = seal();

    Sealed seal() const {
        const auto keys = KeyStore::open(data / "keys");
        REQUIRE(keys);
        return (*keys)->seal((*keys)->new_key().value(), "Anna").value();
    }
    void back_up() {
        std::filesystem::create_directories(backups);
        REQUIRE(api::back_up({data, *log, erasures}, {}, backups / "monday"));
    }
    void erase(const CustomerId& customer = CustomerId::derive({"anna"})) {
        const Erasure erasure{customer, {sealed.key}, {"asked", ""}, Time{1}};
        const auto keys = KeyStore::open(data / "keys");
        REQUIRE(keys);
        CHECK(carry_out(erasures, **keys, {&erasure, 1}).value().failed_copies.empty());
    }
};

bool opens(const std::filesystem::path& data, const Sealed& sealed) {
    const auto keys = KeyStore::open(data / "keys");
    REQUIRE(keys);
    return (*keys)->open(sealed).has_value();
}

TEST_CASE("whoever was erased after a backup is erased in what is restored from it", "[backup]") {
    SealedShop shop;
    const auto restored = shop.folder.path / "restored";
    shop.back_up();
    shop.erase();
    CHECK_FALSE(opens(shop.data, shop.sealed));
    SECTION("by the list beside the backup") {
        REQUIRE(restore({shop.backups / "monday", {}}, restored));
        CHECK_FALSE(opens(restored, shop.sealed));
        CHECK(Erasures(restored).all() == shop.erasures.all());
    }
    SECTION("by a list that is named") {
        REQUIRE(restore({shop.backups / "monday", shop.data / "erasures" / "list"}, restored));
        CHECK_FALSE(opens(restored, shop.sealed));
    }
    SECTION("but never with a list that is named and not there") {
        CHECK(restore({shop.backups / "monday", shop.data / "none"}, restored).error().type ==
              "no-erasures");
        CHECK_FALSE(std::filesystem::exists(restored));
    }
    SECTION("but never where the list beside the backup was left behind") {
        const auto moved = shop.folder.path / "elsewhere" / "monday";
        std::filesystem::create_directories(moved.parent_path());
        std::filesystem::copy(shop.backups / "monday", moved,
                              std::filesystem::copy_options::recursive);
        CHECK(restore({moved, {}}, restored).error().type == "no-erasures");
        CHECK_FALSE(std::filesystem::exists(restored));
    }
    SECTION("control: by an empty list the backup would bring them back") {
        const auto empty = shop.folder.path / "empty";
        write_file(empty, "");
        REQUIRE(restore({shop.backups / "monday", empty}, restored));
        CHECK(opens(restored, shop.sealed));
    }
}

TEST_CASE("who left a cart that expired after a backup is unreadable in what is restored from it",
          "[backup]") {
    SealedShop shop;
    const auto restored = shop.folder.path / "restored";
    shop.back_up();
    shop.erase(CustomerId{});
    REQUIRE(restore({shop.backups / "monday", {}}, restored));
    CHECK_FALSE(opens(restored, shop.sealed));
    CHECK(Erasures(restored).all() == shop.erasures.all());
}

// As the shop itself does it, in a list of its own.
TEST_CASE("carts that expired after a backup are unreadable in what is restored from it",
          "[backup]") {
    SealedShop shop;
    const auto restored = shop.folder.path / "restored";
    shop.back_up();
    {
        const auto keys = KeyStore::open(shop.data / "keys");
        REQUIRE(keys);
        const Time november{1'795'608'000'000'000};
        REQUIRE(carry_out_expired(shop.erasures, **keys, std::vector{shop.sealed.key}, november));
    }
    const auto own = expired_lists(shop.erasures.list());
    REQUIRE(own.size() == 1);
    SECTION("by the list beside the backup") {
        REQUIRE(restore({shop.backups / "monday"}, restored));
        CHECK_FALSE(opens(restored, shop.sealed));
    }
    SECTION("by the shop's own, that is named") {
        REQUIRE(restore({shop.backups / "monday", shop.erasures.list()}, restored));
        CHECK_FALSE(opens(restored, shop.sealed));
    }
    SECTION("and the restored shop has the list") {
        REQUIRE(restore({shop.backups / "monday"}, restored));
        const auto lists = expired_lists(Erasures(restored).list());
        REQUIRE(lists.size() == 1);
        CHECK(read_erasures(lists[0]) == read_erasures(own[0]));
        CHECK(lists[0].filename() == "list.2026-11");
    }
    SECTION("but not by a damaged list: then nothing is restored") {
        write_file(shop.backups / "erasures.2026-11", "{\n");
        CHECK(restore({shop.backups / "monday"}, restored).error().type == "damaged-erasures");
        CHECK_FALSE(std::filesystem::exists(restored));
    }
    SECTION("control: without the list of carts the backup would bring them back") {
        std::filesystem::remove(shop.backups / "erasures.2026-11");
        REQUIRE(restore({shop.backups / "monday"}, restored));
        CHECK(opens(restored, shop.sealed));
    }
}

TEST_CASE("whoever is erased in a restored shop is erased in what is restored once more",
          "[backup]") {
    SealedShop shop;
    shop.back_up();
    const auto restored = shop.folder.path / "restored";
    const auto again = shop.folder.path / "again";
    const auto erase_there = [&] {
        const Erasure erasure{CustomerId::derive({"anna"}), {shop.sealed.key}, {}, Time{1}};
        Erasures erasures(restored);
        const auto keys = KeyStore::open(restored / "keys");
        REQUIRE(keys);
        REQUIRE(carry_out(erasures, **keys, {&erasure, 1}));
    };
    SECTION("for the list beside the backup is the restored shop's, too") {
        CHECK_FALSE(restore({shop.backups / "monday"}, restored).value().uncopied);
        erase_there();
        REQUIRE(restore({shop.backups / "monday"}, again));
        CHECK_FALSE(opens(again, shop.sealed));
    }
    SECTION("and so is the one beside a backup that was moved") {
        const auto moved = shop.folder.path / "elsewhere";
        std::filesystem::create_directories(moved);
        std::filesystem::rename(shop.backups / "monday", moved / "monday");
        REQUIRE(restore({moved / "monday", shop.backups / "erasures"}, restored));
        erase_there();
        REQUIRE(restore({moved / "monday"}, again));
        CHECK_FALSE(opens(again, shop.sealed));
    }
    SECTION("where it cannot be written, that is told") {
        const auto named = shop.folder.path / "named";
        std::filesystem::rename(shop.backups / "erasures", named);
        std::filesystem::create_directories(shop.backups / "erasures");
        const auto told = restore({shop.backups / "monday", named}, restored);
        REQUIRE(told);
        REQUIRE(told->uncopied);
        CHECK(told->uncopied->type == "disk-failed");
        CHECK(opens(restored, shop.sealed));
    }
}

// A crash in the middle of writing it, or a disk that was full when it was copied.
TEST_CASE("a copy of a list that ends in the middle of a line is not taken for whole", "[backup]") {
    SealedShop shop;
    shop.back_up();
    shop.erase();
    const auto restored = shop.folder.path / "restored";
    const std::string list = GENERATE("erasures", "erasures.2026-11");
    const auto copy = shop.backups / list;
    const std::string whole = read_file(copy);
    write_file(copy, whole + "{\"keys\":[\"47");
    const auto refused = restore({shop.backups / "monday"}, restored);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "damaged-erasures");
    CHECK(refused.error().message.find(copy.string()) != std::string::npos);
    CHECK(refused.error().message.find("<data>/erasures/list") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(restored));
    write_file(copy, whole);
    CHECK(restore({shop.backups / "monday"}, restored));
}

TEST_CASE("a list of erasures keeps what its copy says of another shop", "[backup]") {
    SealedShop shop;
    shop.back_up();
    const auto copy = shop.backups / Erasures::kCopy;
    write_file(copy, R"({"customer":"cus_00000000000000000001","keys":["7.abcdef"]})"
                     "\n");
    shop.erase();
    REQUIRE(read_erasures(copy));
    CHECK(read_erasures(copy)->size() == 2);
    write_file(copy, "{\n");
    CHECK(read_erasures(copy).error().type == "damaged-erasures");
}

TEST_CASE("nothing is backed up over, or restored over", "[backup]") {
    const tests::TempFolder folder;
    const auto data = folder.path / "shop";
    const auto log = open_log(data);
    Erasures erasures(data);
    const auto backup = folder.path / "backup";
    REQUIRE(back_up({data, *log, erasures}, {}, backup));
    CHECK(back_up({data, *log, erasures}, {}, backup).error().type == "not-empty");
    CHECK(restore({backup, {}}, data).error().type == "not-empty");
    write_file(folder.path / "locked" / "run.lock", "");
    CHECK(restore({backup, {}}, folder.path / "locked"));
}

TEST_CASE("a backup that was not finished, or is of a newer program, is refused by name",
          "[backup]") {
    const tests::TempFolder folder;
    const auto data = folder.path / "shop";
    const auto log = open_log(data);
    Erasures erasures(data);
    const auto backup = folder.path / "backup";
    REQUIRE(back_up({data, *log, erasures}, {}, backup));
    const auto restored_from = [&](std::string_view manifest) {
        write_file(backup / "backup.json", manifest);
        const auto restored = restore({backup, {}}, folder.path / "restored");
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
