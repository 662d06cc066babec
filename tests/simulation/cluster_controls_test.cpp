// Negative controls (controls.hpp) of a shop of several processes.
#include <catch2/catch.hpp>

#include "tests/simulation/controls.hpp"

namespace shop::simulation {
namespace {

WorldOptions of_three() {
    WorldOptions options;
    options.processes = 3;
    options.deaths = 1;
    return options;
}

TEST_CASE("control: calls that are sent again under another id", "[simulation]") {
    WorldOptions options = of_three();
    options.cluster.keeps_ids = false;
    options.peers.answer_lost = 200;
    CHECK(is_found(options, {"was received twice"}));
}

TEST_CASE("control: processes that tell what they remember without looking", "[simulation]") {
    WorldOptions options = of_three();
    options.engine.protections.prove_office = false;
    CHECK(is_found(options, {"as it was before", "was shown"}));
}

}  // namespace
}  // namespace shop::simulation
