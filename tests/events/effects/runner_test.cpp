#include <catch2/catch.hpp>
#include <set>

#include "tests/events/effects/effect_shop.hpp"

namespace shop {
namespace {

using namespace tests;
using Shop = EffectShop;

TEST_CASE("a checkout becomes an order whose goods are sold, and nothing stays owed") {
    Shop shop;
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 2}, {"TEAPOT", 1}});
    shop.loop.run_for(seconds(1));
    CHECK(shop.is_placed(cart));
    CHECK(shop.calls.size() == 1);
    CHECK(shop.stock("MUG").allocated_total == 2);
    CHECK(shop.stock("TEAPOT").allocated_total == 1);
    CHECK(shop.stock("MUG").held_total == 0);
    CHECK_FALSE(shop.engine.is_any_open());
    CHECK(shop.runner->counters().streams_followed == 0);
}

TEST_CASE("the key of a payment token ends with its payment") {
    Shop shop;
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(seconds(1));
    CHECK(shop.ended_tokens == std::set<std::string>{"key of " + cart.to_string()});
}

TEST_CASE("the key of a token that was never sent ends with its checkout") {
    Shop shop;
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 11}});
    shop.loop.run_for(seconds(1));
    CHECK(shop.calls.empty());
    CHECK(shop.ended_tokens == std::set<std::string>{"key of " + cart.to_string()});
}

TEST_CASE("a start keeps the keys of tokens that are still needed, and no others") {
    Shop shop;
    shop.open();
    CHECK(shop.kept_tokens == std::unordered_set<std::string>{});
    shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(seconds(1));
    shop.provider = wants_action;
    const CartId at_the_bank = shop.check_out("Bob", {{"MUG", 1}});
    shop.loop.run_for(seconds(1));
    shop.stop();
    shop.begin();
    const CartId unheard = shop.check_out("Cem", {{"MUG", 1}});
    shop.kept_tokens.reset();
    shop.restart();
    CHECK(shop.kept_tokens ==
          std::unordered_set{"key of " + at_the_bank.to_string(), "key of " + unheard.to_string()});
}

TEST_CASE("goods that are sold out end the checkout and give back what it held") {
    Shop shop;
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 11}, {"TEAPOT", 1}});
    shop.loop.run_for(seconds(1));
    CHECK_FALSE(shop.is_placed(cart));
    CHECK(shop.calls.empty());
    CHECK(shop.stock("TEAPOT").held_total == 0);
    CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kOpen);
    CHECK_FALSE(shop.engine.is_any_open());
}

TEST_CASE("a start takes up what an earlier process left owed") {
    Shop shop;
    shop.submit(series::Open{series::local_series(
        shop.map.slot_on(shop.map.partition_of(CartId::derive({"cart", "Ada"}))))});
    shop.runner->start();
    shop.loop.run_for(seconds(1));
    // The order numbers are here, and the runner has missed the start of this checkout.
    shop.engine.set_observer(nullptr);
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(seconds(1));
    CHECK_FALSE(shop.is_placed(cart));
    shop.engine.set_observer(shop.runner.get());
    shop.loop.run_for(minutes(1));
    CHECK(shop.is_placed(cart));
}

TEST_CASE("a provider that does not answer is asked ever more rarely, and charged once") {
    Shop shop;
    shop.open();
    const auto answer = shop.provider;
    shop.provider = [](const AnyCall&) {
        return says(payment::ResultUnknown{payment::Operation::kAuthorize});
    };
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(minutes(10));
    CHECK_FALSE(shop.is_placed(cart));
    CHECK(shop.ended_tokens.empty());
    CHECK(shop.stock("MUG").held_total == 1);
    const Duration last_gap{shop.calls.back().at.us - shop.calls[shop.calls.size() - 2].at.us};
    CHECK(last_gap > seconds(40));
    CHECK(shop.calls.size() < 40);
    shop.provider = answer;
    shop.loop.run_for(minutes(4));
    CHECK(shop.is_placed(cart));
    std::set<EffectId> keys;
    for (const auto& call : shop.calls)
        if (std::holds_alternative<payment::AuthorizeCall>(call.call)) keys.insert(call.id);
    CHECK(keys.size() == 1);
}

TEST_CASE("an engine that is busy delays an effect and repeats it under the same id") {
    Shop shop;
    shop.open();
    int refusals = 3;
    shop.engine.set_refusal([&](const Submission& submission) -> std::optional<Error> {
        if (type_of(submission.command) != "ReserveStock" || refusals-- <= 0) return {};
        return Error{ErrorCode::kUnavailable, "too-busy", "Try again."};
    });
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(seconds(2));
    CHECK(shop.is_placed(cart));
    std::set<CommandId> ids;
    for (const auto& submitted : shop.engine.submitted())
        if (submitted.type == "ReserveStock") ids.insert(submitted.id);
    CHECK(ids.size() == 1);
    CHECK(shop.engine.count("ReserveStock") == 4);
}

TEST_CASE("a step that the engine refuses is tried again, and shown to operators meanwhile") {
    Shop shop;
    shop.open();
    bool is_refused = true;
    shop.engine.set_refusal([&](const Submission& submission) -> std::optional<Error> {
        if (type_of(submission.command) != "RecordProviderResult" || !is_refused) return {};
        return Error{ErrorCode::kConflict, "no", "No."};
    });
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(minutes(2));
    CHECK(shop.engine.count("RecordProviderResult") < 20);
    REQUIRE(shop.attention().size() == 1);
    CHECK(shop.attention().list({}, 10).front().reason == "No.");
    is_refused = false;
    shop.loop.run_for(minutes(2));
    CHECK(shop.is_placed(cart));
    CHECK(shop.attention().size() == 0);
}

TEST_CASE("a shopper who walks away at the bank gets the deadline, and the goods go back") {
    Shop shop;
    shop.provider = [](const AnyCall& call) {
        if (std::holds_alternative<payment::VoidCall>(call))
            return says(payment::ResultVoided{"ref"});
        return says(payment::ResultActionRequired{"ref", "redirect", "https://bank", kMorning});
    };
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(minutes(14));
    CHECK(shop.stock("MUG").held_total == 1);
    shop.loop.run_for(minutes(2));
    CHECK(shop.stock("MUG").held_total == 0);
    CHECK(shop.engine.state<cart::State>(cart).status == cart::Status::kOpen);
    CHECK_FALSE(shop.engine.is_any_open());
}

TEST_CASE("after a start what is owed goes first, and deadlines wait half a minute") {
    Shop shop;
    shop.provider = wants_action;
    shop.open();
    shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(seconds(5));
    // The process is away for an hour, and comes back.
    shop.stop();
    shop.loop.run_for(hours(1));
    shop.begin();
    shop.runner->start();
    shop.loop.run_for(seconds(29));
    CHECK(shop.engine.count("ExpireCheckout") == 0);
    shop.loop.run_for(seconds(2));
    CHECK(shop.engine.count("ExpireCheckout") == 1);
}

TEST_CASE("an effect that found no answer in five days is parked and shown, its order still open") {
    Shop shop;
    shop.open();
    shop.engine.set_refusal([](const Submission& submission) -> std::optional<Error> {
        if (type_of(submission.command) != "AllocateStock") return {};
        return Error{ErrorCode::kUnavailable, "too-busy", "Try again."};
    });
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(days(5));
    const int sent = shop.engine.count("AllocateStock");
    CHECK(sent > 1'000);
    shop.loop.run_for(days(1));
    CHECK(shop.engine.count("AllocateStock") < sent + 5);
    CHECK(shop.engine.is_any_open());
    const auto items = shop.attention().list({}, 10);
    CHECK(items.size() == 2);  // the order, and the units that are held for it
    const auto order =
        std::ranges::find(items, StreamId(checkout::order_of(cart)), &AttentionItem::stream);
    REQUIRE(order != items.end());
    CHECK(order->parked.size() == 1);
}

TEST_CASE("as many effects run at once as the limits allow, and all get their turn") {
    EffectOptions options;
    options.running_max = 6;
    options.running_per_target_max = 4;
    Shop shop(options);
    shop.submit(stock_level("MUG", 1'000));
    shop.open();
    std::int64_t most = 0;
    const auto answer = shop.provider;
    shop.provider = [&](const AnyCall& call) {
        most = std::max(most, shop.runner->counters().effects_running.load());
        return answer(call);
    };
    std::vector<CartId> carts;
    for (int i = 0; i < 100; ++i) carts.push_back(shop.check_out(std::to_string(i), {{"MUG", 1}}));
    shop.loop.run_for(seconds(5));
    for (const CartId& cart : carts) CHECK(shop.is_placed(cart));
    CHECK(most >= 4);
    CHECK(most <= 6);
    CHECK_FALSE(shop.engine.is_any_open());
}

TEST_CASE("streams beyond the limit are left to the next look, and not forgotten") {
    EffectOptions options;
    options.streams_max = 12;  // the series of order numbers, and a few checkouts
    Shop shop(options);
    shop.submit(stock_level("MUG", 1'000));
    shop.open();
    for (int i = 0; i < 50; ++i) shop.check_out(std::to_string(i), {{"MUG", 1}});
    shop.loop.run_for(minutes(20));
    CHECK(shop.runner->counters().streams_left_out > 0);
    CHECK(shop.stock("MUG").allocated_total == 50);
    CHECK_FALSE(shop.engine.is_any_open());
}

TEST_CASE("order numbers are leased before they run out") {
    Shop shop;
    shop.open();
    for (const Partition& partition : shop.map.partitions().all()) {
        if (partition.topic != Topic::kCommerce) continue;
        const SeriesId local = series::local_series(shop.map.slot_on(partition));
        CHECK(shop.engine.state<series::State>(local).numbers_left() >= series::kLowWater);
    }
    CHECK_FALSE(shop.engine.is_any_open());
}

}  // namespace
}  // namespace shop
