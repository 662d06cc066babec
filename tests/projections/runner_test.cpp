// What a runner does when things go wrong: other runners, bad records, another log.
#include <catch2/catch.hpp>

#include "projections/postgres/database.hpp"
#include "projections/postgres/errors.hpp"
#include "tests/support/shop_year.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using postgres::WriteMode;
using projections::Touched;
using projections::ViewRecord;
using projections::storefront::kViewName;

// The storefront, but for products whose SKU holds "BAD": Postgres refuses those.
class Picky final : public AlteredStorefront {
  public:
    Status apply(postgres::Database& database, std::span<const ViewRecord> batch, WriteMode mode,
                 Touched& touched) const override {
        for (const ViewRecord& record : batch)
            for (const RecordedEvent& event : record.record.events)
                if (const auto* details = event.data.get_if<product::DetailsChanged>())
                    if (details->title == "BAD") SHOP_TRY_STATUS(database.execute("SELECT 1 / 0"));
        return AlteredStorefront::apply(database, batch, mode, touched);
    }
};

// Writes its first rows in a transaction of their own, and the process dies in between.
class Hasty final : public AlteredStorefront {
  public:
    explicit Hasty(const TestDatabase& postgres) : postgres_(postgres) {}

    Status apply(postgres::Database& database, std::span<const ViewRecord> batch, WriteMode mode,
                 Touched& touched) const override {
        if (std::exchange(has_died_, true))
            return AlteredStorefront::apply(database, batch, mode, touched);
        SHOP_TRY(schema, database.run("SHOW search_path"));
        auto other = postgres_.connect();
        SHOP_TRY_STATUS(other.execute("SET search_path = " + std::string(schema.text(0, 0))));
        SHOP_TRY_STATUS(AlteredStorefront::apply(other, batch, mode, touched));
        return std::unexpected(postgres::error_of("57P01", "The process died."));
    }

  private:
    const TestDatabase& postgres_;
    mutable bool has_died_ = false;
};

product::DetailsChanged title(const std::string& text) {
    product::DetailsChanged details;
    details.title = text;
    return details;
}

std::string titles(const TestDatabase& postgres) {
    return postgres.rows("SELECT title FROM storefront.product ORDER BY created_at_us");
}

// A log and two views of it: one was built by a single runner without trouble.
class TwoViews {
  public:
    explicit TwoViews(const TestDatabase& postgres)
        : postgres_(postgres),
          alone_(make_version(postgres, TestRunner::kStorefront)),
          other_(make_version(postgres, TestRunner::kStorefront)) {
        ShopYear(source_, 11).live(300);
        TestRunner(source_.log(), postgres, alone_).catch_up();
    }
    // A runner of the other.
    TestRunner other(const projections::Projection& projection,
                     projections::RunnerOptions options) {
        return {source_.log(), postgres_, other_, projection, std::move(options)};
    }
    bool are_equal() const {
        return all_rows(postgres_, kViewName, other_) == all_rows(postgres_, kViewName, alone_);
    }

  private:
    const TestDatabase& postgres_;
    ShopLog source_;
    const int alone_;
    const int other_;
};

}  // namespace

TEST_CASE("two runners of one view never apply a record twice", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    TwoViews views(postgres);
    // Of one that builds, what it has read ahead is worth nothing once the other has been at work.
    const auto mode = GENERATE(WriteMode::kTail, WriteMode::kBuild);
    TestRunner first = views.other(TestRunner::kStorefront,
                                   {.mode = mode, .tail_entries = 20, .build_entries = 20});
    TestRunner second = views.other(TestRunner::kStorefront,
                                    {.mode = mode, .tail_entries = 33, .build_entries = 33});
    int aside = 0;
    for (int idle = 0; idle < 4;) {
        for (TestRunner* runner : {&first, &second}) {
            const auto read = runner->runner.step();
            idle = read && *read == 0 ? idle + 1 : 0;
            if (read) continue;
            CHECK(read.error().type == "another-runner");
            ++aside;
        }
    }
    CHECK(aside > 0);
    CHECK(views.are_equal());
}

TEST_CASE("control: two runners without the compare-and-set apply records twice", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    TwoViews views(postgres);
    TestRunner first = views.other(TestRunner::kStorefront, {.tail_entries = 100});
    TestRunner second = views.other(TestRunner::kStorefront, {.tail_entries = 100});
    REQUIRE(second.runner.step());
    REQUIRE(first.runner.step());
    REQUIRE(second.runner.step());
    // It finds the checkpoints that it knows, whatever the other one does.
    postgres.rows("CREATE TABLE known AS SELECT * FROM view_checkpoint; SELECT 1");
    REQUIRE(first.runner.step());
    postgres.rows(
        "UPDATE view_checkpoint c SET next_offset = k.next_offset FROM known k "
        "WHERE (c.version, c.partition) = (k.version, k.partition) RETURNING 1");
    for (int round = 0; round < 10; ++round) (void)second.runner.step();
    CHECK_FALSE(views.are_equal());
}

TEST_CASE("control: rows that are not in the checkpoint's transaction are applied twice",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    TwoViews views(postgres);
    const Hasty hasty(postgres);
    TestRunner runner = views.other(hasty, {});
    CHECK_FALSE(runner.runner.step());
    // It goes on until it has read all, or stops because rows are there already.
    for (int left = 50; left > 0; --left)
        if (const auto read = runner.runner.step(); !read || *read == 0) break;
    CHECK_FALSE(views.are_equal());
}

TEST_CASE("a record that cannot be applied waits aside, with what comes behind it on its streams",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear year(source, 12);
    const ProductId lamp = year.add_product("Lamp", 500, 3);
    const ProductId vase = year.add_product("Vase", 700, 3);
    const Position bad = source.add(lamp, title("BAD"));
    source.add(lamp, title("Lantern"));
    source.add(vase, title("Jug"));

    // In a build each of these records has a batch of its own: what was read before the bad one was
    // known to be bad waits behind it all the same.
    const auto mode = GENERATE(WriteMode::kTail, WriteMode::kBuild);
    const Picky picky;
    const int version = make_version(postgres, picky);
    TestRunner runner(source.log(), postgres, version, picky, {.mode = mode, .build_entries = 1});
    runner.catch_up();
    CHECK(titles(postgres) == "Lamp\nJug\n");
    CHECK(runner.observed.dead_letters == std::set<Position>{bad, {bad.partition, bad.offset + 1}});
    CHECK(runner.observed.alarms.size() == 1);
    CHECK(postgres.rows("SELECT record_offset, behind FROM dead_letter ORDER BY 1") ==
          std::to_string(bad.offset) + "|\n" + std::to_string(bad.offset + 1) + "|" +
              bad.to_string() + "\n");

    SECTION("also for a runner that starts later") {
        source.add(lamp, title("Torch"));
        TestRunner later(source.log(), postgres, version, picky);
        later.catch_up();
        CHECK(titles(postgres) == "Lamp\nJug\n");
        CHECK(later.observed.dead_letters.size() == 3);
    }
}

TEST_CASE("a record that cannot be read waits aside like one that cannot be applied",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear year(source, 13);
    const ProductId lamp = year.add_product("Lamp", 500, 3);
    source.add(lamp, title("Lantern"));
    const Position unreadable = source.add_unreadable(lamp);

    const int version = make_version(postgres, TestRunner::kStorefront);
    TestRunner runner(source.log(), postgres, version);
    runner.catch_up();
    CHECK(titles(postgres) == "Lantern\n");
    CHECK(runner.observed.dead_letters == std::set<Position>{unreadable});
}

TEST_CASE("a view with more than 100 dead letters stops, and stays stopped", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear year(source, 14);
    const ProductId lamp = year.add_product("Lamp", 500, 3);
    source.add(lamp, title("BAD"));
    for (int i = 0; i < 100; ++i) source.add(lamp, title("Lantern"));
    const Picky picky;
    const int version = make_version(postgres, picky);
    TestRunner runner(source.log(), postgres, version, picky);
    const auto stopped = runner.runner.step();
    REQUIRE(!stopped);
    CHECK(stopped.error().type == "view-stopped");
    TestRunner later(source.log(), postgres, version, picky);
    CHECK(later.runner.step().error().type == "view-stopped");
}

TEST_CASE("a view that is built tells what it has committed, not what it has read ahead",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear year(source, 17);
    const ProductId lamp = year.add_product("Lamp", 500, 3);
    const Position first = source.add(lamp, title("Lantern"));
    const Position damaged = source.add(lamp, title("Torch"));
    source.log().damage(damaged.partition, damaged.offset);

    const int version = make_version(postgres, TestRunner::kStorefront);
    TestRunner runner(source.log(), postgres, version, TestRunner::kStorefront,
                      {.mode = WriteMode::kBuild, .build_entries = 1});
    const auto saved = [&] {
        return postgres.rows("SELECT next_offset - 1 FROM view_checkpoint WHERE partition = '" +
                             first.partition.to_string() + "'");
    };
    while (runner.runner.read().empty() ||
           runner.runner.read().at(first.partition) < first.offset) {
        CHECK(runner.observed.alarms.empty());
        REQUIRE(runner.runner.step());
        const std::string read = std::to_string(runner.runner.read().at(first.partition)) + "\n";
        CHECK(read == saved());
        CHECK(runner.observed.read == runner.runner.read());
    }
    // It was met long ago, and is told now.
    const auto stopped = runner.runner.step();
    REQUIRE(!stopped);
    CHECK(stopped.error().type == "view-stopped");
    REQUIRE(runner.observed.alarms.size() == 1);
    CHECK(runner.observed.alarms[0].type == "damaged-log");
    CHECK(titles(postgres) == "Lantern\n");
    CHECK(saved() == std::to_string(first.offset) + "\n");
}

TEST_CASE("a view stops when the log is not the one it was built from", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    ShopYear(source, 15).live(50);
    const int version = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, version).catch_up();
    const std::string before = all_rows(postgres, kViewName, version);

    ShopLog other;
    ShopYear(other, 16).live(80);
    TestRunner runner(other.log(), postgres, version);
    const auto read = runner.runner.step();
    REQUIRE(!read);
    CHECK(read.error().type == "view-stopped");
    REQUIRE(runner.observed.alarms.size() == 1);
    CHECK(runner.observed.alarms[0].type == "checkpoint-mismatch");
    CHECK(all_rows(postgres, kViewName, version) == before);
}

TEST_CASE("a checkpoint over records that change nothing is saved without a transaction each",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    for (int i = 0; i < 10; ++i) source.add(CartId::derive({std::to_string(i)}), cart::Created{});
    const int version = make_version(postgres, TestRunner::kStorefront);
    TestRunner runner(source.log(), postgres, version);
    REQUIRE(*runner.runner.step() > 0);
    const char* const moved = "SELECT sum(next_offset) > 0 FROM view_checkpoint";
    CHECK(postgres.rows(moved) == "f\n");
    CHECK(runner.runner.has_unsaved());
    REQUIRE(runner.runner.save_idle());
    CHECK(postgres.rows(moved) == "t\n");
    TestRunner later(source.log(), postgres, version);
    CHECK(*later.runner.step() == 0);
}

TEST_CASE("a view that grows tells the database its new size", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    ShopLog source;
    const int version = make_version(postgres, TestRunner::kStorefront);
    TestRunner runner(source.log(), postgres, version);
    const auto known_size = [&] {
        return postgres.rows(
            "SELECT reltuples::bigint > 0 FROM pg_class WHERE oid = "
            "to_regclass('storefront_" +
            std::to_string(version) + ".product')");
    };
    runner.catch_up();
    CHECK(known_size() == "f\n");
    ShopYear year(source, 13);
    for (int i = 0; i < 520; ++i) year.add_product("Mug " + std::to_string(i), 250, 9);
    runner.catch_up();
    CHECK(known_size() == "t\n");
}

}  // namespace shop::tests
