// Who waits for a view, and who lets them pass.
#include "projections/view_progress.hpp"

#include <catch2/catch.hpp>

#include "tests/support/virtual_loop.hpp"

namespace shop::tests {
namespace {

using namespace projections;

constexpr Partition kPartition{Topic::kCommerce, 3};

}  // namespace

TEST_CASE("a view that gathers its next batch goes on at once when a reader waits for it",
          "[progress]") {
    VirtualClock clock(Time{});
    VirtualLoop loop(clock);
    Progress progress(clock);
    std::optional<bool> passed;
    start(progress.wait_passed(loop, {{kPartition, 7}}, seconds(5)),
          [&](Result<bool> result) { passed = result && *result; });

    progress.wait_for_reader(seconds(3'600));  // or this test never ends

    progress.advance({{kPartition, 7}}, {});
    loop.run_for(seconds(1));
    CHECK(passed == true);
}

TEST_CASE("whoever waits for a record that was put aside is told which one it is, at once",
          "[progress]") {
    VirtualClock clock(Time{});
    VirtualLoop loop(clock);
    Progress progress(clock);
    const Position aside{kPartition, 7};
    const Position behind{kPartition, 8};
    std::optional<Result<bool>> early;
    start(progress.wait_passed(loop, {aside, behind}, seconds(5)),
          [&](Result<bool> result) { early = std::move(result); });
    progress.advance({{kPartition, 8}}, {aside});
    loop.run_for(Duration{});
    REQUIRE(early);
    REQUIRE_FALSE(*early);
    CHECK(early->error().type == "view-parked");
    CHECK(early->error().message.find(aside.to_string()) != std::string::npos);

    std::optional<Result<bool>> other;
    start(progress.wait_passed(loop, {behind}, seconds(5)),
          [&](Result<bool> result) { other = std::move(result); });
    loop.run_for(Duration{});
    REQUIRE(other);
    CHECK(other->value());
}

}  // namespace shop::tests
