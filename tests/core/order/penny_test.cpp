// The penny rule: parts of a line add up to its gross.
#include "core/order/penny.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/test_catalog.hpp"

namespace shop::tests {
namespace {

sale::Line line_of(std::int64_t gross, std::int64_t quantity) {
    sale::Line line;
    line.quantity = quantity;
    line.gross = gbp(gross);
    return line;
}

// What the parts cost, taken one after another.
std::vector<std::int64_t> amounts(const sale::Line& line, const std::vector<std::int64_t>& parts) {
    std::vector<std::int64_t> all;
    order::Part done{0, gbp(0)};
    for (const std::int64_t units : parts) {
        const Money amount = order::amount_of_more(line, done, units);
        done = {done.units + units, done.amount + amount};
        all.push_back(amount.minor_units);
    }
    return all;
}

TEST_CASE("parts of a line are rounded so that they add up to it") {
    struct Case {
        std::int64_t gross;
        std::int64_t quantity;
        std::vector<std::int64_t> parts;
        std::vector<std::int64_t> amounts;
    };
    const Case cases[] = {
        {1'000, 3, {1, 1, 1}, {333, 334, 333}},
        {1'000, 3, {2, 1}, {667, 333}},
        {1'000, 3, {3}, {1'000}},
        {200, 3, {1, 1, 1}, {67, 66, 67}},
        {2, 4, {1, 1, 1, 1}, {1, 0, 1, 0}},
        {1, 3, {1, 1, 1}, {0, 1, 0}},
        {0, 2, {1, 1}, {0, 0}},
        {-500, 3, {1, 1, 1}, {-167, -166, -167}},
        {999'999'999'999, 7, {3, 4}, {428'571'428'571, 571'428'571'428}},
        {100, 1'000'000'000, {999'999'999, 1}, {100, 0}},
    };
    for (const Case& each : cases) {
        CAPTURE(each.gross, each.quantity);
        CHECK(amounts(line_of(each.gross, each.quantity), each.parts) == each.amounts);
    }
}

TEST_CASE("the last units take what a dearer or cheaper part has left") {
    const sale::Line line = line_of(1'000, 3);
    CHECK(order::amount_of_more(line, {2, gbp(700)}, 1) == gbp(300));
    CHECK(order::amount_of_more(line, {0, gbp(100)}, 3) == gbp(900));
    CHECK(order::amount_of_more(line, {0, gbp(400)}, 1) == gbp(-67));
}

}  // namespace
}  // namespace shop::tests
