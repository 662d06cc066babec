// A view that is kept up to date, rebuilt beside the live one, swapped and swapped back.
#include "projections/projector.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "projections/migrate.hpp"
#include "tests/support/poll_loop.hpp"
#include "tests/support/shop_year.hpp"
#include "tests/support/view_wait.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using namespace projections;
using projections::storefront::kViewName;

struct SteadyClock final : Clock {
    Time now() const override { return {steady().us}; }
    Duration steady() const override {
        return {std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now().time_since_epoch())
                    .count()};
    }
};

struct Running {
    explicit Running(const TestDatabase& database) : postgres(database) {
        auto connection = postgres.connect();
        REQUIRE(migrate(connection));
    }
    void start() { REQUIRE(projector.start()); }

    // Waits until the view has passed the position.
    bool sees(const Position& position) { return tests::sees(projector, loop, position); }
    std::string rows(const std::string& sql) { return postgres.rows(sql); }
    bool wait_for(const std::string& sql, const std::string& expected) {
        return loop.run_until([&] { return rows(sql) == expected; });
    }

    const TestDatabase& postgres;
    PollLoop loop;
    SteadyClock clock;
    ShopLog source;
    ShopYear year{source, 31};
    std::vector<std::string> alarms;
    Projector projector{source.log(),
                        TestRunner::kStorefront,
                        {.conninfo = postgres.conninfo(),
                         .clock = clock,
                         .alarm = [this](std::string_view, const Error& error) {
                             alarms.push_back(error.message);
                         }}};
};

product::DetailsChanged renamed(const std::string& text) {
    product::DetailsChanged details;
    details.title = text;
    return details;
}

constexpr const char* kTitles = "SELECT title FROM storefront.product ORDER BY created_at_us";
// Of another version of the program, which builds its own view.
class NextStorefront final : public AlteredStorefront {
  public:
    int code_version() const override { return TestRunner::kStorefront.code_version() + 1; }
};

constexpr const char* kStates = "SELECT version, state FROM view_version ORDER BY version";

}  // namespace

TEST_CASE("what was written is seen in the view by whoever waits for its position",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    const ProductId lamp = shop.year.add_product("Lamp", 500, 3);
    shop.start();
    CHECK(shop.sees(shop.source.add(lamp, renamed("Lantern"))));
    CHECK(shop.rows(kTitles) == "Lantern\n");
    for (int i = 0; i < 20; ++i)
        CHECK(shop.sees(shop.source.add(lamp, renamed("Lantern " + std::to_string(i)))));
    CHECK(shop.rows(kTitles) == "Lantern 19\n");
    CHECK(shop.projector.progress().age() == Duration{});
    CHECK(shop.alarms.empty());
}

TEST_CASE("how much was put aside, and whether a view has stopped, is counted", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    const ProductId lamp = shop.year.add_product("Lamp", 500, 3);
    const int version = make_version(postgres, TestRunner::kStorefront);
    shop.rows("UPDATE view_version SET stopped = 'by hand' RETURNING 1");
    shop.start();
    REQUIRE(shop.loop.run_until([&] { return shop.projector.stopped_versions() == 1; }));
    REQUIRE(shop.projector.resume(version));
    REQUIRE(shop.loop.run_until([&] { return shop.projector.stopped_versions() == 0; }));
    CHECK(shop.projector.dead_letters() == 0);
    const Position aside = shop.source.add_unreadable(lamp);
    shop.projector.announce(aside.partition, aside.offset + 1);
    CHECK(shop.loop.run_until([&] { return shop.projector.dead_letters() == 1; }));
}

TEST_CASE("the version that stopped goes on when it is resumed, whether it is named or not",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    shop.start();
    const auto stop = [&] {
        auto database = postgres.connect();
        REQUIRE(set_stopped(database, kViewName, 1, "too many dead letters"));
    };
    const char* const reasons = "SELECT stopped FROM view_version";
    const int named = GENERATE(0, 1);
    stop();
    REQUIRE(shop.rows(reasons) == "too many dead letters\n");
    REQUIRE(shop.projector.resume(named));
    CHECK(shop.rows(reasons) == "\n");
    CHECK(shop.projector.resume(0).error().type == "nothing-stopped");
    CHECK(shop.projector.resume(7).error().code == ErrorCode::kNotFound);
}

TEST_CASE("a wait for a position that does not come ends in time", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    shop.year.add_product("Lamp", 500, 3);
    shop.start();
    std::optional<Result<bool>> passed;
    shop::start(shop.projector.progress().wait_passed(shop.loop, {{{Topic::kCatalog, 0}, 999}},
                                                      milliseconds(20)),
                [&](Result<bool> value) { passed = std::move(value); });
    REQUIRE(shop.loop.run_until([&] { return passed.has_value(); }));
    CHECK(!**passed);
}

TEST_CASE("a view is rebuilt beside the live one, swapped, and swapped back, always current",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    shop.year.live(150);
    const ProductId lamp = shop.year.add_product("Lamp", 500, 3);
    shop.start();
    REQUIRE(shop.sees(shop.source.add(lamp, renamed("Lantern"))));
    CHECK(shop.rows(kStates) == "1|live\n");

    const auto next = shop.projector.rebuild();
    REQUIRE(next);
    CHECK(shop.projector.rebuild().error().type == "already-building");
    REQUIRE(shop.projector.swap(0));
    CHECK(shop.rows(kStates) == "1|previous\n2|live\n");
    CHECK(all_rows(postgres, kViewName, 1) == all_rows(postgres, kViewName, 2));

    REQUIRE(shop.sees(shop.source.add(lamp, renamed("Torch"))));
    CHECK(shop.rows("SELECT title FROM storefront.product WHERE product_id = '" + lamp.to_string() +
                    "'") == "Torch\n");
    const std::string old =
        "SELECT title FROM storefront_1.product WHERE product_id = '" + lamp.to_string() + "'";
    CHECK(shop.wait_for(old, "Torch\n"));

    REQUIRE(shop.projector.swap(1));
    CHECK(shop.rows(kStates) == "1|live\n2|previous\n");
    REQUIRE(shop.sees(shop.source.add(lamp, renamed("Candle"))));
    CHECK(shop.rows("SELECT title FROM storefront.product WHERE product_id = '" + lamp.to_string() +
                    "'") == "Candle\n");

    CHECK(shop.projector.drop(1).error().type == "view-live");
    REQUIRE(shop.projector.drop(2));
    CHECK(shop.rows(kStates) == "1|live\n");
}

// A shop whose views an earlier program feeds, and of which this one has built a part.
int interrupted_build(Running& shop, const Projection& next) {
    shop.year.live(150);
    const int live = make_version(shop.postgres, TestRunner::kStorefront);
    TestRunner(shop.source.log(), shop.postgres, live).catch_up();
    const int version = make_version(shop.postgres, next);
    TestRunner interrupted(shop.source.log(), shop.postgres, version, next,
                           {.mode = postgres::WriteMode::kBuild, .build_entries = 40});
    REQUIRE(interrupted.runner.step());
    return version;
}

TEST_CASE("a build that was interrupted goes on, and is swapped in when it is done",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    const NextStorefront next;
    const int version = interrupted_build(shop, next);
    Projector again(shop.source.log(), next,
                    {.conninfo = postgres.conninfo(), .clock = shop.clock, .alarm = {}});
    REQUIRE(again.start());
    CHECK(shop.wait_for(kStates, "1|previous\n2|live\n"));
    again.stop();
    CHECK(all_rows(postgres, kViewName, version) == all_rows(postgres, kViewName, 1));
}

TEST_CASE("a swap that fails is tried again", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    const NextStorefront next;
    interrupted_build(shop, next);
    auto connection = postgres.connect();
    const std::string ahead = "UPDATE view_checkpoint SET next_offset = next_offset ";
    REQUIRE(connection.execute(ahead + "+ 1000 WHERE version = 1"));
    std::atomic<int> alarms = 0;
    Projector again(shop.source.log(), next,
                    {.conninfo = postgres.conninfo(),
                     .clock = shop.clock,
                     .alarm = [&](std::string_view, const Error& error) {
                         if (error.type == "swap-not-ready") ++alarms;
                     }});
    REQUIRE(again.start());
    REQUIRE(shop.loop.run_until([&] { return alarms > 0; }));
    CHECK(shop.rows(kStates) == "1|live\n2|building\n");
    REQUIRE(connection.execute(ahead + "- 1000 WHERE version = 1"));
    CHECK(shop.wait_for(kStates, "1|previous\n2|live\n"));
    // Its tables are known to the planner, though nobody saw the build end.
    CHECK(shop.rows("SELECT count(*) > 0 FROM pg_class WHERE reltuples > 0 AND relnamespace = "
                    "to_regnamespace('storefront_2')") == "t\n");
    again.stop();
}

TEST_CASE("what an operator has built is swapped in by nobody else", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    const int version = interrupted_build(shop, TestRunner::kStorefront);
    shop.start();
    REQUIRE(shop.loop.run_until([&] {
        return all_rows(postgres, kViewName, version) == all_rows(postgres, kViewName, 1);
    }));
    CHECK(shop.rows(kStates) == "1|live\n2|building\n");
    REQUIRE(shop.projector.swap(version));
    CHECK(shop.rows(kStates) == "1|previous\n2|live\n");
}

TEST_CASE("a build ends, and is swapped in, though something new is there at each step",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    const ProductId lamp = shop.year.add_product("Lamp", 500, 3);
    make_version(postgres, TestRunner::kStorefront);
    // Each batch that is written finds another record behind it.
    class Busy final : public AlteredStorefront {
      public:
        Busy(ShopLog& source, const ProductId& product) : source_(source), product_(product) {}
        int code_version() const override { return TestRunner::kStorefront.code_version() + 1; }
        Status apply(postgres::Database& database, std::span<const ViewRecord> batch,
                     postgres::WriteMode mode, Touched& touched) const override {
            source_.add(product_, renamed("Lantern"));
            return AlteredStorefront::apply(database, batch, mode, touched);
        }

      private:
        ShopLog& source_;
        const ProductId product_;
    };
    const Busy busy(shop.source, lamp);
    Projector projector(shop.source.log(), busy,
                        {.conninfo = postgres.conninfo(), .clock = shop.clock, .alarm = {}});
    REQUIRE(projector.start());
    CHECK(shop.wait_for(kStates, "1|previous\n2|live\n"));
    projector.stop();
}

TEST_CASE("a swap tells every page cache that its pages are stale", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    const ProductId lamp = shop.year.add_product("Lamp", 500, 3);
    shop.start();
    REQUIRE(shop.sees(shop.source.add(lamp, renamed("Lantern"))));
    const std::uint64_t moment = shop.projector.generations().now();
    const std::uint64_t other = name_hash("product", "another");
    CHECK(shop.projector.generations().is_fresh(moment, {&other, 1}));
    REQUIRE(shop.projector.rebuild());
    REQUIRE(shop.projector.swap(0));
    CHECK(!shop.projector.generations().is_fresh(moment, {&other, 1}));
}

TEST_CASE("after a restart a view goes on where it stood", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Running shop(postgres);
    shop.year.live(60);
    shop.start();
    const ProductId lamp = shop.year.add_product("Lamp", 500, 3);
    REQUIRE(shop.sees(shop.source.add(lamp, renamed("Lantern"))));
    shop.projector.stop();
    const Position last = shop.source.add(lamp, renamed("Torch"));

    Projector again(shop.source.log(), TestRunner::kStorefront,
                    {.conninfo = postgres.conninfo(), .clock = shop.clock, .alarm = {}});
    REQUIRE(again.start());
    std::optional<Result<bool>> passed;
    shop::start(again.progress().wait_passed(shop.loop, {last}, seconds(20)),
                [&](Result<bool> value) { passed = std::move(value); });
    REQUIRE(shop.loop.run_until([&] { return passed.has_value(); }));
    CHECK(**passed);
    CHECK(shop.rows("SELECT count(*) FROM dead_letter") == "0\n");
    const auto status = again.status();
    REQUIRE(status);
    REQUIRE(status->size() == 1);
    CHECK((*status)[0].lag == 0);
    CHECK((*status)[0].state == VersionState::kLive);
}

}  // namespace shop::tests
