// Whose tokens dead processes left behind, where several share the keys: who tells which of them
// are needed, and when.
#include <catch2/catch.hpp>
#include <optional>
#include <unordered_set>

#include "events/token_needs.hpp"
#include "tests/events/effects/effect_shop.hpp"
#include "tests/support/office_view.hpp"

namespace shop {
namespace {

using namespace tests;

const Partition kFirst{Topic::kCatalog, 0};
constexpr Duration kLooks = minutes(2);  // within which a runner has looked at everything

struct World final : EffectShop {
    World()
        : own(engine, map),
          process({own, engine}, loop, clock, map,
                  {[this](EffectId id, AnyCall call) { return perform(id, std::move(call)); },
                   {.end = [](const auto&) {},
                    .keep = [this](auto keys) { needed = std::move(keys); },
                    .needed = [this](Partition each) { return needed_in(each); }},
                   concerns,
                   [this](auto carts) { return erase(std::move(carts)); }},
                  {}) {
        own.set_observer(&process);
        process.start();
        at_the_bank = check_out_at_the_bank();
    }
    ~World() {
        bool is_stopped = false;
        process.stop([&] { is_stopped = true; });
        loop.run_for(seconds(10));
        CHECK(is_stopped);
    }
    CartId check_out_at_the_bank() {
        open();  // some other process, which serves everything
        provider = wants_action;
        const CartId cart = check_out("Ada", {{"MUG", 1}});
        loop.run_for(seconds(1));
        return cart;
    }
    Task<Result<std::vector<std::string>>> needed_in(Partition partition) {
        if (partition == silent)
            co_return fail(ErrorCode::kUnavailable, "not-owner", "Nobody answers.");
        if (partition == not_asked) co_return std::vector<std::string>{};
        co_return co_await needed_tokens(engine, loop, partition);
    }
    std::optional<std::unordered_set<std::string>> told_within(Duration time) {
        needed.reset();
        loop.run_for(time);
        return needed;
    }
    std::unordered_set<std::string> key() const { return {"key of " + at_the_bank.to_string()}; }

    OfficeView own;
    std::optional<Partition> silent;     // its process does not answer
    std::optional<Partition> not_asked;  // and so nothing of it is known to be needed
    Attention concerns;
    std::optional<std::unordered_set<std::string>> needed;
    EffectRunner process;
    CartId at_the_bank;
};

TEST_CASE("the first catalog partition's process tells which tokens any partition needs") {
    World world;
    CHECK_FALSE(world.told_within(kLooks));
    world.own.take(kFirst);
    CHECK(world.told_within(kLooks) == world.key());
}

TEST_CASE("which tokens are needed is told once an hour, by whoever is in office then") {
    World world;
    world.own.take(kFirst);
    CHECK(world.told_within(kLooks));
    CHECK_FALSE(world.told_within(minutes(55)));
    CHECK(world.told_within(minutes(6)));
    world.own.leave(kFirst);
    CHECK_FALSE(world.told_within(minutes(130)));
}

TEST_CASE("while a partition does not answer nobody's tokens are taken for left behind") {
    World world;
    world.silent = world.map.partition_of(world.at_the_bank);
    world.own.take(kFirst);
    CHECK_FALSE(world.told_within(minutes(5)));
    world.silent.reset();
    CHECK(world.told_within(kLooks) == world.key());
}

TEST_CASE("control: a partition that is not asked loses tokens that it needs") {
    World world;
    world.not_asked = world.map.partition_of(world.at_the_bank);
    world.own.take(kFirst);
    CHECK(world.told_within(kLooks) == std::unordered_set<std::string>{});
}

}  // namespace
}  // namespace shop
