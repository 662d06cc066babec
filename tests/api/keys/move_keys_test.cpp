#include "api/move_keys.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "api/keys/key_transfer.hpp"
#include "api/keys/keys_schema.hpp"
#include "api/keys/postgres_shelf.hpp"
#include "api/keys_place.hpp"
#include "api/serve/data_folder.hpp"
#include "api/serve/shop_keys.hpp"
#include "api/staff_keys.hpp"
#include "api/system_clock.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_file.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/private_file.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::api {
namespace {

namespace fs = std::filesystem;

const SystemClock kClock;

// A shop whose log is in Kafka and whose keys are in its folder, closed.
struct ClosedShop {
    tests::TempFolder folder;
    fs::path data = folder.path / "data";
    LogId log = LogId::derive({"the log of", data.string()});
    Sealed ada = {};
    Sealed grace = {};  // erased
    Sealed alan = {};   // listed to be erased, and not destroyed
    Sealed card = {};
    Secrets secrets = {};
    std::string staff_key = {};

    ClosedShop() {
        REQUIRE(make_private_folder(data));
        REQUIRE(write_private(data / "log.json", R"({"log":"kafka://127.0.0.1:1/shop","log_id":")" +
                                                     log.to_string() + "\"}\n"));
        secrets = load_secrets(data, IfMissing::kMake).value();
        staff_key = StaffKeys::open(data, kClock).value()->add("Ada", {Role::kStaff})->secret;
        const auto keys = open();
        const auto seal = [&](std::string_view text, KeyUse use = KeyUse::kPerson) {
            return keys->seal(keys->new_key(use).value(), text).value();
        };
        ada = seal("Ada");
        grace = seal("Grace");
        alan = seal("Alan");
        card = seal("tok_ok", KeyUse::kToken);
        REQUIRE(keys->destroy(grace.key));
        Erasure listed;
        listed.keys = {alan.key};
        REQUIRE(Erasures(data).add({&listed, 1}));
    }

    std::unique_ptr<KeyStore> open() const { return KeyStore::open(data / "keys").value(); }
    bool is_locked_out() const {
        const auto opened = open_shop_keys(DataFolder::open(data).value(), "", kClock);
        return !opened && opened.error().type == "keys-elsewhere";
    }
    Result<MovedKeys> move_to(const tests::TestDatabase& postgres,
                              DamagedKeys damaged = DamagedKeys::kRefuse) const {
        return move_keys({data, postgres.conninfo(), damaged}, [](auto, auto) {});
    }
    Result<ShopKeys> open_moved(const tests::TestDatabase& postgres) const {
        return open_shop_keys(DataFolder::open(data).value(), postgres.conninfo(), kClock);
    }
    void damage(const Sealed& sealed) const {
        std::fstream file(data / "keys" / "keys", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(std::stoull(sealed.key) * 64 + 20));
        file.write("damaged", 7);
    }
};

std::string type_of_error(const Result<MovedKeys>& moved) {
    return moved ? "" : moved.error().type;
}

std::string keys_in(const tests::TestDatabase& postgres) {
    return postgres.rows("SELECT count(*) FROM shop_keys.key");
}

TEST_CASE("a shop whose keys were moved reads what it read before, and nothing else") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    const auto moved = shop.move_to(postgres);
    REQUIRE(moved);
    CHECK(moved->damaged.empty());
    CHECK(shop.is_locked_out());
    const auto keys = shop.open_moved(postgres);
    REQUIRE(keys);
    KeyStore& store = *keys->store;
    CHECK(store.open(shop.ada) == "Ada");
    CHECK(store.open(shop.card) == "tok_ok");
    CHECK(store.open(shop.grace).error().type == "erased");
    CHECK(store.open(shop.alan).error().type == "erased");
    CHECK(keys->secrets.signing == shop.secrets.signing);
    CHECK(keys->secrets.cart_tokens == shop.secrets.cart_tokens);
    CHECK(keys->secrets.command_ids == shop.secrets.command_ids);
    CHECK(keys->log_name == shop.log);
    const auto staff =
        StaffKeys::open(shop.data, kClock, keys->shelf->text(std::string(kStaffKeysText))).value();
    CHECK(staff->find(shop.staff_key));
    CHECK(postgres.rows("SELECT use, number FROM shop_keys.key WHERE number = " +
                        std::to_string(std::stoull(shop.card.key))) ==
          "token|" + std::to_string(std::stoull(shop.card.key)) + "\n");
}

TEST_CASE("keys made after a move have numbers that no key of the folder had") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    shop.open()->destroy(shop.card.key).value();
    const auto whole = fs::file_size(shop.data / "keys" / "keys") / 64;
    REQUIRE(shop.move_to(postgres));
    const auto keys = shop.open_moved(postgres);
    REQUIRE(keys);
    CHECK(std::stoull(keys->store->new_key().value()) >= whole);
}

TEST_CASE("what the folder had is put aside, and its sandbox's secret stays") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    REQUIRE(load_secret(shop.data, "sandbox-webhook", IfMissing::kMake));
    REQUIRE(shop.move_to(postgres));
    for (const char* name : {"keys", "command-ids", "cart-tokens", "signing", "staff-keys.json"})
        CHECK(fs::exists(shop.data / "keys.moved" / name));
    CHECK_FALSE(fs::exists(shop.data / "keys"));
    CHECK(fs::exists(shop.data / "secrets" / "sandbox-webhook"));
    CHECK(type_of_error(shop.move_to(postgres)) == "keys-elsewhere");
}

TEST_CASE("keys are not moved while the shop runs, nor where other keys are") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    SECTION("it runs") {
        const auto running = DataFolder::open(shop.data);
        CHECK(type_of_error(shop.move_to(postgres)) == "already-running");
    }
    SECTION("a shop has begun there") {
        REQUIRE(PostgresShelf::open(postgres.conninfo(), kClock).value()->secrets());
        CHECK(type_of_error(shop.move_to(postgres)) == "not-empty");
    }
    SECTION("another shop was moved there") {
        REQUIRE(ClosedShop().move_to(postgres));
        CHECK(type_of_error(shop.move_to(postgres)) == "not-empty");
    }
    SECTION("another shop's move there was cut short") {
        auto other = KeyTransfer::open(postgres.conninfo()).value();
        REQUIRE(other.begin(LogId::derive({"another"})));
        REQUIRE(other.commit(0));
        CHECK(type_of_error(shop.move_to(postgres)) == "not-empty");
    }
    CHECK(shop.open()->open(shop.ada) == "Ada");
    CHECK_FALSE(shop.is_locked_out());
}

// As far as step 1 of move_keys.hpp.
void begin_move(const ClosedShop& shop, const tests::TestDatabase& postgres) {
    auto transfer = KeyTransfer::open(postgres.conninfo()).value();
    REQUIRE(transfer.begin(shop.log));
    const auto file = KeyFile::open(shop.data / "keys" / "keys").value();
    REQUIRE(file->read_all([&](const KeyBlock& block) {
        std::vector<KeyRecord> keys;
        for (const KeyRecord& key : block.keys)
            if (!key.destroyed) keys.push_back(key);
        return transfer.add_keys(keys);
    }));
    REQUIRE(transfer.add_secret("signing", "x"));
    REQUIRE(transfer.commit(file->last_number()));
}

TEST_CASE("whoever is erased after a move was cut short is not in the one that goes on") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    begin_move(shop, postgres);
    CHECK(keys_in(postgres) != "0\n");
    CHECK(PostgresShelf::open(postgres.conninfo(), kClock).error().type == "keys-moving");
    CHECK(shop.open()->destroy(shop.ada.key).value().empty());  // the shop was open again
    REQUIRE(shop.move_to(postgres));
    CHECK(shop.open_moved(postgres)->store->open(shop.ada).error().type == "erased");
}

TEST_CASE("a move that was cut short once the folder knew of it is ended by the next") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    begin_move(shop, postgres);
    REQUIRE(remember_keys_shop(shop.data, shop.log));
    CHECK(shop.is_locked_out());
    CHECK(shop.open_moved(postgres).error().type == "keys-moving");
    SECTION("in another database there is nothing to end") {
        SHOP_WITH_POSTGRES(other);
        CHECK(type_of_error(shop.move_to(other)) == "other-keys");
    }
    REQUIRE(shop.move_to(postgres));
    CHECK(shop.open_moved(postgres)->store->open(shop.ada) == "Ada");
    CHECK(fs::exists(shop.data / "keys.moved" / "keys"));
}

TEST_CASE("as long as a move is not done the folder of keys is there, and the next one ends it") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    SECTION("the database could not be opened to the shop") {
        begin_move(shop, postgres);
        REQUIRE(remember_keys_shop(shop.data, shop.log));
        (void)postgres.rows(R"(
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
            CREATE TRIGGER refuse BEFORE DELETE ON shop_keys.kept_text FOR EACH ROW
            EXECUTE FUNCTION refuse())");
        CHECK_FALSE(shop.move_to(postgres));
        CHECK(fs::exists(shop.data / "keys.moved" / "keys"));
        CHECK(fs::exists(shop.data / "keys"));
        (void)postgres.rows("DROP TRIGGER refuse ON shop_keys.kept_text");
    }
    SECTION("it was, and the folder was left") {
        REQUIRE(shop.move_to(postgres));
        REQUIRE(make_private_folder(shop.data / "keys"));
    }
    REQUIRE(shop.move_to(postgres));
    CHECK_FALSE(fs::exists(shop.data / "keys"));
    CHECK(shop.open_moved(postgres)->store->open(shop.ada) == "Ada");
    CHECK(type_of_error(shop.move_to(postgres)) == "keys-elsewhere");
}

TEST_CASE("a folder whose keys were moved is not opened with another shop's") {
    SHOP_WITH_POSTGRES(postgres);
    SHOP_WITH_POSTGRES(others);
    const ClosedShop shop;
    const ClosedShop other;
    CHECK(shop.open_moved(postgres).error().type == "keys-elsewhere");
    REQUIRE(shop.move_to(postgres));
    REQUIRE(other.move_to(others));
    CHECK(shop.open_moved(others).error().type == "other-keys");
}

TEST_CASE("a damaged key keeps the keys where they are, unless it may be left") {
    SHOP_WITH_POSTGRES(postgres);
    const ClosedShop shop;
    shop.damage(shop.card);
    CHECK(type_of_error(shop.move_to(postgres)) == "damaged-keys");
    CHECK(keys_in(postgres) == "0\n");
    CHECK_FALSE(shop.is_locked_out());
    const auto moved = shop.move_to(postgres, DamagedKeys::kLeave);
    REQUIRE(moved);
    CHECK(moved->damaged == std::vector<std::uint64_t>{std::stoull(shop.card.key)});
    const auto keys = shop.open_moved(postgres);
    CHECK(keys->store->open(shop.ada) == "Ada");
    CHECK(keys->store->open(shop.card).error().type == "erased");
}

}  // namespace
}  // namespace shop::api
