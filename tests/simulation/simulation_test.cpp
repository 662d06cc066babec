#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "tests/simulation/digest.hpp"
#include "tests/simulation/fold.hpp"
#include "tests/simulation/world.hpp"

namespace shop::simulation {
namespace {

// SHOPVERSE_SEED runs one world, and tells its story if it is broken; SHOPVERSE_SEEDS says how many
// the slow tests run, and SHOPVERSE_FIRST_SEED with which one they all begin.
std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void run_worlds(std::uint64_t count, const WorldOptions& options, std::uint64_t passed_over = 0) {
    const std::uint64_t only = number_from("SHOPVERSE_SEED", 0);
    const std::uint64_t first =
        only == 0 ? number_from("SHOPVERSE_FIRST_SEED", 1) + passed_over : only;
    const std::uint64_t last = only == 0 ? first + count - 1 : only;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        INFO("seed " << seed << " (again with SHOPVERSE_SEED=" << seed << ")");
        World world(seed, options);
        const std::vector<std::string> broken = world.run();
        for (const std::string& sentence : broken) UNSCOPED_INFO(sentence);
        if (only != 0 && !broken.empty()) fmt::print("{}", tell(fold(world.log())));
        REQUIRE(broken.empty());
    }
}

WorldOptions a_rush() {
    WorldOptions options;
    options.is_rush = true;
    options.shoppers = 6;
    options.chaos = seconds(20);
    return options;
}

// Of three processes any may be asked, and offices move between them.
WorldOptions several() {
    WorldOptions options;
    options.processes = 3;
    options.deaths = 1;
    return options;
}

std::string digest_of_seed(std::uint64_t seed) {
    World world(seed, {});
    world.run();
    return digest_of(world);
}

TEST_CASE("a seed makes the same world each time, down to the last byte", "[simulation]") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        INFO("seed " << seed);
        const std::string first = digest_of_seed(seed);
        CHECK(digest_of_seed(seed) == first);
        CHECK(digest_of_seed(seed + 1) != first);
    }
}

TEST_CASE("whatever goes wrong, the books of a shop are right", "[simulation]") {
    run_worlds(12, {});
}

// Takes from `types` those of the events a world recorded while things went wrong.
void strike_out(std::set<std::string>& types, World& world) {
    const Time calm = kStart + world.options().chaos;
    for (const FoldedRecord& each : fold(world.log()).records)
        for (const RecordedEvent& event : each.record.events)
            if (each.record.time < calm) types.erase(std::string(type_of(event.data)));
}

TEST_CASE("a simulated shop lives the whole life of its orders", "[simulation]") {
    std::set<std::string> missing = {"order.placed",
                                     "order.canceled",
                                     "order.lines_canceled",
                                     "order.lines_credited",
                                     "order.held",
                                     "order.hold_released",
                                     "order.note_added",
                                     "order.customer_assigned",
                                     "fulfillment.shipped",
                                     "fulfillment.delivered",
                                     "fulfillment.failed",
                                     "fulfillment.canceled",
                                     "stock.shipped",
                                     "stock.restocked",
                                     "credit_note.issued",
                                     "credit_note.settled",
                                     "payment.captured",
                                     "payment.refunded",
                                     "payment.refund_failed",
                                     "customer.order_assigned",
                                     "customer.erased"};
    for (std::uint64_t seed = 1; seed <= 60 && !missing.empty(); ++seed) {
        World world(seed, {});
        world.run();
        strike_out(missing, world);
    }
    CHECK(missing == std::set<std::string>{});
}

// What became of an order by phone.
struct ByPhone {
    int guests = 0;     // tries
    int customers = 0;  // …
    bool is_sold = false;
    bool has_earlier_keys = false;
};

TEST_CASE("an order by phone is tried for guests and customers, fails, and is sold at last",
          "[simulation]") {
    int sold_after_guests = 0;
    int sold_after_both = 0;
    int never_sold = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        World world(seed, {});
        world.run();
        std::map<OrderId, ByPhone> all;
        for (const FoldedRecord& each : fold(world.log()).records)
            for (const RecordedEvent& event : each.record.events) {
                const auto* started = event.data.get_if<checkout::Started>();
                if (started != nullptr && started->cart_id.is_empty()) {
                    ByPhone& order = all[started->order_id];
                    ++(started->party.customer_id.is_empty() ? order.guests : order.customers);
                }
                const auto* placed = event.data.get_if<order::Placed>();
                if (placed == nullptr || !placed->cart_id.is_empty()) continue;
                ByPhone& order = all[event.stream.as<OrderId>()];
                order.is_sold = true;
                order.has_earlier_keys = !placed->earlier_keys.empty();
            }
        for (const auto& [id, order] : all) {
            never_sold += !order.is_sold;
            sold_after_guests += order.is_sold && order.has_earlier_keys;
            sold_after_both += order.is_sold && order.guests > 0 && order.customers > 0;
        }
        if (sold_after_guests > 3 && sold_after_both > 3 && never_sold > 3) break;
    }
    CHECK(sold_after_guests > 3);
    CHECK(sold_after_both > 3);
    CHECK(never_sold > 3);
}

TEST_CASE("in a rush, crashes and all, as many are sold as there are", "[simulation]") {
    run_worlds(8, a_rush());
}

TEST_CASE("whichever of several processes is asked, the books are right", "[simulation]") {
    run_worlds(8, several());
}

// What each of the slow tests runs: four that take about as long, so that cores can share them.
std::uint64_t quarter_of_seeds() {
    return number_from("SHOPVERSE_SEEDS", 1'000) / 4;
}

TEST_CASE("many days, many seeds: the books are right", "[slow][simulation]") {
    run_worlds(quarter_of_seeds(), {});
}

TEST_CASE("many days more, other seeds: the books are right", "[slow][simulation]") {
    run_worlds(quarter_of_seeds(), {}, quarter_of_seeds());
}

TEST_CASE("many days, many seeds: several processes", "[slow][simulation]") {
    run_worlds(quarter_of_seeds(), several());
}

TEST_CASE("many days, many seeds: rushes", "[slow][simulation]") {
    run_worlds(quarter_of_seeds(), a_rush());
}

}  // namespace
}  // namespace shop::simulation
