// How captures of one payment stand to each other.
#include <catch2/catch.hpp>

#include "tests/core/credit_note/credited_order.hpp"

namespace shop::tests {
namespace {

// The captures that the provider is asked for now.
std::vector<payment::CaptureCall> asked(const SoldOrder& order) {
    std::vector<payment::CaptureCall> calls;
    for (const Effect& effect : order.pending(order.payment_id()))
        calls.push_back(std::get<payment::CaptureCall>(effect.call));
    return calls;
}

TEST_CASE("a final capture is sent once no other one is under way") {
    SoldOrder order;
    order.create_shipped(1, 0).create_shipped(0, 1).create_shipped(1, 0);
    REQUIRE(order.payment().captures.at(2).final);
    REQUIRE(asked(order).size() == 2);
    order.captured(2);
    REQUIRE(asked(order).size() == 1);
    CHECK(asked(order).at(0).capture_id == order.payment().captures.at(0).capture_id);
    order.captured(1);
    REQUIRE(asked(order).size() == 1);
    CHECK(asked(order).at(0).final);
    CHECK(asked(order).at(0).amount == gbp(1'000));
}

TEST_CASE("a final capture leaves what another one was refused before it") {
    SoldOrder order;
    order.create_shipped(1, 0).create_shipped(1, 1).capture_refused(1);
    REQUIRE(asked(order).size() == 1);
    CHECK_FALSE(asked(order).at(0).final);
    order.captured(2).capture();
    CHECK(order.captures() == std::vector<std::int64_t>{1'395, 1'500, 1'395});
    CHECK(order.payment().captures.at(2).final);
}

// ---- Captures that are refused ------------------------------------------------------------------

bool is_shown(const SoldOrder& order) {
    CHECK(is_open(order.payment()) == needs_operator(order.payment(), kNoon).has_value());
    return needs_operator(order.payment(), kNoon).has_value();
}

order::RecordPayment transfer_of(const OrderId& order, std::int64_t pence) {
    return {.order = order,
            .payment = payment::later_payment_of(order, command_id(77)),
            .method = {"transfer", "", ""},
            .reference = {},
            .amount = gbp(pence),
            .reason = kWhy};
}

TEST_CASE("a refused capture is shown until its money is taken, or need not be") {
    struct Case {
        const char* what;
        void (*happens)(CreditedOrder&);
        bool is_shown;
    };
    const Case cases[] = {
        {"all has left", [](CreditedOrder&) {}, true},
        {"it is asked for again", [](CreditedOrder& o) { o.capture(); }, false},
        {"… and refused again", [](CreditedOrder& o) { o.capture().capture_refused(2); }, true},
        {"… and taken", [](CreditedOrder& o) { o.capture().captured(2); }, false},
        {"some of it is credited", [](CreditedOrder& o) { o.credit({o.of(0, 1)}); }, true},
        {"all of it is credited",
         [](CreditedOrder& o) { o.credit({o.of(0, 2), o.of(1, 1), o.of(2, 1)}); }, false},
        {"some of it is paid by transfer",
         [](CreditedOrder& o) { o.scenario.when(transfer_of(o.order, 2'894)); }, true},
        {"all of it is paid by transfer",
         [](CreditedOrder& o) { o.scenario.when(transfer_of(o.order, 2'895)); }, false},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        CreditedOrder order;
        order.create_shipped(2, 1).capture_refused(1);
        each.happens(order);
        REQUIRE(order.scenario.result());
        const bool is_under_way = order.payment().is_capture_under_way();
        const bool is_void_under_way = order.payment().voiding.has_value();
        CHECK(needs_operator(order.payment(), kNoon).has_value() == each.is_shown);
        CHECK(is_open(order.payment()) == (each.is_shown || is_under_way || is_void_under_way));
    }
}

TEST_CASE("a refused capture is not shown once what left is paid, though more is to leave") {
    SoldOrder order;
    order.create_shipped(1, 0).capture_refused(1);
    REQUIRE(is_shown(order));
    SECTION("by transfer") {
        order.scenario.when(transfer_of(order.order, 1'395));
        CHECK(order.scenario.made<payment::CaptureSettled>().amount == gbp(1'395));
        CHECK_FALSE(is_shown(order));
    }
    SECTION("by the next capture") {
        order.create_shipped(1, 0).captured(2);
        CHECK_FALSE(is_shown(order));
    }
}

TEST_CASE("a refused capture is not shown once it is paid otherwise, though nothing is held") {
    SoldOrder order;
    order.create_shipped(2, 1).capture_refused(1).says(payment::ResultExpired{"sbx_1"});
    REQUIRE(is_shown(order));
    order.scenario.when(transfer_of(order.order, 2'895));
    CHECK_FALSE(is_shown(order));
}

// ---- A provider that captures once --------------------------------------------------------------

class OnceCaptured : public SoldOrder {
  public:
    OnceCaptured() : SoldOrder(Cards::kOne, {.several_captures = false}) {}
};

TEST_CASE("a provider that captures once is asked once, for all that is due") {
    struct Case {
        const char* what;
        void (*happens)(OnceCaptured&);
        std::vector<std::int64_t> captures;
        std::vector<std::int64_t> refunds;
    };
    const Case cases[] = {
        {"with the first shipment", [](OnceCaptured& o) { o.create_shipped(1, 0); }, {2'895}, {}},
        {"and not with the next",
         [](OnceCaptured& o) { o.create_shipped(1, 0).captured(1).create_shipped(1, 1); },
         {2'895},
         {}},
        {"without what was canceled before",
         [](OnceCaptured& o) { o.cancel_lines(0, 1).create_shipped(1, 0); },
         {2'395},
         {}},
        {"and what is canceled later goes back",
         [](OnceCaptured& o) { o.create_shipped(1, 0).captured(1).cancel_lines(0, 1); },
         {2'895},
         {500}},
        {"again, if it was refused",
         [](OnceCaptured& o) { o.create_shipped(1, 0).capture_refused(1).create_shipped(1, 0); },
         {2'895, 2'895},
         {}},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        OnceCaptured order;
        each.happens(order);
        CHECK(order.captures() == each.captures);
        CHECK(order.refunds() == each.refunds);
        for (const auto& capture : order.payment().captures) CHECK(capture.final);
    }
}

}  // namespace
}  // namespace shop::tests
