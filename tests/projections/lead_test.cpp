// Several processes on one view: one feeds it, the others follow.
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <span>
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

// A process with the view, on a log that all share.
struct OneOf {
    OneOf(ShopLog& source, const TestDatabase& postgres)
        : projector(source.log(), TestRunner::kStorefront,
                    {.conninfo = postgres.conninfo(),
                     .clock = clock,
                     .alarm = [](std::string_view, const Error&) {},
                     .is_one_of_several = true}) {
        REQUIRE(projector.start());
    }
    ~OneOf() { projector.stop(); }

    bool sees(const Position& position) { return tests::sees(projector, loop, position); }

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

    const TestDatabase& postgres;
    ShopLog source;
    ShopYear year{source, 31};
    const ProductId lamp = year.add_product("Lamp", 500, 3);
    int renamed = 0;
};

TEST_CASE("what one process feeds, the readers of another one wait for", "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    Several shop(postgres);
    OneOf first(shop.source, postgres);
    OneOf second(shop.source, postgres);
    const Position last = shop.rename();
    const std::uint64_t before = second.projector.generations().now();
    CHECK(second.sees(last));
    CHECK(first.sees(last));
    const std::uint64_t product = name_hash("product", "lamp");
    CHECK_FALSE(second.projector.generations().is_fresh(before, std::span(&product, 1)));
    CHECK(second.projector.rebuild().error().type == "another-process");
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

}  // namespace
}  // namespace shop::tests
