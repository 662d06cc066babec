// Carts, stock, a payment provider and an engine that forgets, under many seeds: in the end nobody
// holds what nobody bought, and the money held is what orders say.
#include <catch2/catch.hpp>

#include "tests/core/checkout/model/shop_model.hpp"

namespace shop::tests {
namespace {

ModelPlan hostile(std::uint64_t seed, Protections protections = {}) {
    return {.seed = seed, .protections = protections};
}

// Thirty shoppers want the same two things, and all of them can pay.
ModelPlan rush(std::uint64_t seed, Protections protections = {}) {
    return {.seed = seed,
            .carts = 30,
            .skus = 2,
            .stock = 10,
            .steps = 20'000,
            .hostile = false,
            .slow_time = true,
            .protections = protections};
}

void check_seeds(std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        INFO("seed " << seed);
        ModelPlan plan = hostile(seed);
        if (seed % 3 == 0) plan.cancels = 50;
        REQUIRE(ShopModel(plan).run() == "");
    }
}

// Without the protection some seed finds that harm.
void check_control(const Protections& without, const std::string& harm, int cancels = 12) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        ModelPlan plan = hostile(seed, without);
        plan.cancels = cancels;
        if (ShopModel(plan).run() == harm) return;
    }
    FAIL("no seed did this harm: " << harm);
}

TEST_CASE("whatever gets lost, nothing stays held and no money without an order", "[model]") {
    check_seeds(0, 300);
}

TEST_CASE("the same for many more shopping days", "[model][slow]") {
    check_seeds(1'000, 5'000);
}

TEST_CASE("thirty carts that want the same two things sell all there is", "[model]") {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        INFO("seed " << seed);
        ShopModel model(rush(seed));
        REQUIRE(model.run() == "");
        CHECK(model.placed() == 10);
        CHECK(model.sold() == 10);
    }
}

TEST_CASE("control: lines that do not wait in order sell less than there is", "[model]") {
    int placed = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        ShopModel model(rush(seed, {.refused_lines_wait_in_order = false}));
        REQUIRE(model.run() == "");
        placed += model.placed();
    }
    CHECK(placed < 100);
}

TEST_CASE("control: a release that leaves no trace lets a late reservation leak", "[model]") {
    check_control({.release_is_recorded_if_nothing_is_held = false}, "units are held for nobody",
                  50);
}

TEST_CASE("control: a time-out taken for a no leaves money held", "[model]") {
    check_control({.timeout_is_unknown = false}, "the money held is not what the order says");
}

TEST_CASE("control: a late authorization that is not voided stays held", "[model]") {
    check_control({.late_answers_count = false}, "the money held is not what the order says");
}

TEST_CASE("control: a canceled payment that is not voided stays held", "[model]") {
    check_control({.canceled_payments_are_voided = false},
                  "the money held is not what the order says");
}

TEST_CASE("control: a new key for each try charges twice", "[model]") {
    check_control({.effects_keep_their_keys = false}, "the money held is not what the order says");
}

}  // namespace
}  // namespace shop::tests
