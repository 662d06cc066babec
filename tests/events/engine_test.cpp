// What the engine promises its callers when all goes well, whether it is their own process's or
// that of another one.
#include <catch2/catch.hpp>
#include <set>

#include "core/order/series.hpp"
#include "events/record.hpp"
#include "tests/support/forwarded_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");

// What may lie between a request and its repetition.
template <class World>
void let_time_pass(World& world) {
    world.clock.advance(minutes(5));
    SECTION("while the engine remembers what was asked") {}
    SECTION("when only the state store does") {
        world.save();
    }
    SECTION("after a proper end and another start") {
        world.close();
        world.open();
    }
    SECTION("after a crash") {
        world.crash();
        world.open();
    }
}

TEMPLATE_TEST_CASE("a command is answered once its record is in the log, and not before", "",
                   EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    const auto call = world.receive(kMugs, 10, "key 1");
    world.loop.run();
    CHECK_FALSE(*call);
    REQUIRE(world.engine->begin());
    world.loop.run();
    CHECK_FALSE(*call);
    CHECK(world.positions_of(command_id("key 1")).empty());
    world.engine->finish();
    world.loop.run();
    REQUIRE(*call);
    const Receipt receipt = (*call)->value();
    CHECK(receipt.changed);
    CHECK_FALSE(receipt.replayed);
    CHECK(world.positions_of(command_id("key 1")) == std::vector{receipt.position});
    CHECK(world.on_hand(kMugs) == 10);
}

TEMPLATE_TEST_CASE("a refusal names the domain's reason and leaves nothing in the log", "",
                   EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    const Offset before = world.end_of(kMugs);
    const auto refused = world.answer(world.reserve(kMugs, 1, "key 1"));
    REQUIRE_FALSE(refused);
    CHECK(world.end_of(kMugs) == before);
}

TEMPLATE_TEST_CASE("a refusal is not remembered: the same command succeeds once its cause is gone",
                   "", EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    REQUIRE_FALSE(world.answer(world.reserve(kMugs, 1, "key 1")));
    let_time_pass(world);
    world.answer(world.receive(kMugs, 10, "key 2")).value();
    const Receipt receipt = world.answer(world.reserve(kMugs, 1, "key 1")).value();
    CHECK(receipt.changed);
    CHECK_FALSE(receipt.replayed);
    CHECK(world.positions_of(command_id("key 1")) == std::vector{receipt.position});
}

TEMPLATE_TEST_CASE("a command that changes nothing says so, and may be repeated", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    const Receipt first = world.answer(world.receive(kMugs, 10, "key 1")).value();
    const Receipt second = world.answer(world.receive(kMugs, 10, "key 2")).value();
    CHECK_FALSE(second.changed);
    CHECK(second.position == first.position);
    CHECK(world.positions_of(command_id("key 2")).empty());
}

TEMPLATE_TEST_CASE("a change too large for a record is refused, and the next one is made", "",
                   EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const Offset before = world.end_of(kMugs);
    stock::Receive delivery{.stock = kMugs, .quantity = 1};
    delivery.note = std::string(kRecordBytesMax, 'x');
    const auto refused = world.answer(world.submit(submission_of(delivery, "key 2")));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "record-too-large");
    CHECK(world.end_of(kMugs) == before);
    delivery.note.clear();
    CHECK(world.answer(world.submit(submission_of(delivery, "key 2"))).value().changed);
    CHECK(world.on_hand(kMugs) == 11);
}

TEMPLATE_TEST_CASE("a command that is tried out tells what it would do, and leaves nothing behind",
                   "", EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const Offset before = world.end_of(kMugs);
    const stock::Reservation line{OrderId::derive({"o"}), LineId::derive({"l"}), 1};
    const Submission reserve = submission_of(stock::Reserve{kMugs, line, 4}, "key 2");
    const Trial trial = world.answer(world.try_out(reserve)).value();
    REQUIRE(trial.events.size() == 1);
    CHECK(trial.events.front().data.get_if<stock::Reserved>()->quantity == 4);
    CHECK(world.end_of(kMugs) == before);
    CHECK(stock_of(world.answer(world.read(kMugs)).value()).held_total == 0);
    const Receipt real = world.answer(world.submit(reserve)).value();
    CHECK(real.changed);
    CHECK_FALSE(real.replayed);
    CHECK_FALSE(world.answer(world.try_out(submission_of(stock::Reserve{kMugs, {}, 0}, "key 3"))));
}

TEMPLATE_TEST_CASE("what a trial tells of streams that are not in memory is the same", "",
                   EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    world.save();
    world.close();
    world.open();
    const stock::Reservation line{OrderId::derive({"o"}), LineId::derive({"l"}), 1};
    const auto trial = world.try_out(submission_of(stock::Reserve{kMugs, line, 11}, "key 2"));
    const std::vector<NewEvent> events = world.answer(trial).value().events;
    REQUIRE(events.size() == 1);
    CHECK(events.front().data.get_if<stock::ReservationRefused>()->available == 10);
}

TEMPLATE_TEST_CASE("a trial rests on what is durable, and waits for it", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    const auto received = world.receive(kMugs, 10, "key 1");
    const stock::Reservation line{OrderId::derive({"o"}), LineId::derive({"l"}), 1};
    const auto trial = world.try_out(submission_of(stock::Reserve{kMugs, line, 4}, "key 2"));
    world.loop.run();
    CHECK_FALSE(*trial);
    const Trial told = world.answer(trial).value();
    CHECK(told.events.front().data.get_if<stock::Reserved>() != nullptr);
}

TEMPLATE_TEST_CASE("a trial says what streams would owe that they do not owe yet", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    const SeriesId series = series::local_series(kMugs.slot());
    const auto trial = world.answer(world.try_out(submission_of(series::Open{series}, "key 1")));
    REQUIRE(trial.value().owed.size() == 1);
    CHECK(std::holds_alternative<series::LeaseBlock>(trial->owed.front().call));
    world.answer(world.submit(submission_of(series::Open{series}, "key 2"))).value();
    CHECK(world.answer(world.try_out(submission_of(series::Open{series}, "key 3")))
              .value()
              .owed.empty());
}

TEMPLATE_TEST_CASE("the same key again is the same command: its first answer, nothing done twice",
                   "", EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    const Receipt first = world.answer(world.receive(kMugs, 10, "key 1")).value();
    let_time_pass(world);
    const Receipt again = world.answer(world.receive(kMugs, 10, "key 1")).value();
    CHECK(again.replayed);
    CHECK(again.position == first.position);
    CHECK(again.time == first.time);
    CHECK(world.positions_of(command_id("key 1")).size() == 1);
}

TEMPLATE_TEST_CASE("two requests with one key that arrive together become one command", "",
                   EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    const auto one = world.receive(kMugs, 10, "key 1");
    const auto two = world.receive(kMugs, 10, "key 1");
    CHECK_FALSE(world.answer(one).value().replayed);
    CHECK(world.answer(two).value().replayed);
    CHECK(world.positions_of(command_id("key 1")).size() == 1);
}

TEMPLATE_TEST_CASE("a key that was used for another request is refused", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    if (GENERATE(false, true)) world.save();
    Submission other = submission_of(stock::SetLevel{.stock = kMugs, .on_hand = 99}, "key 1");
    other.fingerprint = "of another request";
    const auto refused = world.answer(world.submit(std::move(other)));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "idempotency-key-reused");
    CHECK(world.on_hand(kMugs) == 10);
}

TEMPLATE_TEST_CASE("who may do nothing new still gets the first answer to what he did", "",
                   EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    const Receipt first = world.answer(world.receive(kMugs, 10, "key 1")).value();
    if (GENERATE(false, true)) world.save();
    const auto ask = [&](std::string_view key) {
        Submission again = submission_of(
            stock::SetLevel{.stock = kMugs, .inventory_item = "mug", .on_hand = 10}, key);
        again.refusal_if_new = Error{ErrorCode::kUnavailable, "enough", "Nothing new."};
        return world.answer(world.submit(std::move(again)));
    };
    const auto replayed = ask("key 1");
    REQUIRE(replayed);
    CHECK(replayed->replayed);
    CHECK(replayed->position == first.position);
    const auto refused = ask("key 2");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().type == "enough");
}

TEMPLATE_TEST_CASE("a key is forgotten after seven days", "", EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    world.save();
    world.clock.advance(days(7) + seconds(1));
    world.answer(world.receive(stock_item("plates"), 1, "key 2")).value();
    world.save();
    const Receipt again = world.answer(world.receive(kMugs, 12, "key 1")).value();
    CHECK_FALSE(again.replayed);
    CHECK(world.on_hand(kMugs) == 12);
}

TEMPLATE_TEST_CASE("recorded time follows the clock, its cause, and never falls", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    const Time start = world.clock.now();
    CHECK(world.answer(world.receive(kMugs, 1, "key 1")).value().time == start);
    Submission caused = submission_of(stock::SetLevel{.stock = kMugs, .on_hand = 2}, "key 2");
    caused.not_before = start + seconds(9);
    CHECK(world.answer(world.submit(caused)).value().time == start + seconds(9));
    CHECK(world.answer(world.receive(kMugs, 3, "key 3")).value().time == start + seconds(9));
    world.crash();
    world.open();
    CHECK(world.answer(world.receive(kMugs, 4, "key 4")).value().time == start + seconds(9));
}

TEMPLATE_TEST_CASE("a stream can be read as it is, and as it was behind each of its records", "",
                   EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    std::vector<Position> positions;
    for (std::int64_t i = 1; i <= 5; ++i) {
        const auto receipt = world.answer(world.receive(kMugs, i * 10, std::to_string(i)));
        positions.push_back(receipt.value().position);
        if (i == 2 || i == 4) world.save();
    }
    if (GENERATE(false, true)) {
        world.crash();
        world.open();
    }
    CHECK(stock_of(world.answer(world.read(kMugs)).value()).on_hand == 50);
    for (std::size_t i = 0; i < 5; ++i) {
        const Snapshot then = world.answer(world.read_at(kMugs, positions[i])).value();
        CHECK(stock_of(then).on_hand == static_cast<std::int64_t>(i + 1) * 10);
        CHECK(then.position == positions[i]);
        CHECK(then.version == i + 2);  // opened, and i + 1 receipts
    }
    const Position before{positions[0].partition, positions[0].offset - 1};
    CHECK(world.answer(world.read_at(kMugs, before)).value().state == nullptr);
}

TEMPLATE_TEST_CASE("what does not exist reads as nothing", "", EngineWorld, ForwardedWorld) {
    TestType world;
    world.open();
    const Snapshot nothing = world.answer(world.read(kMugs)).value();
    CHECK(nothing.state == nullptr);
    CHECK(nothing.version == 0);
}

TEMPLATE_TEST_CASE("a snapshot somebody holds does not change under him", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const Snapshot held = world.answer(world.read(kMugs)).value();
    world.answer(world.receive(kMugs, 20, "key 2")).value();
    CHECK(stock_of(held).on_hand == 10);
}

TEMPLATE_TEST_CASE("whoever waits for a stream hears of its next durable change", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const auto waiting = world.wait(kMugs, 2, seconds(30));
    world.settle();
    CHECK_FALSE(*waiting);
    world.receive(kMugs, 20, "key 2");
    world.loop.run();
    REQUIRE(world.engine->begin());
    world.loop.run();
    CHECK_FALSE(*waiting);  // it is not durable yet
    world.engine->finish();
    CHECK(stock_of(world.answer(waiting).value()).on_hand == 20);
}

TEMPLATE_TEST_CASE("a wait ends at its time-out with the stream as it is", "", EngineWorld,
                   ForwardedWorld) {
    TestType world;
    world.open();
    world.answer(world.receive(kMugs, 10, "key 1")).value();
    const auto waiting = world.wait(kMugs, 2, seconds(30));
    for (int i = 0; i < 29; ++i) {
        world.clock.advance(seconds(1));
        world.settle();
    }
    CHECK_FALSE(*waiting);
    world.clock.advance(seconds(1));
    CHECK(stock_of(world.answer(waiting).value()).on_hand == 10);
}

TEST_CASE("an operator sees how long commands wait, and what one synced write holds") {
    EngineWorld world;
    world.options.witness = &world.witness;
    world.open();
    world.receive(kMugs, 10, "key 1");
    world.clock.advance(milliseconds(3));
    world.receive(kMugs, 20, "key 2");
    REQUIRE(world.engine->begin());
    world.clock.advance(milliseconds(5));
    world.engine->finish();
    world.loop.run();
    CHECK(world.witness.groups == std::vector{std::pair{std::size_t{2}, milliseconds(5)}});
    CHECK(world.witness.durable == std::vector{milliseconds(8), milliseconds(5)});
    CHECK(std::set(world.witness.locks.begin(), world.witness.locks.end()) == std::set{Duration{}});
}

TEST_CASE("after a crash the records behind what was saved are read again, and no others") {
    EngineWorld world;
    world.open();
    for (int i = 1; i <= 4; ++i) {
        world.answer(world.receive(kMugs, i, "key " + std::to_string(i))).value();
        if (i == 2) world.save();
    }
    CHECK(world.engine->stats().folded == 0);
    world.crash();
    world.open();
    CHECK(world.engine->stats().folded == 2);
    CHECK(stock_of(world.answer(world.read(kMugs)).value()).on_hand == 4);
}

TEST_CASE("who waits when the engine ends is told to ask again") {
    EngineWorld world;
    world.open();
    const auto waiting = world.wait(kMugs, 0, seconds(30));
    const auto undecided = world.receive(kMugs, 10, "key 1");
    world.crash();
    REQUIRE(*waiting);
    CHECK((*waiting)->error().code == ErrorCode::kUnavailable);
    REQUIRE(*undecided);
    CHECK((*undecided)->error().code == ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace shop::tests
