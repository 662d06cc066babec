// What a person must look at is listed, told once, still there after a restart, and gone once it is
// mended.
#include <catch2/catch.hpp>

#include "tests/events/effects/effect_shop.hpp"

namespace shop {
namespace {

using namespace tests;
using Shop = EffectShop;

std::vector<StreamId> listed(const Shop& shop) {
    std::vector<StreamId> streams;
    for (const AttentionItem& item : shop.attention().list({}, 100)) streams.push_back(item.stream);
    return streams;
}

stock::Reservation hold() {
    return {OrderId::derive({"nobody"}), LineId::derive({"line"}), 1};
}

payment::RecordProviderResult webhook(const PaymentId& payment, payment::ResultOf of) {
    return {payment, "sandbox", {std::move(of), {payment::SeenBy::kWebhook, "evt"}, {}}};
}

TEST_CASE("units held for over an hour are shown until they are let go") {
    Shop shop;
    shop.open();
    const Time began = shop.clock.now();
    shop.submit(stock::Reserve{stock_id("MUG"), hold(), 2});
    shop.loop.run_for(minutes(59));
    CHECK(listed(shop).empty());
    shop.loop.run_for(minutes(3));
    REQUIRE(listed(shop) == std::vector<StreamId>{stock_id("MUG")});
    CHECK(shop.attention().list({}, 1).front().since == began);
    shop.loop.run_for(hours(5));
    CHECK(shop.told.size() == 1);
    shop.submit(stock::Release{stock_id("MUG"), hold()});
    shop.loop.run_for(minutes(2));
    CHECK(listed(shop).empty());
    CHECK_FALSE(shop.engine.is_any_open());
}

TEST_CASE("by a clock that is not to be believed nothing is held for too long") {
    Shop shop;
    shop.open();
    shop.submit(stock::Reserve{stock_id("MUG"), hold(), 2});
    shop.engine.set_clock_is_sane(false);
    shop.loop.run_for(hours(2));
    CHECK(listed(shop).empty());
}

TEST_CASE("a count that finds less than is promised is shown at once, until goods come") {
    Shop shop;
    shop.open();
    shop.check_out("Ada", {{"MUG", 4}});
    shop.loop.run_for(seconds(1));
    shop.submit(stock::Count{.stock = stock_id("MUG"), .counted = 1});
    shop.loop.run_for(seconds(1));
    REQUIRE(listed(shop) == std::vector<StreamId>{stock_id("MUG")});
    CHECK(shop.attention().list({}, 1).front().reason.find("3") != std::string::npos);
    shop.restart();
    REQUIRE(listed(shop).size() == 1);
    shop.submit(stock::Receive{stock_id("MUG"), 3});
    shop.loop.run_for(seconds(1));
    CHECK(listed(shop).empty());
}

TEST_CASE("money nobody asked for is shown, also after a restart") {
    Shop shop;
    shop.open();
    shop.submit(webhook({}, payment::ResultAuthorized{"strange", gbp(500), {}, false}));
    shop.loop.run_for(seconds(1));
    const std::vector<StreamId> found{payment::discovered_id("sandbox", "strange")};
    CHECK(listed(shop) == found);
    shop.restart();
    CHECK(listed(shop) == found);
    REQUIRE(shop.told.size() == 2);  // once by each process
    CHECK(shop.told.front().find("GBP") != std::string::npos);
}

TEST_CASE("a wrong amount that comes by webhook before our own call is shown until it is voided") {
    Shop shop;
    shop.provider = [](const AnyCall& call) {
        if (std::holds_alternative<payment::VoidCall>(call))
            return says(payment::ResultVoided{"ref"});
        return says(payment::ResultUnknown{payment::Operation::kAuthorize});
    };
    shop.provider_delay = seconds(5);
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    const PaymentId payment = payment::payment_of(checkout::order_of(cart), 1);
    shop.loop.run_for(seconds(1));
    CHECK_FALSE(is_open(shop.engine.state<payment::State>(payment)));
    shop.submit(webhook(payment, payment::ResultAuthorized{"ref", gbp(1), {}, false}));
    shop.loop.run_for(seconds(1));
    CHECK(listed(shop) == std::vector<StreamId>{payment});
    shop.restart();
    CHECK(listed(shop) == std::vector<StreamId>{payment});
    shop.loop.run_for(minutes(20));
    CHECK(listed(shop).empty());
    CHECK_FALSE(shop.engine.is_any_open());
}

TEST_CASE("money that is not held much longer is shown a day before, also after a restart") {
    Shop shop;
    const Time end = shop.clock.now() + days(1) + hours(1);
    shop.provider = [end](const AnyCall& call) {
        if (const auto* authorize = std::get_if<payment::AuthorizeCall>(&call))
            return says(payment::ResultAuthorized{"ref", authorize->amount, end, false});
        return says(payment::ResultExpired{"ref"});
    };
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    const PaymentId payment = payment::payment_of(checkout::order_of(cart), 1);
    shop.loop.run_for(minutes(58));
    CHECK(listed(shop).empty());
    shop.loop.run_for(minutes(4));
    CHECK(listed(shop) == std::vector<StreamId>{payment});
    CHECK(shop.attention().count(ConcernKind::kExpiring) == 1);
    CHECK(shop.attention().count(ConcernKind::kWrong) == 0);
    shop.restart();
    shop.loop.run_for(minutes(1));
    CHECK(listed(shop) == std::vector<StreamId>{payment});
    CHECK_FALSE(shop.engine.is_any_open());
    shop.loop.run_for(days(1));  // no webhook comes: the provider is asked
    CHECK(shop.engine.state<payment::State>(payment).status == payment::Status::kExpired);
    CHECK(listed(shop).empty());
}

TEST_CASE("a capture of another amount is shown, also after a restart") {
    Shop shop;
    shop.open();
    const CartId cart = shop.check_out("Ada", {{"MUG", 1}});
    shop.loop.run_for(seconds(1));
    const PaymentId payment = payment::payment_of(checkout::order_of(cart), 1);
    shop.submit(webhook(payment, payment::ResultCaptured{"ref", gbp(1), {}}));
    shop.restart();
    CHECK(listed(shop) == std::vector<StreamId>{payment});
}

}  // namespace
}  // namespace shop
