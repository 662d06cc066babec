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

}  // namespace shop::tests
