#include "projections/postgres/database.hpp"

#include <catch2/catch.hpp>

#include "projections/postgres/errors.hpp"
#include "tests/support/postgres.hpp"

using namespace shop;
using namespace shop::postgres;

namespace {

int pid_of(Database& database) {
    return static_cast<int>(database.query("SELECT pg_backend_pid()")->integer(0, 0));
}

}  // namespace

TEST_CASE("a server that says nothing is waited for until whoever waits has enough") {
    SHOP_WITH_POSTGRES(postgres);
    Duration limit = seconds(20);
    auto database =
        *Database::connect(postgres.conninfo(), [&](Duration silent) { return silent >= limit; });
    CHECK(database.run("SELECT pg_sleep(0.4)"));
    const tests::Frozen frozen(pid_of(database));
    limit = milliseconds(300);
    const Result<Rows> silent = database.query("SELECT 1");
    REQUIRE_FALSE(silent.has_value());
    CHECK(is_connection_lost(silent.error()));
    const Status after = database.execute("SELECT 1");
    REQUIRE_FALSE(after.has_value());
    CHECK(is_connection_lost(after.error()));
    CHECK_FALSE(Transaction::begin(database).has_value());
}

TEST_CASE("rows by the thousand are copied in, and a wrong one fails the copy alone") {
    SHOP_WITH_POSTGRES(postgres);
    Database database = postgres.connect();
    REQUIRE(database.execute("CREATE TABLE copied (number int, text text)"));
    std::string lines;
    for (int i = 0; i < 200'000; ++i) lines += std::to_string(i) + "\tsome words to fill it\n";
    CHECK(database.copy_in("COPY copied FROM STDIN", lines));
    const Status wrong = database.copy_in("COPY copied FROM STDIN", "nonsense\twords\n" + lines);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(sqlstate_of(wrong.error()) == "22P02");
    CHECK(postgres.rows("SELECT count(*), sum(number) FROM copied") == "200000|19999900000\n");
    CHECK(database.query("SELECT 1")->integer(0, 0) == 1);
}

TEST_CASE("bytes are read as they were written, and what is no bytes is none") {
    SHOP_WITH_POSTGRES(postgres);
    Database database = postgres.connect();
    const auto read = [&](const char* text) {
        return database.query(std::string("SELECT ") + text)->bytes(0, 0);
    };
    CHECK(read("encode('\\x00ff7f0a', 'hex')") == std::string("\0\xff\x7f\n", 4));
    CHECK(read("''") == "");
    CHECK(read("'0'") == std::nullopt);
    CHECK(read("'0g'") == std::nullopt);
}

TEST_CASE("of several statements the last one's rows are given, or the first error") {
    SHOP_WITH_POSTGRES(postgres);
    Database database = postgres.connect();
    CHECK(database.run("SELECT 1; SELECT 2")->integer(0, 0) == 2);
    CHECK(sqlstate_of(database.run("SELECT 1; SELECT 1/0; SELECT 2").error()) == "22012");
    CHECK(database.run("SELECT 3")->integer(0, 0) == 3);
}
