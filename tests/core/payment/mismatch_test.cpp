// Captures and refunds of another amount than was asked for, once staff takes the provider's word.
#include <catch2/catch.hpp>

#include "core/order/money.hpp"
#include "tests/core/credit_note/credited_order.hpp"

namespace shop::tests {
namespace {

constexpr std::int64_t kAll = Purchase::kTotal;

// What the provider says now, as staff see it.
payment::AcceptMismatch accept(const Purchase& order) {
    payment::AcceptMismatch command{
        .order = order.order, .payment = order.payment_id(), .amount = gbp(0), .reason = kWhy};
    if (const auto& told = order.payment().mismatch) {
        command.amount = told->observed;
        command.capture = told->capture_id;
        command.refund = told->refund_id;
    }
    return command;
}

// What the provider says of the n-th capture, from 1; of 0, of all that it took.
payment::ResultCaptured took(const Purchase& order, std::size_t n, std::int64_t pence) {
    const CaptureId id = n == 0 ? CaptureId() : order.payment().captures.at(n - 1).capture_id;
    return {"sbx_1", gbp(pence), id};
}

payment::ResultRefunded gave(const Purchase& order, std::size_t n, std::int64_t pence) {
    return {"sbx_1", gbp(pence), order.payment().refunds.at(n - 1).refund_id};
}

std::int64_t still_due(const CreditedOrder& order) {
    const std::vector<order::OrderPayment> payments = {{order.payment_id(), &order.payment()}};
    return order::left_to_take(order.sold().due(), payments).minor_units;
}

TEST_CASE("what a capture did not take stays due, and what it took beyond is not taken again") {
    for (const std::int64_t told : {1'394, 1'396}) {
        CreditedOrder order;
        order.create_shipped(1, 0);
        CHECK(order.captures() == std::vector<std::int64_t>{1'395});  // with the delivery
        order.says(took(order, 1, told)).scenario.then_types({"payment.mismatch_detected"});
        order.scenario.when(accept(order)).then_types({"payment.mismatch_accepted"});
        CHECK(order.payment().captured == gbp(told));
        CHECK_FALSE(needs_operator(order.payment(), kNoon).has_value());
        order.says(took(order, 1, told)).scenario.then_nothing();
        CHECK(still_due(order) == kAll - told);
        order.create_shipped(1, 1);
        CHECK(order.captures().back() == kAll - told);
    }
}

TEST_CASE("what was taken beyond what is due goes back once it is accepted") {
    CreditedOrder order;
    order.create_shipped(2, 1).says(took(order, 1, kAll + 1));
    CHECK(order.refunds().empty());
    order.scenario.when(accept(order));
    order.scenario.then_types({"payment.mismatch_accepted", "payment.refund_requested"});
    CHECK(order.refunds() == std::vector<std::int64_t>{1});
}

TEST_CASE("of a canceled order all that was taken goes back once it is accepted") {
    CreditedOrder order;
    order.capture().cancel_by_staff().says(took(order, 1, kAll - 1));
    CHECK(order.refunds().empty());
    order.scenario.when(accept(order));
    order.scenario.then_types({"payment.mismatch_accepted", "payment.refund_requested"});
    CHECK(order.refunds() == std::vector<std::int64_t>{kAll - 1});
}

TEST_CASE("money that was not to be taken goes back, whatever its amount") {
    Purchase late;
    late.start().declined().cancel().released().authorized();
    late.says(took(late, 0, kAll - 1)).scenario.then_types({"payment.mismatch_detected"});
    late.scenario.when(accept(late));
    late.scenario.then_types({"payment.mismatch_accepted", "payment.refund_requested"});
    CHECK(late.payment().refunds.at(0).amount == gbp(kAll - 1));
}

TEST_CASE("a sum that names no capture is what was taken in all") {
    struct Case {
        const char* what;
        void (*before)(CreditedOrder&);
        std::int64_t told;
        const char* type;  // of the refusal, or nothing
    };
    const Case cases[] = {
        {"nobody asked", [](CreditedOrder&) {}, 700, ""},
        {"one is under way", [](CreditedOrder& o) { o.create_shipped(1, 0); }, 1'396, ""},
        {"one was made", [](CreditedOrder& o) { o.create_shipped(1, 0).captured(1); }, 1'300, ""},
        {"one was made, one is under way",
         [](CreditedOrder& o) { o.create_shipped(1, 0).captured(1).create_shipped(1, 0); }, 2'000,
         ""},
        {"less than was made, and one is under way",
         [](CreditedOrder& o) { o.create_shipped(1, 0).captured(1).create_shipped(1, 0); }, 1'300,
         "mismatch-unclear"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        CreditedOrder order;
        each.before(order);
        order.says(took(order, 0, each.told)).scenario.then_types({"payment.mismatch_detected"});
        order.scenario.when(accept(order));
        if (*each.type != '\0') {
            order.scenario.then_refused(each.type);
            continue;
        }
        CHECK(order.payment().captured == gbp(each.told));
        CHECK(still_due(order) == kAll - each.told);
        order.says(took(order, 0, each.told)).scenario.then_nothing();
        CHECK_FALSE(order.payment().is_capture_under_way());
    }
}

TEST_CASE("a provider that corrects what it said of a capture is believed, up and down") {
    CreditedOrder order;
    order.deliver_all().says(took(order, 1, kAll - 1)).scenario.when(accept(order));
    order.scenario.then_types({"payment.mismatch_accepted"});
    CHECK(order.payment().captured == gbp(kAll - 1));
    order.says(took(order, 1, kAll)).scenario.when(accept(order));
    CHECK(order.payment().captured == gbp(kAll));
    CHECK(order.refunds().empty());
}

TEST_CASE("a provider that says again what counts ends its contradiction, and no money moves") {
    CreditedOrder order;
    order.deliver_all().captured(1);
    for (const std::size_t named : {1U, 0U}) {
        order.says(took(order, named, kAll - 10));
        REQUIRE(order.payment().has_wrong_move());
        order.says(took(order, named, kAll));
        CHECK_FALSE(order.payment().has_wrong_move());
        CHECK(order.payment().captured == gbp(kAll));
        CHECK(order.payment().captures.size() == 1);
        CHECK(still_due(order) == 0);
    }
    order.says(payment::ResultCaptured{"sbx_1", {500, *Currency::parse("EUR")}, {}});
    REQUIRE(order.payment().has_wrong_move());
    order.says(took(order, 0, kAll));
    CHECK_FALSE(order.payment().has_wrong_move());
    order.scenario.when(accept(order));
    order.scenario.then_refused("no-mismatch");
}

TEST_CASE("a refund that the provider puts right is not asked for once more") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).says(gave(order, 1, 400));
    REQUIRE(order.payment().has_wrong_move());
    order.says(gave(order, 1, 500));
    CHECK_FALSE(order.payment().has_wrong_move());
    CHECK(order.payment().refunded == gbp(500));
    order.says(gave(order, 1, 400)).says(gave(order, 1, 500));
    CHECK_FALSE(order.payment().has_wrong_move());
    CHECK(order.payment().refunded == gbp(500));
    CHECK(order.payment().refunds.size() == 1);
}

TEST_CASE("what a refund left is asked for again, and settles its note") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).says(gave(order, 1, 499));
    order.scenario.when(accept(order));
    order.scenario.then_types(
        {"payment.mismatch_accepted", "payment.refund_requested", "credit_note.settled"});
    CHECK(order.note().left_to_settle() == gbp(1));
    CHECK(order.payment().refunded == gbp(499));
    CHECK(order.refund(2).amount == gbp(1));
    order.refunded(2).scenario.then_types({"payment.refunded", "credit_note.settled"});
    CHECK(order.note().left_to_settle().is_zero());
    CHECK(order.payment().refunded == gbp(500));
    CHECK_FALSE(is_open(order.payment()));
}

TEST_CASE("what went back beyond a refund settles no more than its note, and is due again") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).says(gave(order, 1, 501));
    order.scenario.when(accept(order));
    order.scenario.then_types({"payment.mismatch_accepted", "credit_note.settled"});
    CHECK(order.note().left_to_settle().is_zero());
    CHECK(order.payment().refunded == gbp(501));
    CHECK(still_due(order) == 1);
}

TEST_CASE("a refund that is told while a capture is contradicted is not forgotten") {
    CreditedOrder order;
    order.create_shipped(2, 1).says(took(order, 1, kAll - 1));
    order.says(payment::ResultRefunded{"sbx_1", gbp(kAll - 1), {}});
    order.scenario.then_types({"payment.refunded"});
    order.scenario.when(accept(order));
    CHECK(order.payment().left_to_refund().is_zero());
    CHECK(still_due(order) == kAll);
}

TEST_CASE("a refund in another currency that nobody asked for is no refund of this payment") {
    CreditedOrder order;
    order.deliver_all().says(payment::ResultRefunded{"sbx_1", money(5, "EUR"), {}});
    order.scenario.then_nothing();
}

TEST_CASE("what is accepted is what staff saw, or nothing") {
    CreditedOrder order;
    order.create_shipped(1, 0).says(took(order, 1, 1'394));
    const payment::AcceptMismatch seen = accept(order);
    payment::AcceptMismatch other_capture = seen;
    other_capture.capture = CaptureId::derive({"?"});
    payment::AcceptMismatch no_capture = seen;
    no_capture.capture = {};
    payment::AcceptMismatch a_refund = seen;
    a_refund.refund = RefundId::derive({"?"});
    for (const auto& wrong : {other_capture, no_capture, a_refund})
        order.scenario.when(wrong).then_refused("mismatch-changed");
    order.says(took(order, 1, 9));
    order.scenario.when(seen).then_refused("mismatch-changed");
    CHECK(order.scenario.result().error().members ==
          R"("told":{"minor_units":9,"currency":"GBP"},"capture_id":")" + seen.capture.to_string() +
              "\"");
    CHECK(order.payment().captured.minor_units == 0);
    CHECK(order.payment().has_wrong_move());
    order.scenario.when(accept(order)).then_types({"payment.mismatch_accepted"});
    CHECK(order.payment().captured == gbp(9));
}

TEST_CASE("what a refund gave back is accepted by the refund's name") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).says(gave(order, 1, 499));
    payment::AcceptMismatch nameless = accept(order);
    nameless.refund = {};
    order.scenario.when(nameless).then_refused("mismatch-changed");
    CHECK(order.scenario.result().error().members ==
          R"("told":{"minor_units":499,"currency":"GBP"},"refund_id":")" +
              order.refund(1).refund_id.to_string() + "\"");
    CHECK(order.refunds().size() == 1);
    const auto concern = needs_operator(order.payment(), kNoon);
    REQUIRE(concern.has_value());
    CHECK(concern->reason.find("4.99 GBP of " + order.refund(1).refund_id.to_string()) !=
          std::string::npos);
}

TEST_CASE("a contradiction recorded without what it is about is accepted where that is plain") {
    struct Case {
        const char* what;
        void (*before)(CreditedOrder&);
        bool is_plain;
    };
    const Case cases[] = {
        {"nothing was asked for", [](CreditedOrder&) {}, true},
        {"one capture", [](CreditedOrder& o) { o.create_shipped(2, 1).captured(1); }, true},
        {"two captures",
         [](CreditedOrder& o) { o.create_shipped(1, 0).captured(1).create_shipped(1, 0); }, false},
        {"a capture, or its refund", [](CreditedOrder& o) { o.deliver_all().credit({o.of(1, 1)}); },
         false},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        CreditedOrder order;
        each.before(order);
        order.scenario.given(
            on(order.payment_id(),
               payment::MismatchDetected{"amount", gbp(500), gbp(499), "sbx_1", {}}));
        order.scenario.when(accept(order));
        if (each.is_plain)
            order.scenario.then_types({"payment.mismatch_accepted"});
        else
            order.scenario.then_refused("mismatch-unclear");
    }
}

TEST_CASE("a contradiction recorded without what it is about is told again with that") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)});
    order.scenario.given(on(order.payment_id(),
                            payment::MismatchDetected{"amount", gbp(500), gbp(499), "sbx_1", {}}));
    order.says(gave(order, 1, 499)).scenario.then_types({"payment.mismatch_detected"});
    order.says(gave(order, 1, 499)).scenario.then_nothing();
    order.scenario.when(accept(order));
    CHECK(order.payment().refunded == gbp(499));
}

TEST_CASE("a refund's contradiction recorded without its name ends by what is surely of it") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)});
    const bool is_done = GENERATE(false, true);
    if (is_done) order.refunded(1);
    const auto contradicted = on(
        order.payment_id(), payment::MismatchDetected{"amount", gbp(500), gbp(499), "sbx_1", {}});
    order.scenario.given(contradicted);
    for (const std::size_t named : {0U, 1U})
        order.says(took(order, named, kAll)).scenario.then_nothing();
    CHECK(order.payment().has_wrong_move());
    SECTION("the provider says it right") {
        order.says(gave(order, 1, 500));
        CHECK_FALSE(order.payment().has_wrong_move());
        CHECK(order.payment().refunded == gbp(500));
        CHECK(order.note().left_to_settle().is_zero());
    }
    SECTION("staff names it") {
        payment::AcceptMismatch named = accept(order);
        named.refund = RefundId::derive({"?"});
        order.scenario.when(named).then_refused("mismatch-unclear");
        named.refund = order.refund(1).refund_id;
        order.scenario.when(named);
        CHECK(order.payment().refunded == gbp(499));
        CHECK(order.refund(2).amount == gbp(1));
        CHECK_FALSE(order.payment().has_wrong_move());
    }
    SECTION("the capture is not named, for another amount was expected") {
        payment::AcceptMismatch named = accept(order);
        named.capture = order.payment().captures.at(0).capture_id;
        order.scenario.when(named).then_refused("mismatch-unclear");
    }
}

TEST_CASE("one of two refunds that may be meant does not end what was recorded without a name") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)}).credit({order.money_only(500)});
    order.scenario.given(on(order.payment_id(),
                            payment::MismatchDetected{"amount", gbp(500), gbp(499), "sbx_1", {}}));
    order.says(gave(order, 2, 500))
        .scenario.then_types({"payment.refunded", "credit_note.settled"});
    CHECK(order.payment().has_wrong_move());
    payment::AcceptMismatch named = accept(order);
    named.refund = order.refund(1).refund_id;
    order.scenario.when(named);
    CHECK(order.payment().refunded == gbp(999));
}

TEST_CASE("a capture that is made does not end the contradiction of another move") {
    CreditedOrder order;
    order.create_shipped(1, 0).captured(1).create_shipped(1, 0);
    SECTION("another capture's") {
        order.says(took(order, 1, 1'394));
    }
    SECTION("one that may be of either") {
        order.scenario.given(
            on(order.payment_id(),
               payment::MismatchDetected{"amount", gbp(1'395), gbp(1'394), "sbx_1", {}}));
    }
    REQUIRE(order.payment().has_wrong_move());
    order.captured(2);
    CHECK(order.payment().captured == gbp(1'395 + 1'000));
    CHECK(order.payment().has_wrong_move());
    order.says(took(order, 1, 1'395));
    CHECK_FALSE(order.payment().has_wrong_move());
}

TEST_CASE("what came to be too much behind a contradiction goes back once that is put right") {
    CreditedOrder order;
    order.create_shipped(1, 0).captured(1).create_shipped(1, 1);
    order.credit({order.of(1, 1)}).says(took(order, 1, 1'394));
    order.captured(2);
    CHECK(order.payment().captured == gbp(kAll));
    CHECK(order.payment().refunds.empty());
    order.says(took(order, 1, 1'395));
    REQUIRE(order.payment().refunds.size() == 1);
    CHECK(order.refund(1).amount == gbp(500));
}

TEST_CASE("what captures took in all ends what was recorded without a name, if nothing went back") {
    CreditedOrder order;
    order.create_shipped(1, 0).captured(1).create_shipped(1, 0).captured(2);
    order.scenario.given(
        on(order.payment_id(),
           payment::MismatchDetected{"amount", gbp(2'395), gbp(2'394), "sbx_1", {}}));
    order.says(took(order, 1, 1'395)).scenario.then_nothing();
    CHECK(order.payment().has_wrong_move());
    order.says(took(order, 0, 2'395));
    CHECK_FALSE(order.payment().has_wrong_move());
}

TEST_CASE("an amount that cannot count is not accepted") {
    CreditedOrder order;
    order.create_shipped(1, 0);
    order.scenario.when(accept(order)).then_refused("no-mismatch");
    order.says(payment::ResultCaptured{"sbx_1", money(5, "EUR"), {}});
    order.scenario.when(accept(order)).then_refused("other-currency");
    payment::AcceptMismatch other = accept(order);
    other.order = OrderId::derive({"?"});
    order.scenario.when(other).then_refused("unknown-payment");
    order.says(took(order, 1, 7)).scenario.when(accept(order));
    order.scenario.when(accept(order)).then_refused("no-mismatch");

    Purchase purchase;  // an authorization is voided at the deadline instead: rule 8
    purchase.start().says(authorized_result(kAll - 1));
    purchase.scenario.when(accept(purchase)).then_refused("no-mismatch");
}

}  // namespace
}  // namespace shop::tests
