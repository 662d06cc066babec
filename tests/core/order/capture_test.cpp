// How captures of one payment stand to each other.
#include <catch2/catch.hpp>

#include "tests/core/order/sold_order.hpp"

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
