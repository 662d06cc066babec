// Two runners, each on a thread of its own, with some of a view's partitions, which change all the
// time, and are often both's: the rows are those of one runner that has all.
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "tests/support/shop_year.hpp"
#include "tests/support/views.hpp"

namespace shop::tests {
namespace {

using postgres::WriteMode;
using projections::storefront::kViewName;

std::set<Partition> some_of(const std::set<Partition>& all, std::mt19937& random) {
    std::set<Partition> some;
    for (const Partition& partition : all)
        if (random() % 3 != 0) some.insert(partition);
    return some;
}

// Until it has been idle for a while; whoever else is at work is waited for.
void feed(TestRunner& runner, const std::set<Partition>& all, std::uint32_t seed) {
    std::mt19937 random(seed);
    for (int idle = 0; idle < 20;) {
        if (random() % 4 == 0) runner.runner.take(some_of(all, random));
        const auto read = runner.runner.step();
        idle = read && *read == 0 ? idle + 1 : 0;
    }
    (void)runner.runner.save_idle();
}

}  // namespace

TEST_CASE("two runners at once, whoever has which partitions, write what one would",
          "[projections]") {
    SHOP_WITH_POSTGRES(postgres);
    const std::uint32_t seed = GENERATE(1U, 2U, 3U);
    const auto mode = GENERATE(WriteMode::kTail, WriteMode::kBuild);
    CAPTURE(seed, static_cast<int>(mode));
    ShopLog source({3, 4, 1});
    ShopYear(source, seed).live(500);
    const int alone = make_version(postgres, TestRunner::kStorefront);
    TestRunner(source.log(), postgres, alone).catch_up();

    const int version = make_version(postgres, TestRunner::kStorefront);
    std::set<Partition> all;
    for (const auto& [partition, beginning] : beginnings(source.log(), TestRunner::kStorefront))
        all.insert(partition);
    const projections::RunnerOptions options{.mode = mode, .tail_entries = 40, .build_entries = 40};
    TestRunner first(source.log(), postgres, version, TestRunner::kStorefront, options);
    TestRunner second(source.log(), postgres, version, TestRunner::kStorefront, options);
    std::thread other([&] { feed(second, all, seed + 100); });
    feed(first, all, seed + 200);
    other.join();
    first.runner.take(all);
    first.catch_up();
    CHECK(first.observed.alarms.empty());
    CHECK(second.observed.alarms.empty());
    CHECK(all_rows(postgres, kViewName, version) == all_rows(postgres, kViewName, alone));
}

}  // namespace shop::tests
