// An effect's call to a stream: its command, and what the stream says of it (Engine::call).
#include <catch2/catch.hpp>

#include "tests/support/engine_world.hpp"

namespace shop {
namespace {

using tests::EngineWorld;
using tests::stock_item;

const StockId kMugs = stock_item("mugs");

struct World : EngineWorld {
    World() {
        open();
        answer(receive(kMugs, 10, "stock")).value();
    }
    Result<Called> reserve_by_call(std::int64_t quantity, std::string_view key) {
        const stock::Reservation reservation{OrderId::derive({key}), LineId::derive({key}), 1};
        const stock::Reserve reserve{kMugs, reservation, quantity};
        const auto called = std::make_shared<std::optional<Result<Called>>>();
        start(engine->call(loop, tests::submission_of(reserve, key), reserve),
              [called](Result<Called> result) { *called = std::move(result); });
        return answer(called);
    }
};

TEST_CASE("an effect's call tells what its target says of it, and when that was recorded") {
    World world;
    world.clock.advance(seconds(5));
    const auto called = world.reserve_by_call(3, "order 1");
    REQUIRE(called);
    const auto* said = std::get_if<stock::Outcome>(&called->outcome.value());
    REQUIRE(said != nullptr);
    CHECK(said->kind == stock::OutcomeKind::kHeld);
    CHECK(called->time >= world.clock.now());
    CHECK(world.reserve_by_call(3, "order 1")->outcome == called->outcome);
    CHECK(tests::stock_of(world.answer(world.read(kMugs)).value()).held_total == 3);
}

TEST_CASE("a call that its target refuses is answered by the target's state all the same") {
    World world;
    const auto refused = world.reserve_by_call(11, "order 1");
    REQUIRE(refused);
    REQUIRE(refused->outcome);
    CHECK(std::get<stock::Outcome>(*refused->outcome).kind != stock::OutcomeKind::kHeld);
}

TEST_CASE("a call whose target nobody decides here came to nothing, and is to be made again") {
    World world;
    world.insert_newer_claim(world.partition_of(kMugs));
    CHECK(world.reserve_by_call(3, "order 1").error().type == "not-owner");
}

}  // namespace
}  // namespace shop
