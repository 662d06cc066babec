#include "events/keys/key_store.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "tests/support/temp_folder.hpp"

namespace shop {
namespace {

namespace fs = std::filesystem;

struct Fixture {
    tests::TempFolder folder;
    fs::path keys = folder.path / "keys";
    fs::path file = keys / "keys";

    std::unique_ptr<KeyStore> open() const {
        auto store = KeyStore::open(keys);
        REQUIRE(store.has_value());
        return std::move(*store);
    }
    Error error_of_open() const {
        auto store = KeyStore::open(keys);
        REQUIRE_FALSE(store.has_value());
        return store.error();
    }
    // A store with one sealed value, closed again.
    Sealed seal(const std::string& plain) const {
        const auto store = open();
        const auto key = store->new_key();
        REQUIRE(key.has_value());
        const auto sealed = store->seal(*key, plain);
        REQUIRE(sealed.has_value());
        return *sealed;
    }
    void change_byte(std::uint64_t offset) const {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(static_cast<std::streamoff>(offset));
        const char was = static_cast<char>(bytes.get());
        bytes.seekp(static_cast<std::streamoff>(offset));
        bytes.put(static_cast<char>(was ^ 1));
    }
};

mode_t mode_of(const fs::path& path) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

TEST_CASE("what was sealed for a person can be read after a restart") {
    const Fixture shop;
    const Sealed sealed = shop.seal("Ada Lovelace");
    CHECK(sealed.ciphertext.find("Ada") == std::string::npos);
    CHECK(shop.open()->open(sealed) == "Ada Lovelace");
}

TEST_CASE("the same text sealed twice looks different") {
    const Fixture shop;
    const auto store = shop.open();
    const auto key = store->new_key();
    CHECK(store->seal(*key, "Ada")->ciphertext != store->seal(*key, "Ada")->ciphertext);
}

TEST_CASE("a person whose key is destroyed is erased, also after a restart") {
    const Fixture shop;
    const Sealed sealed = shop.seal("Ada Lovelace");
    SECTION("durably") {
        const auto store = shop.open();
        CHECK(store->destroy(sealed.key).has_value());
        CHECK(store->open(sealed).error().type == "erased");
        CHECK(store->destroy(sealed.key).has_value());
    }
    SECTION("soon") {
        const auto store = shop.open();
        CHECK(store->destroy_soon(sealed.key).has_value());
        CHECK(store->open(sealed).error().type == "erased");
    }
    const auto store = shop.open();
    CHECK(store->open(sealed).error().code == ErrorCode::kNotFound);
    CHECK(store->seal(sealed.key, "again").error().type == "erased");
}

TEST_CASE("a destroyed key leaves no trace of its bytes in the file") {
    const Fixture shop;
    const auto read = [&] {
        std::ifstream in(shop.file, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const Sealed sealed = shop.seal("Ada");
    const auto number = std::stoull(sealed.key);
    const std::string before = read().substr(number * 64 + 8, 32);
    CHECK(shop.open()->destroy(sealed.key).has_value());
    CHECK(read().find(before) == std::string::npos);
}

TEST_CASE("tokens that nobody needs any more end at the next start, and persons stay") {
    const Fixture shop;
    const auto seal = [](KeyStore& store, KeyUse use) {
        return store.seal(store.new_key(use).value(), "secret").value();
    };
    std::vector<Sealed> persons;
    std::vector<Sealed> tokens;
    {
        const auto store = shop.open();
        for (int i = 0; i < 3; ++i) {
            persons.push_back(seal(*store, KeyUse::kPerson));
            tokens.push_back(seal(*store, KeyUse::kToken));
        }
    }
    {
        const auto store = shop.open();
        tokens.push_back(seal(*store, KeyUse::kToken));
        store->destroy_old_tokens({tokens[1].key});
    }
    const auto store = shop.open();
    for (const Sealed& person : persons) CHECK(store->open(person) == "secret");
    CHECK(store->open(tokens[0]).error().type == "erased");
    CHECK(store->open(tokens[1]) == "secret");
    CHECK(store->open(tokens[2]).error().type == "erased");
    CHECK(store->open(tokens[3]) == "secret");
}

TEST_CASE("a key unknown to this shop reads as erased") {
    const Fixture shop;
    const Sealed sealed = shop.seal("Ada");
    const auto store = shop.open();
    for (const char* key : {"", "nonsense", "1.AAAAAAAA", "999999.AAAAAAAA", "0.AAAAAAAA"})
        CHECK(store->open({key, sealed.ciphertext}).error().type == "erased");
}

TEST_CASE("a sealed value that was tampered with is refused") {
    const Fixture shop;
    const auto store = shop.open();
    const auto key = store->new_key();
    const auto other = store->new_key();
    const Sealed sealed = *store->seal(*key, "Ada");
    Sealed changed = sealed;
    changed.ciphertext[20] = changed.ciphertext[20] == 'A' ? 'B' : 'A';
    CHECK(store->open(changed).error().code == ErrorCode::kCorrupt);
    CHECK(store->open({*other, sealed.ciphertext}).error().code == ErrorCode::kCorrupt);
    CHECK(store->open({*key, "x"}).error().code == ErrorCode::kCorrupt);
}

TEST_CASE("no key is handed out twice, over restarts and threads") {
    const Fixture shop;
    std::set<std::string> keys;
    std::mutex mutex;
    for (int start = 0; start < 3; ++start) {
        const auto store = shop.open();
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 1'500; ++n) {
                    const auto key = store->new_key();
                    const std::lock_guard lock(mutex);
                    CHECK(keys.insert(key.value_or("")).second);
                }
            });
    }
    CHECK(keys.size() == 3UZ * 4UZ * 1'500UZ);
}

TEST_CASE("keys older than memory holds are read from the file") {
    const Fixture shop;
    const auto store = shop.open();
    const auto first = store->new_key();
    const Sealed sealed = *store->seal(*first, "Ada");
    for (int n = 0; n < 20'000; ++n) REQUIRE(store->new_key().has_value());
    CHECK(store->open(sealed) == "Ada");
}

TEST_CASE("a block of keys that a crash left half written is cut") {
    const Fixture shop;
    const Sealed sealed = shop.seal("Ada");
    const auto whole = fs::file_size(shop.file);
    {
        std::ofstream tail(shop.file, std::ios::app | std::ios::binary);
        tail << std::string(100, 'x');
    }
    CHECK(shop.open()->open(sealed) == "Ada");
    CHECK((fs::file_size(shop.file) - whole) % 64 == 0);
}

TEST_CASE("damage of the whole file of keys stops the start and names file and remedy") {
    const Fixture shop;
    shop.seal("Ada");
    SECTION("in so many keys that it is not some of them") {
        for (std::uint64_t number = 1; number <= 1'025; ++number) shop.change_byte(number * 64);
    }
    SECTION("in the header") {
        shop.change_byte(3);
    }
    SECTION("in the count") {
        shop.change_byte(41);
    }
    SECTION("keys are missing at the end") {
        fs::resize_file(shop.file, 640);
    }
    const Error error = shop.error_of_open();
    CHECK(error.code == ErrorCode::kCorrupt);
    CHECK(error.message.find(shop.file.string()) != std::string::npos);
    CHECK(error.message.find("backup") != std::string::npos);
}

TEST_CASE("a damaged key is told at the start, and only what is sealed under it cannot be read") {
    const Fixture shop;
    const Sealed ada = shop.seal("Ada");
    const Sealed grace = shop.seal("Grace");
    CHECK_FALSE(shop.open()->damage());
    shop.change_byte(std::stoull(ada.key) * 64 + 20);
    const auto store = shop.open();
    const auto damage = store->damage();
    REQUIRE(damage);
    CHECK(damage->type == "damaged-keys");
    const std::string place = std::to_string(std::stoull(ada.key) * 64);
    CHECK(damage->message.starts_with(shop.file.string() + " is damaged at byte " + place + "."));
    CHECK(damage->message.find("backup") != std::string::npos);
    CHECK(store->open(ada).error().type == "damaged-keys");
    CHECK(store->open(grace) == "Grace");
    CHECK(store->open(store->seal(store->new_key().value(), "Alan").value()) == "Alan");
}

TEST_CASE("a damaged key is destroyed, as are all others, unless nobody can tell whose it is") {
    const Fixture shop;
    const Sealed ada = shop.seal("Ada");
    const Sealed grace = shop.seal("Grace");
    const std::uint64_t place = std::stoull(ada.key) * 64;
    const std::vector<std::string> all{ada.key, grace.key};
    SECTION("in its bytes: it is overwritten") {
        shop.change_byte(place + 20);
        const auto store = shop.open();
        CHECK(store->not_destroyed(all) == all);
        CHECK(store->destroy(all).value().empty());
        CHECK(store->not_destroyed(all).empty());
        CHECK(store->open(ada).error().type == "erased");
        CHECK(store->open(grace).error().type == "erased");
        CHECK_FALSE(shop.open()->damage());
    }
    SECTION("in its tag: it is left, for the number may be of another key") {
        shop.change_byte(place + 2);
        const auto store = shop.open();
        CHECK(store->destroy(all) == std::vector{ada.key});
        CHECK(store->not_destroyed(all) == std::vector{ada.key});
        CHECK(store->open(ada).error().type == "damaged-keys");
        CHECK(store->open(grace).error().type == "erased");
        shop.change_byte(place + 2);  // as a backup has it
        CHECK(store->destroy(all).value().empty());
        CHECK(store->open(ada).error().type == "erased");
    }
}

TEST_CASE("keys are for their owner alone") {
    const Fixture shop;
    shop.seal("Ada");
    CHECK(mode_of(shop.keys) == 0700);
    CHECK(mode_of(shop.file) == 0600);
    SECTION("an open file is refused") {
        REQUIRE(::chmod(shop.file.c_str(), 0644) == 0);
    }
    SECTION("an open folder is refused") {
        REQUIRE(::chmod(shop.keys.c_str(), 0755) == 0);
    }
    CHECK(shop.error_of_open().type == "not-private");
}

TEST_CASE("a shop with a log does not start without its keys") {
    const Fixture shop;
    const auto store = KeyStore::open(shop.keys, IfMissing::kRefuse);
    REQUIRE_FALSE(store.has_value());
    CHECK(store.error().type == "no-keys");
    CHECK_FALSE(fs::exists(shop.keys));
}

}  // namespace
}  // namespace shop
