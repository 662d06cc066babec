// A runner whose transaction Postgres ends because of another one: nothing is wrong with its
// records, so they are written again at once.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/shop_year.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using projections::Touched;
using projections::ViewRecord;

// What happens between a runner's transaction and others; how the last statement of ours ended.
using Meeting = Status (*)(const TestDatabase&, postgres::Database& ours);

// The storefront, but the first batch is written and then meets somebody.
class Contended final : public AlteredStorefront {
  public:
    Contended(const TestDatabase& postgres, Meeting meet) : postgres_(postgres), meet_(meet) {}

    Status apply(postgres::Database& database, std::span<const ViewRecord> batch,
                 postgres::WriteMode mode, Touched& touched) const override {
        SHOP_TRY_STATUS(AlteredStorefront::apply(database, batch, mode, touched));
        if (tries_++ > 0) return {};
        Status met = meet_(postgres_, database);
        ended_by_ = met ? "nothing" : met.error().type;
        return met;
    }
    int tries() const { return tries_; }
    const std::string& ended_by() const { return ended_by_; }

  private:
    const TestDatabase& postgres_;
    const Meeting meet_;
    mutable int tries_ = 0;
    mutable std::string ended_by_;
};

// Each has a row that the other wants. Ours is the one that gives way, for it looks first.
Status deadlock(const TestDatabase& postgres, postgres::Database& ours) {
    postgres::Database other = postgres.connect();
    REQUIRE(other.execute(
        "SET deadlock_timeout = '1min'; BEGIN; UPDATE meeting SET n = 1 WHERE id = 2"));
    REQUIRE(ours.execute("UPDATE meeting SET n = 2 WHERE id = 1"));
    const std::jthread waits(
        [&] { (void)other.execute("UPDATE meeting SET n = 1 WHERE id = 1; COMMIT"); });
    while (postgres.rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                         "AND datname = current_database()") != "1\n")
        std::this_thread::yield();
    return ours.execute("UPDATE meeting SET n = 2 WHERE id = 2");
}

// What Postgres says where a transaction must see all as it was at its beginning. Ours need not; a
// trigger of somebody's may.
Status lost_race(const TestDatabase&, postgres::Database& ours) {
    return ours.execute("DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END$$");
}

constexpr const char* kRows =
    "CREATE TABLE public.meeting (id integer PRIMARY KEY, n integer); "
    "INSERT INTO public.meeting VALUES (1, 0), (2, 0) RETURNING id";

}  // namespace

TEST_CASE(
    "a batch that Postgres rolls back because of another transaction is written again at once",
    "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear(source, 17).add_product("Lamp", 500, 3);
    postgres.rows(kRows);
    const int version = make_version(postgres, TestRunner::kStorefront);
    Meeting meet = nullptr;
    std::string ended_by;
    SECTION("both wait for each other") {
        meet = &deadlock;
        ended_by = "postgres-40P01";
    }
    SECTION("the other was first") {
        meet = &lost_race;
        ended_by = "postgres-40001";
    }
    const Contended contended(postgres, meet);
    TestRunner runner(source.log(), postgres, version, contended);
    const auto read = runner.runner.step();
    CHECK(contended.ended_by() == ended_by);
    REQUIRE(read);
    CHECK(*read > 0);
    CHECK(contended.tries() == 2);
    CHECK(postgres.rows("SELECT title FROM storefront.product") == "Lamp\n");
    CHECK(runner.observed.alarms.empty());
    CHECK(runner.observed.dead_letters.empty());
    CHECK(*runner.runner.step() == 0);
}

}  // namespace shop::tests
