// Money that a provider has and nobody asked for: it goes back, or somebody says what became of it.
#include <catch2/catch.hpp>

#include "core/effect.hpp"
#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {
namespace {

const Reason kStrange{"strange", "no order has this reference"};

class Found {
  public:
    explicit Found(payment::ResultOf result) { says(std::move(result)); }

    static payment::ResultAuthorized held() { return {"sbx_9", gbp(1'999), {}, false}; }
    static payment::ResultCaptured taken() { return {"sbx_9", gbp(1'999), {}}; }

    Found& says(payment::ResultOf result) {
        scenario.when(payment::RecordProviderResult{id, "sandbox", {std::move(result), {}, {}}});
        return *this;
    }
    Found& give_back() {
        scenario.when(payment::GiveBackDiscovered{id, kStrange});
        return *this;
    }
    Found& close() {
        scenario.when(payment::CloseDiscovered{id, kStrange});
        return *this;
    }
    Found& refund_refused() {
        return says(payment::ResultFailed{.operation = payment::Operation::kRefund,
                                          .capture_id = {},
                                          .code = "closed",
                                          .refund_id = state().refunds.back().refund_id});
    }

    const payment::State& state() const { return scenario.state<payment::State>(id); }
    bool is_shown() const { return needs_operator(state(), kNoon).has_value(); }
    std::vector<Effect> owed() const {
        return pending(id, *scenario.streams().find_any(id), {}, kNoon);
    }

    const PaymentId id = payment::discovered_id("sandbox", "sbx_9");
    Scenario scenario;
};

TEST_CASE("money that is held and nobody asked for is let go") {
    Found found(Found::held());
    CHECK(found.is_shown());
    CHECK(found.owed().empty());
    found.give_back().scenario.then_types({"payment.void_requested"});
    CHECK(found.scenario.made<payment::VoidRequested>().by_staff == kStrange);
    CHECK_FALSE(found.is_shown());
    REQUIRE(found.owed().size() == 1);
    CHECK(std::get<payment::VoidCall>(found.owed().front().call).reference == "sbx_9");
    found.give_back().scenario.then_refused("nothing-to-refund");
    found.says(payment::ResultVoided{"sbx_9"}).scenario.then_types({"payment.voided"});
    CHECK_FALSE(is_open(found.state()));
    found.says(payment::ResultVoided{"sbx_9"}).scenario.then_nothing();
    found.says(Found::held()).scenario.then_nothing();
}

TEST_CASE("money that was taken and nobody asked for is refunded, again after a refusal") {
    Found found(Found::taken());
    found.give_back().scenario.then_types({"payment.refund_requested"});
    CHECK_FALSE(found.is_shown());
    REQUIRE(found.owed().size() == 1);
    CHECK(std::get<payment::RefundCall>(found.owed().front().call).amount == gbp(1'999));
    found.refund_refused();
    CHECK(found.is_shown());
    found.give_back().scenario.then_types({"payment.refund_requested"});
    CHECK(found.state().refunds.front().is_replaced);
    found.says(
        payment::ResultRefunded{"sbx_9", gbp(1'999), found.state().refunds.back().refund_id});
    CHECK_FALSE(found.is_shown());
    CHECK_FALSE(is_open(found.state()));
    found.give_back().scenario.then_refused("nothing-to-refund");
}

TEST_CASE("what a provider says later of money nobody asked for is not forgotten") {
    struct Case {
        const char* what;
        void (*happens)(Found&);
        bool is_shown;
    };
    const Case cases[] = {
        {"it was held, and is taken", [](Found& f) { f.says(Found::taken()); }, true},
        {"it ran out", [](Found& f) { f.says(payment::ResultExpired{"sbx_9"}); }, false},
        {"it was let go there", [](Found& f) { f.says(payment::ResultVoided{"sbx_9"}); }, false},
        {"it was given back there",
         [](Found& f) {
             f.says(Found::taken());
             f.says(payment::ResultRefunded{"sbx_9", gbp(1'999), {}});
         },
         false},
        {"a part of it was",
         [](Found& f) {
             f.says(Found::taken());
             f.says(payment::ResultRefunded{"sbx_9", gbp(999), {}});
         },
         true},
        {"it is taken while it is to be let go: that goes back",
         [](Found& f) { f.give_back().says(Found::taken()); }, false},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        Found found(Found::held());
        each.happens(found);
        CHECK(found.is_shown() == each.is_shown);
    }
    Found found(Found::held());
    found.give_back().says(Found::taken());
    found.scenario.then_types({"payment.captured", "payment.refund_requested"});
    CHECK(found.state().refunds.back().amount == gbp(1'999));
}

TEST_CASE("money nobody asked for is closed with a reason, and not looked at any more") {
    SECTION("as it is") {
        Found found(Found::held());
        found.close().scenario.then_types({"payment.discovery_closed"});
        CHECK_FALSE(found.is_shown());
        CHECK_FALSE(is_open(found.state()));
        found.close().scenario.then_nothing();
        found.give_back().scenario.then_refused("discovery-closed");
    }
    SECTION("after its refund was refused") {
        Found found(Found::taken());
        found.give_back().refund_refused().close();
        CHECK_FALSE(found.is_shown());
    }
    SECTION("while its void is refused") {
        Found found(Found::held());
        found.give_back().close();
        CHECK(found.owed().empty());
        CHECK_FALSE(is_open(found.state()));
    }
}

TEST_CASE("the money of an order is not given back as if nobody had asked for it") {
    Purchase purchase;
    purchase.place();
    const PaymentId id = purchase.payment_id();
    purchase.scenario.when(payment::GiveBackDiscovered{id, kStrange})
        .then_refused("not-discovered");
    purchase.scenario.when(payment::CloseDiscovered{id, kStrange}).then_refused("not-discovered");
    const PaymentId unknown = PaymentId::derive({"?"});
    purchase.scenario.when(payment::GiveBackDiscovered{unknown, kStrange})
        .then_refused("unknown-payment");
}

}  // namespace
}  // namespace shop::tests
