// What is held and not needed any more is let go; what is held for long is watched.
#include <catch2/catch.hpp>

#include "tests/core/credit_note/credited_order.hpp"

namespace shop::tests {
namespace {

using payment::VoidReason;

struct Rest {
    const char* what;
    void (*happens)(CreditedOrder&);
    std::int64_t released;  // pence; 0: all of it is still held
};
const Rest kRests[] = {
    {"a part left", [](CreditedOrder& o) { o.create_shipped(1, 0).captured(1); }, 0},
    {"the rest canceled",
     [](CreditedOrder& o) { o.create_shipped(1, 0).captured(1).cancel_lines(1, 1); }, 1'500},
    {"some of the rest canceled",
     [](CreditedOrder& o) { o.create_shipped(1, 0).captured(1).cancel_lines(1, 0); }, 0},
    {"… and then all of it",
     [](CreditedOrder& o) {
         o.create_shipped(1, 0).captured(1).cancel_lines(1, 0).cancel_lines(0, 1);
     },
     1'500},
    {"the rest canceled while money is taken",
     [](CreditedOrder& o) { o.create_shipped(1, 0).cancel_lines(1, 1); }, 0},
    {"… and then it was taken",
     [](CreditedOrder& o) { o.create_shipped(1, 0).cancel_lines(1, 1).captured(1).captured(1); },
     1'500},
    {"… and then it was not",
     [](CreditedOrder& o) { o.create_shipped(1, 0).cancel_lines(1, 1).capture_refused(1); }, 0},
    {"the rest credited",
     [](CreditedOrder& o) {
         o.create_shipped(1, 0).captured(1);
         o.credit({o.of(0, 1), o.of(1, 1)});
     },
     1'500},
    {"the rest credited, and given back in cash: it is still to be paid",
     [](CreditedOrder& o) {
         o.create_shipped(1, 0).captured(1);
         o.credit_as({o.of(1, 1)}, {{{credit_note::SettledBy::kOffline, gbp(500), {}, {}, {}}}});
     },
     0},
};

TEST_CASE("what captures left is let go once nothing more will be taken") {
    for (const Rest& each : kRests) {
        CAPTURE(each.what);
        CreditedOrder order;
        each.happens(order);
        const auto& releasing = order.payment().releasing;
        REQUIRE(releasing.has_value() == (each.released > 0));
        CHECK_FALSE(order.payment().voiding);
        if (!releasing) continue;
        const auto owed = order.pending(order.payment_id());
        REQUIRE(owed.size() == 1);
        CHECK(std::get<payment::VoidCall>(owed.front().call).amount == gbp(each.released));
    }
}

TEST_CASE("a rest that was let go leaves the payment captured, and is told once") {
    CreditedOrder order;
    order.create_shipped(1, 0).captured(1).cancel_lines(1, 1);
    order.says(payment::ResultVoided{"sbx_1"});
    const auto& voided = order.scenario.made<payment::Voided>();
    CHECK(voided.reason == VoidReason::kRest);
    CHECK(voided.amount == gbp(1'500));
    CHECK(order.payment().status == payment::Status::kCaptured);
    CHECK(order.payment().left_to_capture().is_zero());
    CHECK_FALSE(is_open(order.payment()));
    order.says(payment::ResultVoided{"sbx_1"}).scenario.then_nothing();
    order.capture().scenario.then_refused("already-captured");
}

TEST_CASE("a provider that keeps refusing to let go of a rest is shown") {
    CreditedOrder order;
    order.create_shipped(1, 0).captured(1).cancel_lines(1, 1);
    const payment::ResultFailed refused{payment::Operation::kVoid, {}, "not now"};
    for (int n = 1; n <= 3; ++n) {
        CHECK_FALSE(needs_operator(order.payment(), kNoon).has_value());
        order.says(refused).scenario.then_types({"payment.void_failed"});
    }
    CHECK(needs_operator(order.payment(), kNoon).has_value());
    CHECK(is_open(order.payment()));
}

TEST_CASE("the last capture lets go of the rest by itself") {
    CreditedOrder order;
    order.cancel_lines(0, 1).create_shipped(2, 0).captured(1);
    CHECK(order.payment().captured == gbp(2'395));
    CHECK(order.payment().left_to_capture().is_zero());
    CHECK_FALSE(order.payment().releasing);
}

TEST_CASE("nothing is held of an order all of which was credited before it was paid") {
    CreditedOrder order;
    order.credit({order.of(0, 2), order.of(1, 1), order.of(2, 1)});
    CHECK(order.sold().due().is_zero());
    REQUIRE(order.payment().voiding);
    CHECK(order.payment().voiding->reason == VoidReason::kCanceled);
}

// ---- For how long -------------------------------------------------------------------------------

constexpr Duration kHeldFor = days(7);

// Its money is held for seven days from noon.
class HeldOrder : public CreditedOrder {
  public:
    HeldOrder() {
        scenario.given(
            on(payment_id(), payment::Authorized{"sbx_1", gbp(kTotal), kNoon + kHeldFor, {}}));
    }
    HeldOrder& after(Duration time) {
        now = kNoon + time;
        scenario.at(now);
        return *this;
    }
    bool is_watched() const {
        const auto concern = needs_operator(payment(), now);
        return concern && concern->kind == ConcernKind::kExpiring;
    }
};

TEST_CASE("a day before money is held no longer somebody is told") {
    HeldOrder order;
    CHECK(due_of(order.payment()) == kNoon + days(6));
    CHECK_FALSE(order.after(days(6) - seconds(1)).is_watched());
    CHECK(order.after(days(6)).is_watched());
    CHECK_FALSE(is_open(order.payment()));
    order.create_shipped(2, 1).captured(1);
    CHECK_FALSE(order.is_watched());
    CHECK(due_of(order.payment()) == std::nullopt);
}

TEST_CASE("nothing leaves on money that is held no longer, before the provider says so too") {
    HeldOrder order;
    order.create(1, 0);
    order.after(kHeldFor).ship(1).scenario.then_refused("authorization-expired");
    order.create(1, 0).scenario.then_refused("authorization-expired");
    const auto owed = order.pending(order.payment_id());
    REQUIRE(owed.size() == 1);
    CHECK(std::holds_alternative<payment::QueryCall>(owed.front().call));
    CHECK(owed.front().since == kNoon + kHeldFor);
    order.says(payment::ResultExpired{"sbx_1"});
    order.scenario.then_types({"payment.authorization_expired"});
    CHECK(order.pending(order.payment_id()).empty());
    order.ship(1).scenario.then_refused("authorization-expired");
}

TEST_CASE("the rest of what left in part does not leave once its money is held no longer") {
    HeldOrder order;
    order.create_shipped(1, 0).captured(1);
    order.after(kHeldFor).create(1, 1).scenario.then_refused("authorization-expired");
    CHECK(order.is_watched());
    CHECK(order.pending(order.payment_id()).empty());
    order.cancel_lines(1, 1);
    CHECK_FALSE(order.is_watched());
}

TEST_CASE("an order that is paid leaves whenever it likes") {
    HeldOrder order;
    order.capture().captured(1);
    CHECK_FALSE(order.after(days(30)).is_watched());
    order.create_shipped(2, 1).scenario.then_types(
        {"order.confirmed", "fulfillment.created", "fulfillment.shipped"});
}

}  // namespace
}  // namespace shop::tests
