// How processes share out the partitions of a view, each by what it sees.
#include "projections/fair_share.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace shop::tests {
namespace {

using projections::next_turn;
using projections::Shares;
using projections::Turn;

// All that are there, and what they hold.
struct Table {
    explicit Table(int count) {
        for (int i = 0; i < count; ++i)
            all.insert({Topic::kCommerce, static_cast<std::uint16_t>(i)});
    }

    Turn turn_of(int self) const { return next_turn(all, shares, self); }
    void play(int self, const Turn& turn) {
        for (const Partition& partition : turn.release) shares.held.erase(partition);
        for (const Partition& partition : turn.take) shares.held.emplace(partition, self);
    }
    void leave(int self) {
        shares.feeders.erase(self);
        std::erase_if(shares.held, [&](const auto& each) { return each.second == self; });
    }
    // Nobody does anything any more, all is fed, and nobody feeds two more than another.
    bool is_settled() const {
        std::map<int, std::size_t> counts;
        for (const int feeder : shares.feeders) {
            if (turn_of(feeder) != Turn{}) return false;
            counts[feeder] = 0;
        }
        for (const auto& [partition, feeder] : shares.held) ++counts[feeder];
        const auto [least, most] =
            std::ranges::minmax_element(counts, {}, [](const auto& each) { return each.second; });
        return shares.held.size() == all.size() && most->second - least->second <= 1;
    }

    std::set<Partition> all;
    Shares shares;
};

}  // namespace

TEST_CASE("a process that is alone takes all partitions", "[projections]") {
    Table table(9);
    table.shares.feeders = {1};
    CHECK(table.turn_of(1).take.size() == 9);
}

TEST_CASE("whoever comes gets its part, and nobody takes it before", "[projections]") {
    Table table(9);
    table.shares.feeders = {1};
    table.play(1, table.turn_of(1));
    table.shares.feeders.insert(2);
    CHECK(table.turn_of(2) == Turn{});
    const Turn turn = table.turn_of(1);
    CHECK(turn.release.size() == 4);
    table.play(1, turn);
    CHECK(table.turn_of(1) == Turn{});
    CHECK(table.turn_of(2).take.size() == 4);
}

TEST_CASE("with more processes than partitions some feed nothing", "[projections]") {
    Table table(2);
    table.shares.feeders = {1, 2, 3};
    for (const int each : {1, 2, 3}) table.play(each, table.turn_of(each));
    CHECK(table.is_settled());
    CHECK(table.shares.held.size() == 2);
}

TEST_CASE("whoever comes and goes, and in whatever order they look, the parts get equal",
          "[projections]") {
    const std::uint32_t seed = GENERATE(range(1U, 101U));
    CAPTURE(seed);
    std::mt19937 random(seed);
    Table table(static_cast<int>(1 + random() % 17));
    int last = 0;
    for (int change = 0; change < 8; ++change) {
        auto& feeders = table.shares.feeders;
        if (feeders.size() > 1 && random() % 2 == 0)
            table.leave(*std::next(feeders.begin(), static_cast<int>(random() % feeders.size())));
        else
            feeders.insert(++last);
        int turns = 0;
        while (!table.is_settled()) {
            REQUIRE(++turns < 100);
            // Some have looked before others moved; of two that take the same the first has it.
            std::vector<std::pair<int, Turn>> looked;
            for (const int feeder : feeders)
                if (random() % 2 == 0) looked.emplace_back(feeder, table.turn_of(feeder));
            std::ranges::shuffle(looked, random);
            for (const auto& [feeder, turn] : looked) table.play(feeder, turn);
        }
    }
}

}  // namespace shop::tests
