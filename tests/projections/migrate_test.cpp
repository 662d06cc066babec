#include "projections/migrate.hpp"

#include <catch2/catch.hpp>

#include "tests/support/postgres.hpp"

using namespace shop;
using projections::migrate;
using projections::SqlFile;

namespace {

constexpr SqlFile kFirst{"0001_first", "CREATE TABLE one (a int)"};
constexpr SqlFile kSecond{"0002_second", "CREATE TABLE two (a int); INSERT INTO two VALUES (7)"};
constexpr SqlFile kBroken{"0003_broken", "CREATE TABLE three (a int); SELECT nonsense"};

}  // namespace

TEST_CASE("every migration of the program applies to an empty database, once") {
    SHOP_WITH_POSTGRES(postgres);
    auto database = postgres.connect();
    const auto first = migrate(database);
    REQUIRE(first);
    CHECK(first->size() == projections::migration_files().size());
    const auto second = migrate(database);
    REQUIRE(second);
    CHECK(second->empty());
}

TEST_CASE("a new migration is applied behind those that were applied before") {
    SHOP_WITH_POSTGRES(postgres);
    auto database = postgres.connect();
    REQUIRE(migrate(database, std::array{kFirst}));
    const auto second = migrate(database, std::array{kFirst, kSecond});
    REQUIRE(second);
    CHECK(*second == std::vector<std::string>{"0002_second"});
    CHECK(postgres.rows("SELECT a FROM two") == "7\n");
}

TEST_CASE("a migration that fails leaves nothing behind, not even those before it") {
    SHOP_WITH_POSTGRES(postgres);
    auto database = postgres.connect();
    const auto failed = migrate(database, std::array{kFirst, kSecond, kBroken});
    REQUIRE(!failed);
    CHECK(failed.error().message.find("0003_broken") != std::string::npos);
    CHECK(postgres.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0\n");
}

TEST_CASE("a migration whose text changed after it was applied is refused by name") {
    SHOP_WITH_POSTGRES(postgres);
    auto database = postgres.connect();
    REQUIRE(migrate(database, std::array{kFirst}));
    const auto changed =
        migrate(database, std::array{SqlFile{"0001_first", "CREATE TABLE one (a bigint)"}});
    REQUIRE(!changed);
    CHECK(changed.error().type == "migration-changed");
}

TEST_CASE("an older program refuses a newer database by name") {
    SHOP_WITH_POSTGRES(postgres);
    auto database = postgres.connect();
    REQUIRE(migrate(database, std::array{kFirst, kSecond}));
    const auto older = migrate(database, std::array{kFirst});
    REQUIRE(!older);
    CHECK(older.error().type == "newer-database");
    CHECK(older.error().message.find("0002_second") != std::string::npos);
}
