// Beyond its limits the engine says so at once, and goes on when there is room again.
#include <catch2/catch.hpp>

#include "events/trusted_clock.hpp"
#include "tests/support/engine_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");

std::size_t count_refused(const std::vector<Call<Receipt>>& calls) {
    std::size_t refused = 0;
    for (const auto& call : calls)
        if (*call && !(*call)->has_value()) {
            CHECK((*call)->error().type == "too-busy");
            ++refused;
        }
    return refused;
}

TEST_CASE("too many commands at once are refused at once, and all others are done") {
    EngineWorld world;
    SECTION("by their number") {
        world.options.limits.pending_records = 20;
    }
    SECTION("by their bytes") {
        world.options.limits.pending_bytes = 20 * 400;
    }
    SECTION("by who waits") {
        world.options.limits.waiting = 20;
    }
    SECTION("by what is not saved") {
        world.options.limits.unsaved_records = 20;
    }
    world.open();
    std::vector<Call<Receipt>> calls;
    for (int i = 0; i < 100; ++i)
        calls.push_back(world.receive(kMugs, i + 1, "key " + std::to_string(i)));
    const std::size_t refused = count_refused(calls);
    CHECK(refused >= 60);
    CHECK(refused < 90);
    world.settle();
    CHECK(count_refused(calls) == refused);
    world.save();
    for (int i = 0; i < 100; ++i)
        CHECK(world.answer(world.receive(kMugs, i + 1, "key " + std::to_string(i))));
    CHECK(world.on_hand(kMugs) > 0);
}

TEST_CASE("what effects owe goes on when shoppers are told to wait") {
    EngineWorld world;
    world.options.limits.pending_records = 10;
    world.open();
    for (int i = 0; i < 10; ++i) world.receive(kMugs, i + 1, "key " + std::to_string(i));
    const auto shopper = world.receive(kMugs, 50, "a shopper's");
    CHECK(count_refused({shopper}) == 1);
    Submission owed = submission_of(stock::SetLevel{.stock = kMugs, .on_hand = 77}, "owed");
    owed.actor = {.kind = ActorKind::kSystem};
    CHECK(world.answer(world.submit(std::move(owed))));
    CHECK(world.on_hand(kMugs) == 77);
}

TEST_CASE("a large load is committed in groups, each partition in its turn") {
    EngineWorld world;
    world.options.group_bytes = 1'000;
    world.open();
    std::vector<Call<Receipt>> calls;
    for (int i = 0; i < 200; ++i) {
        const auto item = stock_item("x", Slot{static_cast<std::uint16_t>(i % 2)});
        calls.push_back(world.receive(item, i + 1, std::to_string(i)));
    }
    world.settle();
    for (const auto& call : calls) CHECK(call->value().has_value());
}

TEST_CASE("a wall clock that jumps is not believed, and said to be wrong") {
    EngineWorld world;
    world.open();
    const Time start = world.clock.now();
    CHECK(world.engine->clock_is_sane());
    const Duration jump = GENERATE(seconds(61), days(300), seconds(-61));
    world.clock.jump(jump);
    CHECK_FALSE(world.engine->clock_is_sane());
    world.clock.advance(seconds(5));
    CHECK(world.answer(world.receive(kMugs, 10, "key 1")).value().time == start + seconds(5));
    world.clock.jump({-jump.us});
    CHECK(world.engine->clock_is_sane());
}

TEST_CASE("a clock that is corrected little by little is followed") {
    ManualClock clock;
    TrustedClock trusted(clock);
    for (int i = 0; i < 1'000; ++i) {
        clock.advance(seconds(10));
        clock.jump(milliseconds(500));
        trusted.follow();
    }
    CHECK(trusted.is_sane());
    CHECK(trusted.now() == clock.now());
}

}  // namespace
}  // namespace shop::tests
