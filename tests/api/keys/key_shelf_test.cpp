#include "events/keys/key_shelf.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "api/keys/postgres_shelf.hpp"
#include "api/staff_keys.hpp"
#include "api/system_clock.hpp"
#include "events/keys/key_file.hpp"
#include "events/keys/key_store.hpp"
#include "tests/support/manual_time.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::api {
namespace {

const SystemClock kClock;

std::unique_ptr<PostgresShelf> shelf_in(const tests::TestDatabase& postgres) {
    auto shelf = PostgresShelf::open(postgres.conninfo(), kClock);
    if (!shelf) FAIL(shelf.error().message);
    return std::move(*shelf);
}

std::unique_ptr<KeyStore> store_in(const tests::TestDatabase& postgres) {
    return std::make_unique<KeyStore>(shelf_in(postgres));
}

// ---- Of every shelf -----------------------------------------------------------------------------

using Open = std::function<std::unique_ptr<KeyShelf>()>;

void check_keeps_keys(const Open& open) {
    std::vector<KeyRecord> persons;
    std::vector<KeyRecord> tokens;
    {
        const auto shelf = open();
        persons = shelf->append(10, KeyUse::kPerson).value();
        tokens = shelf->append(3, KeyUse::kToken).value();
    }
    CHECK(persons.size() == 10);
    CHECK(tokens.size() == 3);
    const auto shelf = open();
    for (const auto& keys : {persons, tokens})
        for (const KeyRecord& key : keys) {
            const auto found = shelf->read(key.name()).value();
            REQUIRE(found);
            CHECK(found->key == key.key);
            CHECK(found->use == key.use);
            CHECK_FALSE(found->destroyed);
        }
}

void check_destroys(const Open& open) {
    const auto shelf = open();
    const auto keys = shelf->append(2, KeyUse::kPerson).value();
    CHECK(shelf->destroy(keys[0].name()).has_value());
    CHECK(shelf->sync().has_value());
    CHECK(shelf->destroy(keys[0].name()).has_value());
    const auto later = open();
    const auto found = later->read(keys[0].name()).value();
    REQUIRE(found);
    CHECK(found->destroyed);
    CHECK(found->key == DataKey{});
    CHECK(later->read(keys[1].name()).value()->key == keys[1].key);
}

void check_tells_keys_apart(const Open& open) {
    const auto shelf = open();
    const KeyRecord key = shelf->append(1, KeyUse::kPerson).value().front();
    KeyName other = key.name();
    other.tag[0] ^= 1;
    CHECK(shelf->read(other) == std::nullopt);
    CHECK(shelf->destroy(other).has_value());
    CHECK(shelf->read(key.name()).value()->key == key.key);
    CHECK(shelf->read({.number = 999'999'999, .tag = key.tag}) == std::nullopt);
}

void check_shelf(const Open& open) {
    check_keeps_keys(open);
    check_destroys(open);
    check_tells_keys_apart(open);
}

TEST_CASE("keys are kept, destroyed and told apart in a file") {
    const tests::TempFolder folder;
    check_shelf(
        [&]() -> std::unique_ptr<KeyShelf> { return KeyFile::open(folder.path / "keys").value(); });
}

TEST_CASE("keys are kept, destroyed and told apart in Postgres") {
    SHOP_WITH_POSTGRES(postgres);
    check_shelf([&]() -> std::unique_ptr<KeyShelf> { return shelf_in(postgres); });
}

// ---- Of several processes -----------------------------------------------------------------------

// True once `holds` does, false after five seconds.
bool comes_true(const std::function<bool()>& holds) {
    for (int turn = 0; turn < 500; ++turn) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

bool is_erased(KeyStore& store, const Sealed& sealed) {
    const auto opened = store.open(sealed);
    return !opened && opened.error().type == "erased";
}

Sealed seal_for_somebody(KeyStore& store) {
    return store.seal(store.new_key().value(), "Ada Lovelace").value();
}

TEST_CASE("what one process sealed, another one reads, until any of them destroys the key") {
    SHOP_WITH_POSTGRES(postgres);
    const auto here = store_in(postgres);
    const auto there = store_in(postgres);
    const Sealed sealed = seal_for_somebody(*here);
    CHECK(there->open(sealed) == "Ada Lovelace");
    CHECK(here->destroy(sealed.key).has_value());
    CHECK(is_erased(*here, sealed));
    CHECK(comes_true([&] { return is_erased(*there, sealed); }));
    CHECK(postgres.rows("SELECT count(*) FROM shop_keys.key WHERE value IS NULL") == "1\n");
}

// A shelf that is told nothing of what others do.
class Deaf final : public KeyShelf {
  public:
    explicit Deaf(std::unique_ptr<KeyShelf> shelf) : shelf_(std::move(shelf)) {}
    Result<std::vector<KeyRecord>> append(std::size_t count, KeyUse use) override {
        return shelf_->append(count, use);
    }
    Result<std::optional<KeyRecord>> read(const KeyName& name) const override {
        return shelf_->read(name);
    }
    using KeyShelf::destroy;
    Status destroy(const KeyName& name) override { return shelf_->destroy(name); }
    Status sync() override { return shelf_->sync(); }
    Result<std::vector<KeyRecord>> old_tokens() override { return shelf_->old_tokens(); }
    KeyNews news() override {
        (void)shelf_->news();
        ++asked;
        return {};
    }
    std::atomic<int> asked = 0;

  private:
    const std::unique_ptr<KeyShelf> shelf_;
};

TEST_CASE("control: a process that is not told of destroyed keys reads on") {
    SHOP_WITH_POSTGRES(postgres);
    const auto here = store_in(postgres);
    auto shelf = std::make_unique<Deaf>(shelf_in(postgres));
    const Deaf& deaf = *shelf;
    KeyStore there(std::move(shelf));
    const Sealed sealed = seal_for_somebody(*here);
    CHECK(there.open(sealed) == "Ada Lovelace");
    CHECK(here->destroy(sealed.key).has_value());
    const int asked = deaf.asked;
    CHECK(comes_true([&] { return deaf.asked > asked + 1; }));
    CHECK(there.open(sealed) == "Ada Lovelace");
}

// Of all processes but psql's.
void cut_connections(const tests::TestDatabase& postgres) {
    (void)postgres.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND datname = current_database()");
}

TEST_CASE("a key destroyed while a process could not hear of it is not read there") {
    SHOP_WITH_POSTGRES(postgres);
    const auto here = store_in(postgres);
    const auto there = store_in(postgres);
    const Sealed sealed = seal_for_somebody(*here);
    CHECK(there->open(sealed) == "Ada Lovelace");
    cut_connections(postgres);
    // By hand, so that nobody is told.
    (void)postgres.rows(
        "UPDATE shop_keys.key SET value = NULL, destroyed_at = now() WHERE number = " +
        sealed.key.substr(0, sealed.key.find('.')));
    CHECK(comes_true([&] { return is_erased(*there, sealed); }));
}

TEST_CASE("connections to the keys that are cut are made again") {
    SHOP_WITH_POSTGRES(postgres);
    const auto store = store_in(postgres);
    const Sealed sealed = seal_for_somebody(*store);
    cut_connections(postgres);
    CHECK(comes_true([&] { return store->open(sealed) == "Ada Lovelace"; }));
    CHECK(comes_true([&] { return store->destroy(sealed.key).has_value(); }));
    CHECK(is_erased(*store, sealed));
}

TEST_CASE("a database of keys that says nothing holds up no second caller") {
    SHOP_WITH_POSTGRES(postgres);
    const auto shelf = shelf_in(postgres);
    const KeyName name = shelf->append(1, KeyUse::kPerson).value().front().name();
    REQUIRE(shelf->read(name).value());
    std::vector<std::unique_ptr<tests::Frozen>> frozen;
    std::istringstream pids(
        postgres.rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND "
                      "pid <> pg_backend_pid()"));
    for (pid_t pid = 0; pids >> pid;) frozen.push_back(std::make_unique<tests::Frozen>(pid));
    CHECK(shelf->read(name).error().type == "keys-away");
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) CHECK(shelf->read(name).error().type == "keys-away");
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(1));
    (void)shelf->news();  // connects
    CHECK(shelf->read(name).value());
}

TEST_CASE("no key is handed out by two processes") {
    SHOP_WITH_POSTGRES(postgres);
    const auto here = store_in(postgres);
    const auto there = store_in(postgres);
    std::set<std::string> all;
    for (int i = 0; i < 3'000; ++i) {
        all.insert(here->new_key().value());
        all.insert(there->new_key(i % 2 == 0 ? KeyUse::kToken : KeyUse::kPerson).value());
    }
    CHECK(all.size() == 6'000);
}

// ---- Tokens of dead processes -------------------------------------------------------------------

std::unique_ptr<PostgresShelf> shelf_in(const tests::TestDatabase& postgres, const Clock& clock) {
    return PostgresShelf::open(postgres.conninfo(), clock).value();
}

// A process that makes keys, and one that looks after what others left.
struct Pair {
    explicit Pair(const tests::TestDatabase& postgres)
        : maker(shelf_in(postgres, clock)), looker(shelf_in(postgres, clock)) {
        (void)maker->news();
        made = maker->append(3, KeyUse::kToken).value();
        persons = maker->append(3, KeyUse::kPerson).value();
        CHECK(looker->append(3, KeyUse::kToken).has_value());
        CHECK(left_behind().empty());
    }
    std::set<std::string> left_behind() const {
        std::set<std::string> ids;
        for (const KeyRecord& token : looker->old_tokens().value()) ids.insert(token.id());
        return ids;
    }
    tests::ManualClock clock;
    std::unique_ptr<PostgresShelf> maker;
    std::unique_ptr<PostgresShelf> looker;
    std::vector<KeyRecord> made;
    std::vector<KeyRecord> persons;
};

TEST_CASE("tokens of a process that gave no sign of life for an hour are left behind") {
    SHOP_WITH_POSTGRES(postgres);
    Pair pair(postgres);
    pair.clock.advance(minutes(59));
    CHECK(pair.left_behind().empty());
    pair.clock.advance(minutes(1));
    CHECK(pair.left_behind() == std::set{pair.made[0].id(), pair.made[1].id(), pair.made[2].id()});
    CHECK(pair.looker->destroy(pair.made[0].name()).has_value());
    CHECK(pair.left_behind() == std::set{pair.made[1].id(), pair.made[2].id()});
}

TEST_CASE("tokens of a process that lives are never left behind, however late its signs are") {
    SHOP_WITH_POSTGRES(postgres);
    Pair pair(postgres);
    for (int turn = 0; turn < 5; ++turn) {
        pair.clock.advance(minutes(50));
        CHECK(pair.maker->news().is_alive_for == minutes(30));
        CHECK(pair.left_behind().empty());
    }
    CHECK_FALSE(pair.maker->news().is_alive_for);  // one a minute
}

TEST_CASE("the server's clock, set right by hours, makes nobody look dead") {
    SHOP_WITH_POSTGRES(postgres);
    Pair pair(postgres);
    (void)postgres.rows("UPDATE shop_keys.key_maker SET seen_at = seen_at - interval '5 hours'");
    CHECK(pair.left_behind().empty());
}

TEST_CASE("of the tokens that a dead process left those stay that are needed") {
    SHOP_WITH_POSTGRES(postgres);
    Pair pair(postgres);
    pair.maker.reset();
    pair.clock.advance(hours(1));
    CHECK(pair.left_behind().size() == 3);
    KeyStore store(std::move(pair.looker));
    store.destroy_old_tokens({pair.made[1].id()});
    const std::vector<std::string> all{pair.made[0].id(), pair.made[1].id(), pair.made[2].id(),
                                       pair.persons[0].id()};
    CHECK(comes_true([&] { return store.not_destroyed(all) == std::vector{all[1], all[3]}; }));
}

TEST_CASE("many keys are destroyed at once, and told of") {
    SHOP_WITH_POSTGRES(postgres);
    const auto here = store_in(postgres);
    const auto there = store_in(postgres);
    std::vector<Sealed> sealed;
    std::vector<std::string> keys;
    for (int i = 0; i < 1'200; ++i) {
        sealed.push_back(seal_for_somebody(*here));
        keys.push_back(sealed.back().key);
    }
    CHECK(there->open(sealed.back()) == "Ada Lovelace");
    CHECK(here->destroy(keys).value().empty());
    CHECK(here->not_destroyed(keys).empty());
    CHECK(comes_true([&] { return is_erased(*there, sealed.back()); }));
}

TEST_CASE("processes that ask for a secret at once agree on one") {
    SHOP_WITH_POSTGRES(postgres);
    std::vector<std::string> secrets(4);
    {
        std::vector<std::jthread> processes;
        for (std::string& secret : secrets)
            processes.emplace_back([&] {
                auto shelf = PostgresShelf::open(postgres.conninfo(), kClock);
                if (shelf) secret = (*shelf)->secret("cart-tokens").value_or("");
            });
    }
    CHECK(secrets[0].size() == 43);
    for (const std::string& secret : secrets) CHECK(secret == secrets[0]);
    CHECK(shelf_in(postgres)->secret("signing") != secrets[0]);
}

TEST_CASE("a shop with a log does not make new keys in an empty database") {
    SHOP_WITH_POSTGRES(postgres);
    const auto refused = PostgresShelf::open(postgres.conninfo(), kClock, IfMissing::kRefuse);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "no-keys");
    CHECK(postgres.rows("SELECT to_regclass('shop_keys.key') IS NULL") == "t\n");
    (void)shelf_in(postgres)->secret("signing");
    CHECK(PostgresShelf::open(postgres.conninfo(), kClock, IfMissing::kRefuse).has_value());
}

TEST_CASE("a staff key made at one process opens another one, until it is revoked") {
    SHOP_WITH_POSTGRES(postgres);
    const tests::TempFolder folder;
    const auto here = shelf_in(postgres);
    const auto there = shelf_in(postgres);
    const auto keys_of = [&](PostgresShelf& shelf) {
        return StaffKeys::open(folder.path, kClock, shelf.text("staff-keys")).value();
    };
    const auto ours = keys_of(*here);
    const auto theirs = keys_of(*there);
    const auto made = ours->add("Ada", {Role::kStaff}).value();
    CHECK(comes_true([&] { return theirs->find(made.secret).has_value(); }));
    REQUIRE(theirs->revoke(made.id));
    CHECK(comes_true([&] { return !ours->find(made.secret); }));
    CHECK_FALSE(std::filesystem::exists(folder.path / "staff-keys.json"));
}

TEST_CASE("staff keys made at the same moment by several processes are all kept") {
    SHOP_WITH_POSTGRES(postgres);
    const tests::TempFolder folder;
    const auto shelf = shelf_in(postgres);
    {
        std::vector<std::jthread> processes;
        for (int i = 0; i < 4; ++i)
            processes.emplace_back([&] {
                const auto mine = shelf_in(postgres);
                const auto keys =
                    StaffKeys::open(folder.path, kClock, mine->text("staff-keys")).value();
                for (int k = 0; k < 5; ++k) (void)keys->add("Ada", {Role::kStaff});
            });
    }
    const auto keys = StaffKeys::open(folder.path, kClock, shelf->text("staff-keys")).value();
    CHECK(keys->list().size() == 20);
}

}  // namespace
}  // namespace shop::api
