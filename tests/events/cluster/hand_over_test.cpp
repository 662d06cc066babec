// A process that is about to stop hands its offices over by name: they are served all the while.
#include "events/cluster/hand_over.hpp"

#include <catch2/catch.hpp>

#include "tests/support/cluster_world.hpp"

namespace shop::tests {
namespace {

const StockId kMugs = stock_item("mugs");
const Partition kCatalog{Topic::kCatalog, 0};
const Partition kFirst{Topic::kCommerce, 0};
const Partition kSecond{Topic::kCommerce, 1};

// Process 0 serves the mugs and is to stop; 1 and 2 are known, for they serve something.
struct World : ClusterWorld {
    World() : ClusterWorld(3) {
        take(0, mugs());
        take(1, kCatalog);
        take(2, mugs() == kFirst ? kSecond : kFirst);
    }
    Partition mugs() const { return map.partition_of(kMugs); }
    std::vector<Owner> held() { return {*process(0).directory.find(mugs())}; }
    // How many were taken, once that is known.
    std::shared_ptr<std::optional<std::size_t>> begin() {
        auto taken = std::make_shared<std::optional<std::size_t>>();
        start(naming.run(loop, held()), [taken](std::size_t count) { *taken = count; });
        return taken;
    }
    std::size_t hand_over() {
        const auto taken = begin();
        for (int i = 0; i < 2'000 && !*taken; ++i) pass(milliseconds(10));
        return taken->value();
    }
    HandOver naming{{network, process(0).directory, clock, process(0).address}};
};

PeerNetwork::FateOf at(const std::string& address, CallFate fate) {
    return [=](const std::string& to, std::size_t) {
        return to == address ? fate : CallFate::kArrives;
    };
}

TEST_CASE("an office that is handed over is served by the one that was named", "[peer]") {
    World world;
    const auto before = world.receive(0, kMugs, 10, "key 1");
    CHECK(world.hand_over() == 1);
    CHECK(world.process(1).local->serves(world.mugs()));
    REQUIRE(world.answer(before));
    // Whoever has stopped knows who took it, and so does everybody who asks there.
    CHECK(world.process(0).directory.find(world.mugs())->address == "process-1");
    world.process(0).local->leave_office(world.mugs());
    for (const std::size_t asked : {2UZ, 0UZ, 1UZ}) {
        const std::string key = "key of " + std::to_string(asked);
        CHECK(world.answer(world.receive(asked, kMugs, 20, key)));
    }
    CHECK(world.records_of(command_id("key 1")) == 1);
}

TEST_CASE("control: an office that is left and not handed over is answered by nobody", "[peer]") {
    World world;
    world.process(0).local->leave_office(world.mugs());
    world.settle();
    CHECK(world.answer(world.receive(2, kMugs, 20, "key 1")).error().code ==
          ErrorCode::kUnavailable);
    CHECK(world.records_of(command_id("key 1")) == 0);
}

TEST_CASE("a command that comes while an office is handed over is carried out once", "[peer]") {
    World world;
    const auto taken = world.begin();
    std::vector<std::pair<CommandId, Call<Receipt>>> calls;
    for (int i = 0; i < 50; ++i) {
        Submission each = submission_of(
            stock::Receive{.stock = kMugs, .quantity = 1, .opens = stock::Open{kMugs, {}, "mug"}},
            "key " + std::to_string(i));
        const CommandId id = each.id;
        calls.emplace_back(id, world.submit(static_cast<std::size_t>(i % 3), std::move(each)));
        world.loop.run();
        if (i % 5 == 0) world.settle();
    }
    for (const auto& [id, call] : calls) {
        CHECK(world.answer(call));
        CHECK(world.records_of(id) == 1);
    }
    CHECK(*taken == 1);
    CHECK(stock_of(world.answer(world.read(2, kMugs)).value()).on_hand == 50);
}

TEST_CASE("a successor that is dead, silent or stopping too is passed over", "[peer]") {
    World world;
    SECTION("dead") {
        world.kill(1);
    }
    SECTION("silent") {
        world.network.set_fates(at("process-1", CallFate::kSilence));
    }
    SECTION("stopping") {
        world.process(1).takes_named = false;
    }
    CHECK(world.hand_over() == 1);
    CHECK(world.process(2).local->serves(world.mugs()));
}

TEST_CASE("what nobody takes is served on, until it is left", "[peer]") {
    World world;
    world.network.set_fates([](const std::string&, std::size_t) { return CallFate::kRefused; });
    CHECK(world.hand_over() == 0);
    CHECK(world.process(0).local->serves(world.mugs()));
    CHECK(world.answer(world.receive(0, kMugs, 10, "key 1")));
}

TEST_CASE("an answer that was lost costs a second name at most, and nothing twice", "[peer]") {
    World world;
    world.network.set_fates(at("process-1", CallFate::kAnswerLost));
    CHECK(world.hand_over() == 1);
    world.network.set_fates({});
    CHECK(world.answer(world.receive(2, kMugs, 10, "key 1")));
    CHECK(world.process(0).directory.find(world.mugs())->address != "process-0");
}

TEST_CASE("whoever is asked late takes nothing from a later owner", "[peer]") {
    World world;
    const Owner old = world.held().front();
    world.take(2, world.mugs());
    const Owner now = *world.process(2).directory.find(world.mugs());
    std::string call;
    REQUIRE(append_call(call, {.of = TakeCall{old.partition, old.term}, .catalog = {}}));
    std::string answer;
    start(world.process(1).host->answer(world.loop, call, seconds(1)),
          [&](std::string bytes) { answer = std::move(bytes); });
    world.settle();
    CHECK(read_answer(answer).value().owner == now);
    CHECK_FALSE(world.process(1).local->serves(world.mugs()));
}

TEST_CASE("a partition that the log does not have is not taken", "[peer]") {
    World world;
    std::string call;
    REQUIRE(append_call(call, {.of = TakeCall{{Topic::kCommerce, 77}, 1}, .catalog = {}}));
    std::string answer;
    start(world.process(1).host->answer(world.loop, call, seconds(1)),
          [&](std::string bytes) { answer = std::move(bytes); });
    world.settle();
    CHECK(read_answer(answer).value().error->type == "takes-none");
}

TEST_CASE("offices go first to whoever serves the fewest") {
    const std::vector<Owner> all = {{kCatalog, 1, "a"},
                                    {kFirst, 1, "a"},
                                    {kSecond, 1, "a"},
                                    {{Topic::kCommerce, 2}, 1, "b"},
                                    {{Topic::kCommerce, 3}, 1, "b"},
                                    {{Topic::kCommerce, 4}, 1, "c"}};
    const auto successors = successors_of(std::span(all).first(3), all);
    using Names = std::vector<std::string>;
    CHECK(successors == std::vector<Names>{{"c", "b"}, {"b", "c"}, {"c", "b"}});
    CHECK(successors_of(std::span(all).first(3), std::span(all).first(3)) ==
          std::vector<Names>{{}, {}, {}});
    CHECK(successors_of({}, all).empty());
}

}  // namespace
}  // namespace shop::tests
