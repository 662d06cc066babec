// Money that a provider has and nobody asked for: it goes back, or somebody says what became of it.
#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/core/payment/found_money.hpp"

namespace shop::tests {
namespace {

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
    SECTION("once the provider says that it gave back another currency") {
        Found found(Found::taken());
        const RefundId refund = found.give_back().state().refunds.back().refund_id;
        found.says(payment::ResultRefunded{"sbx_9", {1'999, *Currency::parse("EUR")}, refund});
        CHECK(found.state().mismatch);
        found.close().scenario.then_types({"payment.discovery_closed"});
        CHECK_FALSE(found.is_shown());
    }
    SECTION("once the provider keeps refusing its void") {
        Found found(Found::held());
        found.give_back().void_refused(3).close();
        CHECK(found.owed().empty());
        CHECK_FALSE(is_open(found.state()));
    }
}

TEST_CASE("money on its way back is not closed") {
    struct Case {
        const char* what;
        void (*happens)(Found&);
    };
    const Case cases[] = {
        {"held", [](Found&) {}},
        {"held, and a void was refused", [](Found& f) { f.give_back().void_refused(2); }},
        {"taken", [](Found& f) { f.says(Found::taken()); }},
        {"taken in part", [](Found& f) { f.says(Found::taken(1, 500)); }},
        {"the part is back, the rest is not",
         [](Found& f) { f.says(Found::taken(1, 500)).give_back().refunded(); }},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        Found found(Found::held());
        each.happens(found);
        found.give_back().close().scenario.then_refused("going-back");
        CHECK_FALSE(found.owed().empty());
    }
}

TEST_CASE("money that was closed and comes alive is shown again, and can be given back") {
    struct Case {
        const char* what;
        payment::ResultOf first;
        void (*happens)(Found&);
        std::int64_t pence;
    };
    const Case cases[] = {
        {"held, and taken after all", Found::held(),
         [](Found& f) { f.close().says(Found::taken()); }, 1'999},
        {"… by its name", Found::held(), [](Found& f) { f.close().says(Found::taken(1, 1'999)); },
         1'999},
        {"more is taken", Found::taken(0, 500), [](Found& f) { f.close().says(Found::taken()); },
         1'999},
        {"its refund comes back from the bank", Found::taken(),
         [](Found& f) { f.give_back().refunded().close().refund_refused(); }, 1'999},
        {"taken though a void was asked for again and again", Found::held(),
         [](Found& f) {
             f.give_back().void_refused(3).close().says(Found::taken()).refund_refused();
         },
         1'999},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        Found found(each.first);
        each.happens(found);
        CHECK(found.is_shown());
        CHECK(is_open(found.state()));
        found.give_back().scenario.then_types({"payment.refund_requested"});
        CHECK(found.state().refunds.back().amount == gbp(each.pence));
    }
    Found found(Found::taken(1, 500));
    found.close().says(Found::taken(1, 500)).scenario.then_nothing();
    CHECK_FALSE(found.is_shown());
}

TEST_CASE("captures that are told by name add up, and those without a name are all so far") {
    struct Case {
        const char* what;
        std::vector<payment::ResultCaptured> told;
        std::int64_t pence;
    };
    const Case cases[] = {
        {"two by name", {Found::taken(1, 500), Found::taken(2, 500)}, 1'000},
        {"one, twice", {Found::taken(1, 500), Found::taken(1, 500)}, 500},
        {"one that is corrected", {Found::taken(1, 500), Found::taken(1, 400)}, 400},
        {"one that is taken back, and again",
         {Found::taken(1, 500), Found::taken(1, 0), Found::taken(1, 500), Found::taken(1, 500)},
         500},
        {"one that grows, and was counted in a sum",
         {Found::taken(1, 500), Found::taken(0, 900), Found::taken(1, 900)},
         900},
        {"all so far, twice", {Found::taken(0, 500), Found::taken(0, 900)}, 900},
        {"all so far, and before that", {Found::taken(0, 900), Found::taken(0, 500)}, 900},
        {"by name, then all",
         {Found::taken(1, 500), Found::taken(2, 400), Found::taken(0, 900)},
         900},
        {"all, then by name",
         {Found::taken(0, 900), Found::taken(1, 500), Found::taken(2, 400)},
         900},
        {"all, and one more",
         {Found::taken(0, 900), Found::taken(1, 500), Found::taken(2, 500)},
         1'000},
    };
    for (const bool is_held_first : {true, false}) {
        for (const Case& each : cases) {
            CAPTURE(each.what, is_held_first);
            Found found(is_held_first ? payment::ResultOf(Found::held())
                                      : payment::ResultOf(each.told.front()));
            for (const payment::ResultCaptured& told : each.told) found.says(told);
            CHECK(found.state().captured == gbp(each.pence));
            found.says(each.told.back()).scenario.then_nothing();
            found.give_back();
            CHECK(found.state().refunds.back().amount == gbp(each.pence));
        }
    }
}

TEST_CASE("what is held behind a capture that nobody asked for is shown, and let go") {
    Found found(Found::held());
    found.says(Found::taken(1, 500));
    CHECK(found.state().unasked() == gbp(1'999));
    CHECK(found.state().unasked_held() == gbp(1'499));
    CHECK(needs_operator(found.state(), kNoon)->reason.find("14.99 GBP of it held only") !=
          std::string::npos);
    SECTION("with what was taken") {
        found.give_back().scenario.then_types(
            {"payment.void_requested", "payment.refund_requested"});
        CHECK(found.scenario.made<payment::VoidRequested>().amount == gbp(1'499));
        CHECK(found.owed().size() == 2);
        found.give_back().scenario.then_refused("nothing-to-refund");
        found.refunded().says(payment::ResultVoided{"sbx_9"});
    }
    SECTION("though the void was asked for before") {
        Found other(Found::held());
        other.give_back().says(Found::taken(1, 500));
        other.scenario.then_types(
            {"payment.captured", "payment.void_requested", "payment.refund_requested"});
        other.refunded().says(payment::ResultVoided{"sbx_9"});
        CHECK_FALSE(is_open(other.state()));
        return;
    }
    SECTION("it runs out") {
        found.says(payment::ResultExpired{"sbx_9"});
        CHECK(found.state().unasked() == gbp(500));
        found.give_back().refunded();
    }
    SECTION("it is taken too") {
        found.give_back().says(Found::taken(2, 1'499));
        found.scenario.then_types({"payment.captured", "payment.refund_requested"});
        CHECK(found.state().refunds.back().amount == gbp(1'499));
        for (const auto& refund : std::vector(found.state().refunds))
            found.says(payment::ResultRefunded{"sbx_9", refund.amount, refund.refund_id});
    }
    CHECK(found.state().unasked().is_zero());
    CHECK_FALSE(is_open(found.state()));
    CHECK(found.state().status == payment::Status::kCaptured);
}

TEST_CASE("what was held and taken in parts comes to the same in whatever order it is told") {
    const payment::ResultOf told[] = {Found::held(), Found::taken(1, 500), Found::taken(2, 400)};
    std::vector<std::size_t> order{0, 1, 2};
    do {
        CAPTURE(order);
        Found found(told[order[0]]);
        for (const std::size_t i : {order[1], order[2], order[0], order[1], order[2]})
            found.says(told[i]);
        found.scenario.then_nothing();
        CHECK(found.state().amount == gbp(1'999));
        CHECK(found.state().authorized == gbp(1'999));
        CHECK(found.state().captured == gbp(900));
        CHECK(found.state().unasked_held() == gbp(1'099));
        CHECK(found.is_shown());
        found.give_back().scenario.then_types(
            {"payment.void_requested", "payment.refund_requested"});
        found.refunded().says(payment::ResultVoided{"sbx_9"});
        CHECK(found.state().unasked().is_zero());
        CHECK_FALSE(is_open(found.state()));
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("a hold that is told behind what was taken of it is looked at, if it is there still") {
    struct Case {
        const char* what;
        void (*before)(Found&);
        std::int64_t pence;  // held still
    };
    const Case cases[] = {
        {"what was taken was closed", [](Found& f) { f.close(); }, 1'499},
        {"what was taken is on its way back", [](Found& f) { f.give_back(); }, 1'499},
        {"what was taken is back", [](Found& f) { f.give_back().refunded().close(); }, 1'499},
        {"all of it was taken", [](Found& f) { f.says(Found::taken()).close(); }, 0},
        {"it was let go", [](Found& f) { f.says(payment::ResultVoided{"sbx_9"}).close(); }, 0},
        {"it ran out", [](Found& f) { f.says(payment::ResultExpired{"sbx_9"}).close(); }, 0},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        Found found(Found::taken(0, 500));
        each.before(found);
        found.says(Found::held()).scenario.then_types({"payment.hold_discovered"});
        CHECK(found.state().unasked_held() == gbp(each.pence));
        CHECK(found.is_shown() == (each.pence > 0));
        if (each.pence == 0) continue;
        found.give_back();
        CHECK(found.scenario.made<payment::VoidRequested>().amount == gbp(each.pence));
        CHECK_FALSE(found.owed().empty());
    }
    Found found(Found::taken(0, 500));
    found.says(payment::ResultAuthorized{"sbx_9", money(1'999, "EUR"), {}, false});
    found.scenario.then_nothing();
}

TEST_CASE("a refund of money nobody asked for that is contradicted is shown until it is right") {
    const auto told = [](Found& found, const char* currency) -> Found& {
        return found.says(payment::ResultRefunded{"sbx_9", money(1'999, currency),
                                                  found.state().refunds.back().refund_id});
    };
    Found found(Found::taken(1, 1'999));
    SECTION("while it is under way") {
        found.give_back();
    }
    SECTION("once it was done") {
        found.give_back().refunded();
    }
    told(found, "EUR");
    const auto concern = needs_operator(found.state(), kNoon);
    REQUIRE(concern.has_value());
    const std::string id = found.state().refunds.back().refund_id.to_string();
    CHECK(concern->reason.find("19.99 EUR of " + id) != std::string::npos);
    CHECK(concern->reason.find("Accept") == std::string::npos);
    CHECK(is_open(found.state()));
    found.says(Found::taken(2, 1)).give_back();  // what else is taken does not put it right
    CHECK(found.is_shown());
    CHECK(found.state().mismatch);
    found.says(payment::ResultRefunded{"sbx_9", gbp(1), found.state().refunds.back().refund_id});
    CHECK(found.is_shown());
    found.says(
        payment::ResultRefunded{"sbx_9", gbp(1'999), found.state().refunds.front().refund_id});
    CHECK_FALSE(found.is_shown());
    CHECK(found.state().refunded == gbp(2'000));
    CHECK_FALSE(is_open(found.state()));
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
