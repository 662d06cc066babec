// A shop of several processes: whoever is asked, the one in office carries it out, once, whatever
// becomes of the calls in between.
#include "events/cluster/cluster_engine.hpp"

#include <catch2/catch.hpp>

#include "tests/support/cluster_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");

// Goods come in, which must not be counted twice.
Submission delivery_of(std::int64_t quantity, std::string_view key) {
    return submission_of(
        stock::Receive{
            .stock = kMugs, .quantity = quantity, .opens = stock::Open{kMugs, {}, "mug"}},
        key);
}

struct World : ClusterWorld {
    explicit World(std::size_t processes = 2, ClusterOptions cluster = {})
        : ClusterWorld(processes, {}, cluster) {}
    Partition mugs() const { return map.partition_of(kMugs); }
    Call<Receipt> delivered(std::size_t asked, std::int64_t quantity, std::string_view key) {
        return submit(asked, delivery_of(quantity, key));
    }
    std::int64_t on_hand() {
        return stock_of(answer(read(process(0).local ? 0 : 1, kMugs)).value()).on_hand;
    }
};

// The next call of the network, and no other, comes to this.
PeerNetwork::FateOf first(CallFate fate) {
    return [fate, done = false](const std::string&, std::size_t) mutable {
        return std::exchange(done, true) ? CallFate::kArrives : fate;
    };
}

// ---- Who carries it out -------------------------------------------------------------------------

TEST_CASE("a command is carried out by the process in office, whichever is asked") {
    World world;
    world.take(0, world.mugs());
    CHECK(world.answer(world.receive(0, kMugs, 10, "key 1")).value().changed);
    CHECK(world.network.calls() == 0);
    CHECK(world.answer(world.receive(1, kMugs, 20, "key 2")).value().changed);
    CHECK(world.network.calls() == 1);
    CHECK(stock_of(world.answer(world.read(1, kMugs)).value()).on_hand == 20);
    CHECK(world.answer(world.receive(0, kMugs, 20, "key 2")).value().replayed);
}

TEST_CASE("a refusal of the process in office comes back as it is") {
    World world;
    world.take(0, world.mugs());
    const stock::Reservation reservation{OrderId::derive({"o"}), LineId::derive({"l"}), 1};
    const auto submission = [&] {
        return submission_of(stock::Reserve{kMugs, reservation, 3}, "key 1");
    };
    const auto there = world.answer(world.submit(1, submission()));
    const auto here = world.answer(world.submit(0, submission()));
    REQUIRE_FALSE(there);
    CHECK(there.error() == here.error());
}

TEST_CASE("a call waits until somebody is in office, and is carried out then") {
    World world;
    const auto call = world.receive(1, kMugs, 10, "key 1");
    world.pass(seconds(1));
    CHECK_FALSE(*call);
    world.take(0, world.mugs());
    CHECK(world.answer(call).value().changed);
}

TEST_CASE("which tokens a partition needs is told by the process in office, and by nobody else") {
    World world;
    const auto asked = [&] {
        ClusterEngine& engine = *world.process(1).engine;
        return world.answer(call(engine.needed_tokens(world.loop, world.mugs())));
    };
    CHECK(asked().error().type == "not-owner");
    world.take(0, world.mugs());
    CHECK(asked() == std::vector<std::string>{});
    CHECK(world.network.calls() == 1);
    world.process(1).local->take_office(world.mugs());
    world.settle();
    CHECK(asked() == std::vector<std::string>{});
    CHECK(world.network.calls() == 1);
}

TEST_CASE("where nobody comes into office the caller is told to ask again, after five seconds") {
    World world;
    const auto call = world.receive(1, kMugs, 10, "key 1");
    world.pass(milliseconds(4'900));
    CHECK_FALSE(*call);
    world.pass(milliseconds(200));
    REQUIRE(*call);
    CHECK((*call)->error().type == "not-owner");
    CHECK((*call)->error().code == ErrorCode::kUnavailable);
}

TEST_CASE("an office that comes to the asked process itself ends its waiting") {
    World world;
    const auto call = world.receive(1, kMugs, 10, "key 1");
    world.pass(milliseconds(100));
    world.process(1).local->take_office(world.mugs());
    world.settle();
    CHECK(world.answer(call).value().changed);
    CHECK(world.network.calls() == 0);
}

TEST_CASE("who has moved away says who is in office now, and the caller notices nothing") {
    World world(3);
    world.take(0, world.mugs());
    world.process(1).local->take_office(world.mugs());
    world.settle();
    world.process(0).directory.hear(*world.process(1).directory.find(world.mugs()));
    const Duration before = world.clock.steady();
    CHECK(world.answer(world.receive(2, kMugs, 10, "key 1")).value().changed);
    CHECK(world.clock.steady() - before < milliseconds(20));
    CHECK(world.process(2).directory.find(world.mugs())->address == "process-1");
}

TEST_CASE("a process that lost its office without knowing passes the call on once it knows") {
    World world;
    world.take(0, world.mugs());
    REQUIRE(world.answer(world.receive(0, kMugs, 10, "key 1")));
    world.process(1).local->take_office(world.mugs());
    world.settle();
    world.process(0).directory.hear(*world.process(1).directory.find(world.mugs()));
    CHECK(world.answer(world.receive(0, kMugs, 20, "key 2")).value().changed);
    CHECK(world.process(1).local->serves(world.mugs()));
    CHECK(world.records_of(command_id("key 2")) == 1);
}

TEST_CASE("a process that lost an office and takes it again knows what it did before and since") {
    World world;
    world.take(0, world.mugs());
    REQUIRE(world.answer(world.delivered(0, 1, "key 1")));  // not in its state store
    world.take(1, world.mugs());
    REQUIRE(world.answer(world.delivered(0, 2, "key 2")));  // it finds out
    REQUIRE(world.answer(world.delivered(1, 4, "key 3")));
    CHECK(world.process(0).store.checkpoint(world.mugs())->offset == -1);
    world.take(0, world.mugs());
    CHECK(world.on_hand() == 7);
    CHECK(world.answer(world.delivered(0, 1, "key 1")).value().replayed);
}

TEST_CASE("directories that point at each other cost pauses, and no call goes in circles") {
    World world;
    world.process(0).directory.hear({world.mugs(), 9, "process-1"});
    world.process(1).directory.hear({world.mugs(), 8, "process-0"});
    const auto call = world.receive(1, kMugs, 10, "key 1");
    CHECK(world.answer(call).error().type == "not-owner");
    // It doubles from 20 ms to half a second: five seconds are some fifteen tries.
    CHECK(world.network.calls() < 20);
}

TEST_CASE("control: a host that asks on where directories are wrong goes in circles") {
    World world;
    PeerHost circling({*world.process(0).engine, *world.process(0).catalog,
                       world.process(0).directory, world.map, "process-0"});
    world.network.join("process-0", circling, world.loop);
    world.network.join("process-0b", circling, world.loop);
    world.process(0).directory.hear({world.mugs(), 9, "process-0b"});
    world.process(1).directory.hear({world.mugs(), 8, "process-0"});
    world.network.set_fates([](const auto&, std::size_t number) {
        return number < 100 ? CallFate::kArrives : CallFate::kRefused;
    });
    const auto call = world.receive(1, kMugs, 10, "key 1");
    world.settle();
    CHECK(world.network.calls() > 100);
    world.pass(seconds(10));
    CHECK(*call);
}

TEST_CASE("a shop serves once somebody is known for each partition") {
    World world;
    CHECK(world.process(1).engine->serving().error().type == "not-owner");
    for (const Partition partition : world.map.partitions().all())
        if (partition.topic != Topic::kClicks) world.take(0, partition);
    CHECK(world.process(1).engine->serving());
    CHECK_FALSE(world.process(1).local->serving());
}

// ---- What may happen to a call ------------------------------------------------------------------

TEST_CASE("whatever happens to a call on its way, the command is carried out once") {
    const auto fate = GENERATE(CallFate::kArrives, CallFate::kRefused, CallFate::kRequestLost,
                               CallFate::kAnswerLost, CallFate::kTwice);
    World world;
    world.take(0, world.mugs());
    world.network.set_fates(first(fate));
    const auto receipt = world.answer(world.delivered(1, 10, "key 1"));
    REQUIRE(receipt);
    CHECK(receipt->changed);
    world.pass(seconds(1));
    CHECK(world.records_of(command_id("key 1")) == 1);
    CHECK(world.on_hand() == 10);
}

TEST_CASE("control: with an id of its own for each try it is carried out twice") {
    World world(2, {.keeps_ids = false});
    world.take(0, world.mugs());
    world.network.set_fates(first(CallFate::kAnswerLost));
    REQUIRE(world.answer(world.delivered(1, 10, "key 1")));
    CHECK(world.on_hand() == 20);
}

TEST_CASE("an owner that says nothing leaves the caller in doubt, never with a no") {
    World world;
    world.take(0, world.mugs());
    world.network.set_fates([](const auto&, std::size_t) { return CallFate::kSilence; });
    const auto silent = world.answer(world.receive(1, kMugs, 10, "key 1"));
    CHECK(silent.error().type == "in-doubt");
    CHECK(world.answer(world.read(1, kMugs)).error().type == "not-owner");
    world.network.set_fates({});
    CHECK(world.answer(world.receive(1, kMugs, 10, "key 1")).value().changed);
    CHECK(world.records_of(command_id("key 1")) == 1);
}

TEST_CASE("an owner that dies behind its record has sold: the next one says so") {
    World world(3);
    world.take(0, world.mugs());
    world.network.set_fates(first(CallFate::kAnswerLost));
    const auto call = world.receive(2, kMugs, 10, "key 1");
    world.settle();
    world.network.leave("process-0");
    world.pass(milliseconds(100));
    CHECK_FALSE(*call);
    world.kill(0);
    world.take(1, world.mugs());
    CHECK(world.answer(call).value().replayed);
    CHECK(world.records_of(command_id("key 1")) == 1);
}

TEST_CASE("an owner that dies before its record is durable is followed by one that decides anew") {
    World world(3);
    world.take(0, world.mugs());
    const auto call = world.receive(2, kMugs, 10, "key 1");
    world.loop.run();  // process 0 has decided, and appended nothing
    world.kill(0);
    world.take(1, world.mugs());
    const auto receipt = world.answer(call);
    REQUIRE(receipt);
    CHECK_FALSE(receipt->replayed);
    CHECK(world.records_of(command_id("key 1")) == 1);
}

TEST_CASE("a record that counts is told as done, though its process is out of office by then") {
    World world;
    LocalEngine& theirs = *world.process(0).local;
    LocalEngine& ours = *world.process(1).local;
    world.take(1, world.mugs());
    const auto call = world.submit(1, delivery_of(10, "key 1"));
    world.loop.run();
    // It lands, though this process hears of a failure; meanwhile the other one takes over.
    world.log.memory().set_fates(
        [](std::uint64_t, const AppendBatch&) { return Fate{.reported_failed = true}; });
    REQUIRE(ours.begin());
    world.log.memory().flush();
    world.log.memory().set_fates({});
    theirs.take_office(world.mugs());
    while (!theirs.serves(world.mugs())) {
        if (theirs.begin()) theirs.finish();
        theirs.warm_step();
    }
    ours.finish();
    world.settle();
    CHECK_FALSE(ours.serves(world.mugs()));
    REQUIRE(*call);
    CHECK((*call)->value().changed);
    CHECK(world.network.calls() == 0);
    CHECK(world.records_of(command_id("key 1")) == 1);
}

TEST_CASE("a \"not now\" after a call that may have been carried out leaves it open") {
    World world;
    world.take(0, world.mugs());
    world.network.set_fates(first(CallFate::kAnswerLost));
    const auto call = world.receive(1, kMugs, 10, "key 1");
    world.settle();
    SECTION("the next one has not read the catalog so far, and does not look for the record") {
        world.network.change_answers([](const std::string&) {
            return R"({"error":{"code":"kUnavailable","type":"log-lags","message":"Later."}})";
        });
    }
    SECTION("the next one runs another program") {
        world.network.change_answers([](const std::string&) { return "{}"; });
    }
    CHECK(world.answer(call).error().type == "in-doubt");
    CHECK(world.records_of(command_id("key 1")) == 1);
}

TEST_CASE("an id that was new is looked for once the call was tried elsewhere") {
    World world;
    world.take(0, world.mugs());
    world.network.set_fates(first(CallFate::kAnswerLost));
    Submission submission = delivery_of(10, "key 1");
    submission.id_is_new = true;
    const auto call = world.submit(1, std::move(submission));
    world.settle();
    CHECK(world.records_of(command_id("key 1")) == 1);
    // Now this process comes into office itself: the record is in its state store.
    world.process(1).local->take_office(world.mugs());
    CHECK(world.answer(call).value().replayed);
    CHECK(world.network.calls() == 1);
    CHECK(world.records_of(command_id("key 1")) == 1);
}

TEST_CASE("an answer that cannot be read is not taken for one") {
    World world;
    world.take(0, world.mugs());
    world.network.change_answers([](const std::string&) { return R"({"future":{}})"; });
    const auto answer = world.answer(world.receive(1, kMugs, 10, "key 1"));
    CHECK(answer.error().code == ErrorCode::kUnavailable);
    CHECK(answer.error().type == "peer-differs");
}

TEST_CASE("an answer that was given to another call is not taken for one") {
    World world;
    world.take(0, world.mugs());
    std::string receipt;
    world.network.change_answers([&](std::string answer) { return receipt = std::move(answer); });
    REQUIRE(world.answer(world.receive(1, kMugs, 10, "key 1")));
    world.network.change_answers([&](const std::string&) { return receipt; });
    CHECK(world.answer(world.read(1, kMugs)).error().type == "peer-differs");
}

}  // namespace
}  // namespace shop::tests
