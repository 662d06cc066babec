// The lists of keys that were destroyed (events/keys/erasures.hpp).
#include "events/keys/erasures.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "events/keys/key_store.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

namespace fs = std::filesystem;

constexpr Time kNovember{1'795'608'000'000'000};

// The n-th month from November 2026 on.
Time month(int n) {
    return kNovember + days(std::int64_t{n} * 61 / 2);
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

void add_text(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

ino_t file_number(const fs::path& path) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
}

Erasure of_customer(const std::string& name) {
    return {CustomerId::derive({name}), {"7.AAAAAAAA"}, {"asked", ""}, kNovember};
}

struct Fixture {
    tests::TempFolder folder;
    fs::path data = folder.path / "shop";
    fs::path backups = folder.path / "backups";
    fs::path copy = backups / "erasures";
    Erasures erasures{data};

    Fixture() {
        fs::create_directories(data);
        fs::create_directories(backups);
        fs::permissions(data, fs::perms::owner_all);
    }
    // Expects each copy to be written.
    void add(const std::string& customer) {
        const Erasure erasure = of_customer(customer);
        const auto failed = erasures.add({&erasure, 1});
        REQUIRE(failed);
        CHECK(failed->empty());
    }
    void add_expired(const std::string& key, Time now = kNovember) {
        const auto failed = erasures.add_expired({key}, now);
        REQUIRE(failed);
        CHECK(failed->empty());
    }
    fs::path expired(const std::string& month) const {
        return erasures.list().string() + "." + month;
    }
    // The keys on a list.
    static std::vector<std::string> keys_in(const fs::path& list) {
        std::vector<std::string> keys;
        const auto erasures = read_erasures(list);
        REQUIRE(erasures);
        for (const Erasure& each : *erasures)
            keys.insert(keys.end(), each.keys.begin(), each.keys.end());
        return keys;
    }
    std::vector<Erasure> listed() const {
        const auto all = erasures.all();
        REQUIRE(all);
        return *all;
    }
};

TEST_CASE("who was erased is listed, and the list is not written again for the next one") {
    Fixture shop;
    REQUIRE(shop.erasures.keep_copy_in(shop.backups));
    shop.add("Ada");
    shop.add_expired("8.AAAAAAAA");
    const auto files = {shop.erasures.list(), shop.expired("2026-11"), shop.copy,
                        fs::path(shop.copy.string() + ".2026-11")};
    std::vector<std::pair<ino_t, std::string>> before;
    for (const fs::path& file : files) before.emplace_back(file_number(file), read_file(file));
    shop.add("Grace");
    shop.add_expired("9.AAAAAAAA");
    std::size_t i = 0;
    for (const fs::path& file : files) {
        INFO(file);
        CHECK(file_number(file) == before[i].first);
        CHECK(read_file(file).starts_with(before[i++].second));
    }
    CHECK(shop.listed() == std::vector{of_customer("Ada"), of_customer("Grace")});
    CHECK(Fixture::keys_in(shop.expired("2026-11")) ==
          std::vector<std::string>{"8.AAAAAAAA", "9.AAAAAAAA"});
    CHECK(read_file(shop.copy) == read_file(shop.erasures.list()));
    CHECK(read_file(shop.copy.string() + ".2026-11") == read_file(shop.expired("2026-11")));
}

TEST_CASE("a list of which a crash left the last line torn is read without it, and goes on") {
    Fixture shop;
    shop.add("Ada");
    const std::string whole = read_file(shop.erasures.list());
    SECTION("torn") {
        add_text(shop.erasures.list(), whole.substr(0, GENERATE(1U, 20U, 50U)));
        CHECK(shop.listed() == std::vector{of_customer("Ada")});
        shop.add("Grace");
        CHECK(shop.listed() == std::vector{of_customer("Ada"), of_customer("Grace")});
    }
    SECTION("torn, and longer than what is read at once") {
        add_text(shop.erasures.list(), "{\"keys\":[\"" + std::string(10'000, 'A'));
        shop.add("Grace");
        CHECK(shop.listed() == std::vector{of_customer("Ada"), of_customer("Grace")});
    }
    SECTION("whole, but for its end: written by hand, it counts") {
        std::string line = whole;
        line.pop_back();
        write_file(shop.erasures.list(), whole + line);
        CHECK(shop.listed().size() == 2);
        shop.add("Grace");
        CHECK(shop.listed().size() == 3);
    }
    SECTION("control: a damaged line that has its end is none") {
        add_text(shop.erasures.list(), "{\"keys\":[\n");
        shop.add("Grace");
        const auto all = shop.erasures.all();
        REQUIRE_FALSE(all);
        CHECK(all.error().type == "damaged-erasures");
        CHECK(all.error().message.find("Line 2 of " + shop.erasures.list().string()) == 0);
        CHECK(all.error().message.find("another copy") != std::string::npos);
    }
}

TEST_CASE("a list of an earlier program, with carts between the customers, is read as before") {
    Fixture shop;
    write_file(shop.erasures.list(),
               R"({"customer":"cus_00000000000000000001","keys":["7.abcdefgh"],)"
               R"("reason":{"code":"asked"},"at":"2026-11-24T01:54:10.123456Z"})"
               "\n"
               R"({"keys":["8.abcdefgh"],"reason":{"code":"cart-expired"},)"
               R"("at":"2026-11-24T01:54:10.123456Z"})"
               "\n");
    fs::permissions(shop.erasures.list().parent_path(), fs::perms::owner_all);
    const auto before = shop.listed();
    REQUIRE(before.size() == 2);
    CHECK(before[1].customer.is_empty());
    CHECK(before[1].keys == std::vector<std::string>{"8.abcdefgh"});
    shop.add("Ada");
    CHECK(shop.listed().size() == 3);
}

TEST_CASE("keys of carts are kept for thirteen months, in copies too, and customers for ever") {
    Fixture shop;
    shop.add("Ada");
    REQUIRE(shop.erasures.keep_copy_in(shop.backups));
    const int months = GENERATE(14, 15, 40);
    for (int n = 0; n < months; ++n)
        shop.add_expired(std::to_string(n + 1) + ".AAAAAAAA", month(n));
    for (const fs::path& list : {shop.erasures.list(), shop.copy}) {
        std::vector<std::string> keys;
        for (const fs::path& each : expired_lists(list))
            keys.push_back(Fixture::keys_in(each).at(0));
        CHECK(keys.size() == 14);
        CHECK(keys.front() == std::to_string(months - 13) + ".AAAAAAAA");
        CHECK(keys.back() == std::to_string(months) + ".AAAAAAAA");
        CHECK(read_erasures(list) == std::vector{of_customer("Ada")});
    }
}

TEST_CASE("a clock that is years ahead costs no list of carts but the oldest") {
    Fixture shop;
    for (int n = 0; n < 14; ++n) shop.add_expired(std::to_string(n + 4) + ".AAAAAAAA", month(n));
    shop.add_expired("2.AAAAAAAA", kNovember + days(10'000));
    CHECK(expired_lists(shop.erasures.list()).size() == 14);
    CHECK(fs::exists(shop.expired("2026-12")));
    shop.add_expired("3.AAAAAAAA", month(13));
    CHECK(Fixture::keys_in(shop.expired(to_rfc3339(month(13)).substr(0, 7))).back() ==
          "3.AAAAAAAA");
}

TEST_CASE("a copy that missed something is made whole with the next") {
    Fixture shop;
    REQUIRE(shop.erasures.keep_copy_in(shop.backups));
    shop.add("Ada");
    shop.add_expired("8.AAAAAAAA");
    SECTION("for it could not be written") {
        const auto away = shop.folder.path / "away";
        fs::rename(shop.backups, away);
        const Erasure erasure = of_customer("Grace");
        const auto failed = shop.erasures.add({&erasure, 1});
        REQUIRE(failed);
        CHECK(*failed == std::vector{shop.backups});
        fs::rename(away, shop.backups);
    }
    SECTION("for somebody removed it") {
        fs::remove(shop.copy);
        fs::remove(shop.copy.string() + ".2026-11");
    }
    SECTION("for an old one was put back") {
        write_file(shop.copy, "");
    }
    SECTION("for the shop was stopped in between") {
        write_file(shop.copy, "");
        const Erasure erasure = of_customer("Grace");
        CHECK(Erasures(shop.data).add({&erasure, 1}).value().empty());
    }
    shop.add("Alan");
    shop.add_expired("9.AAAAAAAA");
    CHECK(read_erasures(shop.copy) == shop.erasures.all());
    CHECK(Fixture::keys_in(shop.copy.string() + ".2026-11") ==
          Fixture::keys_in(shop.expired("2026-11")));
}

TEST_CASE("a copy that missed something is made whole by the next start") {
    Fixture shop;
    REQUIRE(shop.erasures.keep_copy_in(shop.backups));
    shop.add("Ada");
    shop.add_expired("8.AAAAAAAA");
    const fs::path carts = shop.copy.string() + ".2026-11";
    const std::string text = read_file(shop.copy);
    SECTION("for a crash cut its last line off") {
        fs::resize_file(shop.copy, text.size() - 9);
    }
    SECTION("for a crash came before it") {
        write_file(shop.copy, "");
    }
    SECTION("of carts, too") {
        fs::remove(carts);
    }
    Erasures next(shop.data);
    CHECK(next.bring_up_copies().value().empty());
    CHECK(read_file(shop.copy) == text);
    CHECK(read_file(carts) == read_file(shop.expired("2026-11")));
    SECTION("and one that cannot be written is told") {
        fs::rename(shop.backups, shop.folder.path / "away");
        CHECK(next.bring_up_copies() == std::vector{shop.backups});
    }
}

TEST_CASE("the list of copies that cannot be read lets nothing be listed twice") {
    Fixture shop;
    fs::create_directories(shop.data / "erasures" / "copies");
    fs::permissions(shop.data / "erasures", fs::perms::owner_all);
    for (int tries = 0; tries < 3; ++tries) {
        CHECK_FALSE(shop.erasures.add_expired({"8.AAAAAAAA"}, kNovember));
        CHECK_FALSE(fs::exists(shop.expired("2026-11")));
    }
}

// ---- Keys ---------------------------------------------------------------------------------------

struct SealedShop : Fixture {
    std::unique_ptr<KeyStore> keys = KeyStore::open(data / "keys").value();
    std::vector<Sealed> sealed = {};
    std::vector<std::string> all = {};

    SealedShop() {
        for (int i = 0; i < 3; ++i) {
            sealed.push_back(keys->seal(keys->new_key().value(), "Ada").value());
            all.push_back(sealed.back().key);
        }
    }
    std::size_t readable() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            sealed, [&](const Sealed& each) { return keys->open(each).has_value(); }));
    }
};

TEST_CASE("the key of a cart is listed once, however often its expiry is cut off") {
    SealedShop shop;
    for (int tries = 0; tries < 3; ++tries)
        REQUIRE(carry_out_expired(shop.erasures, *shop.keys, shop.all, kNovember));
    CHECK(shop.readable() == 0);
    CHECK(Fixture::keys_in(shop.expired("2026-11")) == shop.all);
}

// For this process, writes behind so many bytes of a file fail.
struct FileLimit {
    rlimit before{};
    explicit FileLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
        const rlimit limit{bytes, before.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;
    ~FileLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_DFL);
    }
};

TEST_CASE("the key of a cart that is listed and cannot be destroyed is not listed again") {
    SealedShop shop;
    while (std::stoull(shop.all.back()) < 100) {  // far enough back in the file
        shop.sealed = {shop.keys->seal(shop.keys->new_key().value(), "Ada").value()};
        shop.all = {shop.sealed.front().key};
    }
    {
        const FileLimit limit(4'096);
        for (int tries = 0; tries < 3; ++tries)
            CHECK_FALSE(carry_out_expired(shop.erasures, *shop.keys, shop.all, kNovember));
    }
    CHECK(shop.readable() == 1);
    CHECK(Fixture::keys_in(shop.expired("2026-11")) == shop.all);
    REQUIRE(carry_out_expired(shop.erasures, *shop.keys, shop.all, kNovember));
    CHECK(shop.readable() == 0);
    CHECK(Fixture::keys_in(shop.expired("2026-11")) == shop.all);
    // Control: put back by an old copy of the keys, it is listed anew.
    shop.add_expired(shop.all.front());
    CHECK(Fixture::keys_in(shop.expired("2026-11")).size() == 2);
}

TEST_CASE("what cannot be added whole is taken back") {
    Fixture shop;
    shop.add("Ada");
    const std::string before = read_file(shop.erasures.list());
    {
        const FileLimit limit(before.size() + 20);
        const Erasure erasure = of_customer("Grace");
        CHECK_FALSE(shop.erasures.add({&erasure, 1}));
    }
    CHECK(read_file(shop.erasures.list()) == before);
    shop.add("Grace");
    CHECK(shop.listed().size() == 2);
}

TEST_CASE("nothing is in a list whose name may not be on the disk") {
    Fixture shop;
    const fs::path file = shop.folder.path / "lines";
    const int lowest = ::open("/dev/null", O_RDONLY);
    ::close(lowest);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit one_more{static_cast<rlim_t>(lowest) + 1, before.rlim_max};
    std::vector<bool> added;
    std::vector<std::uintmax_t> sizes;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &one_more) == 0);  // the list, and not its folder
    for (int tries = 0; tries < 2; ++tries) {
        added.push_back(append_lines(file, {"{}"}).has_value());
        sizes.push_back(fs::file_size(file));
    }
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(added == std::vector{false, false});
    CHECK(sizes == std::vector<std::uintmax_t>{0, 0});
    CHECK(append_lines(file, {"{}"}));
}

TEST_CASE("no key is destroyed that could not be listed") {
    SealedShop shop;
    SECTION("of a cart") {
        fs::create_directories(shop.expired("2026-11"));
        fs::permissions(shop.erasures.list().parent_path(), fs::perms::owner_all);
        const auto done = carry_out_expired(shop.erasures, *shop.keys, shop.all, kNovember);
        REQUIRE_FALSE(done);
        CHECK(done.error().type == "disk-failed");
    }
    SECTION("of a customer") {
        fs::create_directories(shop.erasures.list());
        fs::permissions(shop.erasures.list().parent_path(), fs::perms::owner_all);
        const Erasure erasure{CustomerId::derive({"Ada"}), shop.all, {}, {}};
        CHECK_FALSE(carry_out(shop.erasures, *shop.keys, {&erasure, 1}));
    }
    CHECK(shop.readable() == 3);
}

}  // namespace
}  // namespace shop
