// Whoever is in office has to look into the log first, as when an office changes hands: callers
// wait.
#include <catch2/catch.hpp>

#include "tests/support/cluster_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");

// Process 0 serves the mugs.
struct World : ClusterWorld {
    World() { take(0, map.partition_of(kMugs)); }
    Call<Receipt> delivered(std::size_t asked, std::int64_t quantity, std::string_view key) {
        return submit(asked, submission_of(stock::Receive{.stock = kMugs,
                                                          .quantity = quantity,
                                                          .opens = stock::Open{kMugs, {}, "mug"}},
                                           key));
    }
    std::int64_t on_hand() { return stock_of(answer(read(0, kMugs)).value()).on_hand; }
};

// The first so many answers say that whoever is in office has to look into the log first.
PeerNetwork::Changed doubtful(int count) {
    return [count](std::string answer) mutable {
        if (count-- <= 0) return answer;
        const Error doubt{ErrorCode::kUnavailable, "in-doubt", "The log is being recovered."};
        std::string bytes;
        REQUIRE(append_answer(bytes, answer_of(Result<Receipt>(std::unexpected(doubt)))));
        return bytes;
    };
}

TEST_CASE("an owner that is in doubt for a moment is asked again, and counts once", "[peer]") {
    World world;
    world.network.change_answers(doubtful(3));
    CHECK(world.answer(world.delivered(1, 10, "key 1")).value().replayed);  // by the first of them
    CHECK(world.network.calls() == 4);
    CHECK(world.on_hand() == 10);
    world.network.change_answers(doubtful(3));
    CHECK(world.answer(world.read(1, kMugs)));
}

TEST_CASE("an owner that stays in doubt leaves the caller in doubt", "[peer]") {
    World world;
    world.network.change_answers(doubtful(1'000));
    CHECK(world.answer(world.delivered(1, 10, "key 1")).error().type == "in-doubt");
    CHECK(world.answer(world.read(1, kMugs)).error().type == "in-doubt");
    world.network.change_answers({});
    CHECK(world.answer(world.delivered(1, 10, "key 1")).value().replayed);
    CHECK(world.on_hand() == 10);
}

}  // namespace
}  // namespace shop::tests
