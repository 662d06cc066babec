// Several processes of one shop: each runs the effects of the partitions it is in office of.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/events/effects/effect_shop.hpp"
#include "tests/support/office_view.hpp"

namespace shop {
namespace {

using namespace tests;

// A process of the shop; its runner reads through `reads`, by rights its own engine.
struct Process {
    explicit Process(EffectShop& made_in, Engine* reads = nullptr)
        : shop(made_in),
          own(shop.engine, shop.map),
          runner({reads != nullptr ? *reads : own, shop.engine}, shop.loop, shop.clock, shop.map,
                 {[this](EffectId id, AnyCall call) { return shop.perform(id, std::move(call)); },
                  {[this](const auto& key) { ended_tokens.insert(key); }, [](const auto&) {}},
                  list,
                  [this](auto carts) { return shop.erase(std::move(carts)); }},
                 {}) {
        own.set_observer(&runner);
        runner.start();
    }
    ~Process() {
        bool is_stopped = false;
        runner.stop([&] { is_stopped = true; });
        shop.loop.run_for(seconds(10));
        CHECK(is_stopped);
    }
    std::int64_t followed() const { return runner.counters().streams_followed; }

    EffectShop& shop;
    OfficeView own;
    std::set<std::string> ended_tokens;
    Attention list;
    EffectRunner runner;
};

// Two processes, in office of nothing yet.
struct World final : EffectShop, CommitObserver {
    explicit World(bool reads_own = true) : a(*this), b(*this, reads_own ? nullptr : &engine) {
        EffectShop::stop();  // the one process of other tests
        engine.set_observer(this);
    }
    ~World() override { engine.set_observer(nullptr); }

    void on_commit(Partition partition, std::span<const StreamId> streams) override {
        a.own.on_commit(partition, streams);
        b.own.on_commit(partition, streams);
    }
    void on_advance(Partition, Offset) override {}

    // Every other partition is the first one's.
    void share_out() {
        for (const Partition partition : map.partitions().all())
            (partition.number % 2 == 0 ? a : b).own.take(partition);
        loop.run_for(seconds(1));
    }
    Partition home_of(const CartId& cart) const { return map.partition_of(cart); }
    // A checkout in the first process's hands.
    CartId check_out_at_a() {
        const CartId cart = fill_cart("Ada", {{"MUG", 1}});
        a.own.take(home_of(cart));
        loop.run_for(seconds(1));
        submit(pay(cart, "tok_ok"));
        return cart;
    }
    // … whose shopper is at the bank.
    CartId wait_at_the_bank() {
        provider = wants_action;
        const CartId cart = check_out_at_a();
        loop.run_for(seconds(1));
        return cart;
    }
    int most_calls_of_one_effect() const {
        int most = 0;
        for (const ProviderCallMade& call : calls)
            most = std::max(
                most, static_cast<int>(std::ranges::count(calls, call.id, &ProviderCallMade::id)));
        return most;
    }

    Process a;
    Process b;
};

TEST_CASE("each of two processes runs the effects of its own partitions, and no others") {
    World world;
    world.share_out();
    world.provider_delay = minutes(3);
    std::vector<CartId> carts;
    for (int i = 0; i < 10; ++i)
        carts.push_back(world.check_out("shopper " + std::to_string(i), {{"MUG", 1}}));
    world.loop.run_for(minutes(5));
    for (const CartId& cart : carts) CHECK(world.is_placed(cart));
    CHECK(world.calls.size() == carts.size());
    CHECK(world.most_calls_of_one_effect() == 1);
    CHECK(world.a.runner.counters().effects_sent > 10);
    CHECK(world.b.runner.counters().effects_sent > 10);
    CHECK_FALSE(world.engine.is_any_open());
}

TEST_CASE("control: a process that reads what is not its own runs the effects of others too") {
    World world(false);
    world.share_out();
    world.provider_delay = minutes(3);
    for (int i = 0; i < 10; ++i) world.check_out("shopper " + std::to_string(i), {{"MUG", 1}});
    world.loop.run_for(minutes(5));
    CHECK(world.most_calls_of_one_effect() == 2);
}

TEST_CASE("what was left is not followed any more, and whoever comes into office goes on") {
    World world;
    const CartId cart = world.wait_at_the_bank();
    CHECK(world.a.followed() > 0);
    world.a.own.leave(world.home_of(cart));
    world.loop.run_for(seconds(1));
    CHECK(world.a.followed() == 0);
    // Nobody is in office: nothing happens.
    const auto sent = world.a.runner.counters().effects_sent.load();
    world.loop.run_for(minutes(5));
    CHECK(world.a.runner.counters().effects_sent == sent);
    CHECK(world.a.followed() == 0);

    world.b.own.take(world.home_of(cart));
    world.loop.run_for(seconds(1));
    CHECK(world.b.followed() > 0);
    world.provider = [](const AnyCall&) { return says(payment::ResultVoided{"ref"}); };
    world.loop.run_for(minutes(20));
    CHECK_FALSE(world.engine.is_any_open());
    CHECK(world.b.ended_tokens.size() == 1);
}

TEST_CASE("a token's key ends too at who knew it first, though its payment ended elsewhere") {
    World world;
    const CartId cart = world.wait_at_the_bank();
    world.a.own.leave(world.home_of(cart));
    world.b.own.take(world.home_of(cart));
    world.provider = [](const AnyCall&) { return says(payment::ResultVoided{"ref"}); };
    world.loop.run_for(minutes(20));
    REQUIRE_FALSE(world.engine.is_any_open());
    world.b.own.leave(world.home_of(cart));
    CHECK(world.a.ended_tokens.empty());
    world.a.own.take(world.home_of(cart));
    world.loop.run_for(seconds(1));
    CHECK(world.a.ended_tokens == world.b.ended_tokens);
    CHECK(world.a.ended_tokens.size() == 1);
    CHECK(world.a.followed() == 0);
}

TEST_CASE("however many streams are lost at once, all of them are dropped") {
    World world;
    std::vector<StreamId> carts;
    for (int i = 0; i < 50'000; ++i)
        carts.emplace_back(CartId::derive({"cart", std::to_string(i)}));
    world.a.runner.on_commit({Topic::kCommerce, 0}, carts);
    world.loop.run_for(seconds(1));
    CHECK(world.a.followed() == 0);
}

TEST_CASE("carts of other partitions expire though one was lost under the look at them") {
    World world;
    for (const Partition partition : world.map.partitions().all()) world.a.own.take(partition);
    CartId lost = world.fill_cart("Ada", {{"MUG", 1}});
    CartId kept = world.fill_cart("Grace", {{"MUG", 1}});
    REQUIRE(world.home_of(lost) != world.home_of(kept));
    if (world.home_of(kept) < world.home_of(lost)) std::swap(lost, kept);
    world.engine.set_refusal([&](const Submission& submission) -> std::optional<Error> {
        if (target_of(submission.command) != StreamId(lost)) return {};
        return Error{ErrorCode::kUnavailable, "not-owner", "Somebody else decides that."};
    });
    world.loop.run_for(days(31));
    CHECK(world.engine.state<cart::State>(lost).status == cart::Status::kOpen);
    CHECK(world.engine.state<cart::State>(kept).status == cart::Status::kExpired);
}

TEST_CASE("an effect under way when its partition is left ends quietly, and is sent again there") {
    World world;
    world.provider_delay = seconds(10);
    const CartId cart = world.check_out_at_a();
    world.loop.run_for(seconds(5));
    REQUIRE(world.calls.size() == 1);
    world.a.own.leave(world.home_of(cart));
    world.b.own.take(world.home_of(cart));
    world.loop.run_for(seconds(1));
    CHECK(world.a.followed() == 1);  // the one with the call under way
    world.loop.run_for(seconds(20));
    CHECK(world.a.followed() == 0);
    CHECK(world.most_calls_of_one_effect() == 2);  // under one id: the provider charges once
    CHECK(world.is_placed(cart));
    CHECK(world.stock("MUG").allocated_total == 1);
}

TEST_CASE("a partition that comes back is followed again") {
    World world;
    const CartId cart = world.wait_at_the_bank();
    world.a.own.leave(world.home_of(cart));
    world.a.own.take(world.home_of(cart));
    world.loop.run_for(seconds(1));
    CHECK(world.a.followed() > 0);
    world.a.own.leave(world.home_of(cart));
    world.loop.run_for(seconds(1));
    world.a.own.take(world.home_of(cart));
    world.loop.run_for(seconds(1));
    CHECK(world.a.followed() > 0);
}

TEST_CASE("a partition's order numbers are opened by whoever comes into office over it") {
    World world;
    world.loop.run_for(minutes(2));
    CHECK(world.engine.count("OpenSeries") == 0);
    const Partition partition{Topic::kCommerce, 3};
    world.b.own.take(partition);
    world.b.own.leave(partition);
    world.loop.run_for(minutes(2));
    CHECK(world.engine.count("OpenSeries") == 0);
    world.b.own.take(partition);
    world.loop.run_for(minutes(2));
    CHECK(world.engine.has(series::local_series(world.map.slot_on(partition))));
    CHECK(world.engine.count("OpenSeries") == 1);
}

TEST_CASE("deadlines wait for half a minute after their partition came into office") {
    World world;
    const CartId cart = world.wait_at_the_bank();
    world.a.own.leave(world.home_of(cart));
    world.b.own.take(
        {Topic::kCommerce, static_cast<std::uint16_t>((world.home_of(cart).number + 1) % 8)});
    world.loop.run_for(hours(1));
    world.b.own.take(world.home_of(cart));
    world.loop.run_for(seconds(29));
    CHECK(world.engine.count("ExpireCheckout") == 0);
    world.loop.run_for(seconds(2));
    CHECK(world.engine.count("ExpireCheckout") == 1);
}

TEST_CASE("what an operator must look at is told by the process in office alone") {
    World world;
    world.engine.set_refusal([](const Submission& submission) -> std::optional<Error> {
        if (type_of(submission.command) != "RecordProviderResult") return {};
        return Error{ErrorCode::kConflict, "no", "No."};
    });
    const CartId cart = world.check_out_at_a();
    world.loop.run_for(minutes(2));
    CHECK(world.a.list.size() == 1);
    world.a.own.leave(world.home_of(cart));
    world.b.own.take(world.home_of(cart));
    world.loop.run_for(minutes(2));
    CHECK(world.a.list.size() == 0);
    CHECK(world.b.list.size() == 1);
}

}  // namespace
}  // namespace shop
