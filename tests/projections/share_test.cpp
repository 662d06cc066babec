// Several processes on one view: they share its partitions, or follow.
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <string>

#include "api/system_clock.hpp"
#include "projections/migrate.hpp"
#include "projections/projector.hpp"
#include "tests/support/poll_loop.hpp"
#include "tests/support/shop_year.hpp"
#include "tests/support/view_wait.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using namespace projections;
using projections::storefront::kViewName;

// A process with the view, on a log that all share.
struct OneOf {
    OneOf(ShopLog& source, const TestDatabase& postgres, Feeding feeding = Feeding::kShared,
          std::string name = "one")
        : projector(source.log(), TestRunner::kStorefront,
                    {.conninfo = postgres.conninfo(),
                     .clock = clock,
                     .alarm = [](std::string_view, const Error&) {},
                     .feeding = feeding,
                     .name = std::move(name)}) {
        REQUIRE(projector.start());
    }
    ~OneOf() { projector.stop(); }

    bool sees(const Position& position) { return tests::sees(projector, loop, position); }
    bool comes_to(const std::function<bool()>& condition) { return loop.run_until(condition); }

    PollLoop loop;
    api::SystemClock clock;
    Projector projector;
};

struct Several {
    explicit Several(const TestDatabase& database) : postgres(database) {
        auto connection = postgres.connect();
        REQUIRE(migrate(connection));
    }
    // Something happens that the view shows.
    Position rename() {
        product::DetailsChanged details;
        details.title = "Lantern " + std::to_string(++renamed);
        return source.add(lamp, std::move(details));
    }
    std::size_t partition_count() {
        return beginnings(source.log(), TestRunner::kStorefront).size();
    }
    // What a single runner makes of the log so far, once no process runs any more.
    std::string rows_alone() {
        const int version = make_version(postgres, TestRunner::kStorefront);
        TestRunner(source.log(), postgres, version).catch_up();
        return all_rows(postgres, kViewName, version);
    }

    const TestDatabase& postgres;
    ShopLog source;
    ShopYear year{source, 31};
    const ProductId lamp = year.add_product("Lamp", 500, 3);
    int renamed = 0;
};

constexpr const char* kStates = "SELECT version, state FROM view_version ORDER BY version";

// Whether all is fed, each by one of them.
bool share_all(Several& shop, std::initializer_list<OneOf*> processes) {
    std::size_t count = 0;
    for (OneOf* each : processes) {
        const std::size_t fed = each->projector.fed().size();
        if (fed == 0) return false;
        count += fed;
    }
    return count == shop.partition_count();
}

}  // namespace

TEST_CASE("what one process feeds, the readers of another one wait for", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Several shop(postgres);
    OneOf first(shop.source, postgres);
    OneOf second(shop.source, postgres, Feeding::kNone);
    const Position last = shop.rename();
    const std::uint64_t before = second.projector.generations().now();
    CHECK(second.sees(last));
    CHECK(first.sees(last));
    const std::uint64_t product = name_hash("product", "lamp");
    CHECK_FALSE(second.projector.generations().is_fresh(before, std::span(&product, 1)));
    CHECK(second.projector.fed().empty());
}

TEST_CASE("processes share the partitions of a view, and the rows are those that one makes",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Several shop(postgres);
    OneOf first(shop.source, postgres, Feeding::kShared, "first");
    auto second = std::make_unique<OneOf>(shop.source, postgres, Feeding::kShared, "second");
    const auto live_on = [&] {
        for (int round = 0; round < 20; ++round) {
            shop.year.live(20);
            for (const Partition& each : shop.source.partitions().all())
                for (OneOf* process : {&first, second.get()})
                    if (process) process->projector.announce(each, *shop.source.log().end(each));
            REQUIRE(first.sees(shop.rename()));
        }
    };
    live_on();
    REQUIRE(first.comes_to([&] { return share_all(shop, {&first, second.get()}); }));
    const auto status = first.projector.status();
    REQUIRE(status);
    std::set<std::string> feeders;
    for (const PartitionStatus& each : status->front().partitions) feeders.insert(each.fed_by);
    CHECK(feeders == std::set<std::string>{"first", "second"});
    live_on();
    second.reset();
    live_on();
    REQUIRE(first.comes_to([&] { return share_all(shop, {&first}); }));
    REQUIRE(first.comes_to([&] { return first.projector.status()->front().lag == 0; }));
    first.projector.stop();
    CHECK(all_rows(postgres, kViewName, 1) == shop.rows_alone());
}

TEST_CASE("when the process that feeds a view ends, another one feeds it", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Several shop(postgres);
    auto first = std::make_unique<OneOf>(shop.source, postgres);
    OneOf second(shop.source, postgres);
    CHECK(second.sees(shop.rename()));
    SECTION("by itself") {
        first.reset();
    }
    SECTION("because its connections are cut") {
        (void)postgres.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
            "current_database() AND pid <> pg_backend_pid()");
    }
    CHECK(second.sees(shop.rename()));
}

TEST_CASE("a process that feeds nothing may be asked for all that operators do", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Several shop(postgres);
    OneOf asked(shop.source, postgres, Feeding::kNone);
    CHECK(postgres.rows(kStates) == "1|live\n");
    const auto waits = asked.projector.rebuild();
    REQUIRE(waits);
    CHECK(asked.projector.rebuild().error().type == "already-building");
    CHECK(asked.projector.status()->front().partitions.front().fed_by.empty());
    OneOf first(shop.source, postgres);
    OneOf second(shop.source, postgres);
    REQUIRE(asked.sees(shop.rename()));

    // It asks for it until what is built has caught up.
    REQUIRE(asked.comes_to([&] { return asked.projector.swap(0).has_value(); }));
    CHECK(postgres.rows(kStates) == "1|previous\n2|live\n");
    REQUIRE(asked.sees(shop.rename()));
    REQUIRE(asked.projector.drop(1));
    CHECK(postgres.rows(kStates) == "2|live\n");
    REQUIRE(asked.sees(shop.rename()));

    // The number of what was dropped is given again.
    REQUIRE(asked.projector.rebuild());
    REQUIRE(asked.projector.drop(3));
    REQUIRE(asked.projector.rebuild());
    REQUIRE(asked.comes_to([&] { return asked.projector.swap(3).has_value(); }));
    REQUIRE(asked.sees(shop.rename()));
    CHECK(asked.comes_to(
        [&] { return all_rows(postgres, kViewName, 2) == all_rows(postgres, kViewName, 3); }));

    postgres.rows("UPDATE view_version SET stopped = 'by hand' WHERE version = 3 RETURNING 1");
    const Position last = shop.rename();
    for (OneOf* each : {&first, &second}) each->projector.announce(last.partition, last.offset + 1);
    REQUIRE(first.comes_to([&] {
        return first.projector.stopped_versions() + second.projector.stopped_versions() > 0;
    }));
    REQUIRE(asked.projector.resume(0));
    CHECK(asked.sees(shop.rename()));
}

TEST_CASE("programs whose code makes other rows feed versions of their own", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    class NextStorefront final : public AlteredStorefront {
      public:
        int code_version() const override { return TestRunner::kStorefront.code_version() + 1; }
    };
    Several shop(postgres);
    OneOf earlier(shop.source, postgres);
    REQUIRE(earlier.sees(shop.rename()));
    const NextStorefront next;
    Projector later(shop.source.log(), next,
                    {.conninfo = postgres.conninfo(),
                     .clock = earlier.clock,
                     .alarm = [](std::string_view, const Error&) {},
                     .feeding = Feeding::kShared});
    REQUIRE(later.start());
    REQUIRE(earlier.comes_to([&] { return postgres.rows(kStates) == "1|previous\n2|live\n"; }));
    // Both are fed on, so that the way back is open.
    REQUIRE(earlier.sees(shop.rename()));
    later.announce({Topic::kCatalog, 0}, *shop.source.log().end({Topic::kCatalog, 0}));
    CHECK(earlier.comes_to(
        [&] { return all_rows(postgres, kViewName, 1) == all_rows(postgres, kViewName, 2); }));
    later.stop();
}

TEST_CASE("a Postgres that says nothing does not keep a process from ending", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Several shop(postgres);
    auto process = std::make_unique<OneOf>(shop.source, postgres);
    CHECK(process->sees(shop.rename()));
    std::vector<std::unique_ptr<Frozen>> frozen;
    std::istringstream pids(
        postgres.rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                      "AND pid <> pg_backend_pid()"));
    for (pid_t pid = 0; pids >> pid;) frozen.push_back(std::make_unique<Frozen>(pid));
    const auto since = std::chrono::steady_clock::now();
    process.reset();
    CHECK(std::chrono::steady_clock::now() - since < std::chrono::seconds(10));
}

}  // namespace shop::tests
