#include "api/import/first_of.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <random>

namespace shop::import {
namespace {

struct Numbered {
    int number = 0;
    bool operator==(const Numbered&) const = default;
};

TEST_CASE("the first of many are kept in room for twice as many, in whatever order they come") {
    std::vector<int> numbers(1'000);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::ranges::shuffle(numbers, std::mt19937(5));
    std::vector<Numbered> first;
    for (const int number : numbers) {
        add_to_first(first, {number}, 10, &Numbered::number);
        REQUIRE(first.size() <= 20);
    }
    cut_to_first(first, 10, &Numbered::number);
    REQUIRE(first.size() == 10);
    for (int i = 0; i < 10; ++i) CHECK(first[static_cast<std::size_t>(i)].number == i);
}

TEST_CASE("of few all are kept") {
    std::vector<Numbered> first;
    for (const int number : {3, 1, 2}) add_to_first(first, {number}, 10, &Numbered::number);
    cut_to_first(first, 10, &Numbered::number);
    CHECK(first == std::vector<Numbered>{{1}, {2}, {3}});
}

}  // namespace
}  // namespace shop::import
