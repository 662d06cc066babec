// Money that is taken as goods leave, and given back as less is due.
#include <catch2/catch.hpp>
#include <random>

#include "core/fulfillment/progress.hpp"
#include "core/order/money.hpp"
#include "core/payment/moves.hpp"
#include "tests/core/order/sold_order.hpp"

namespace shop::tests {
namespace {

using Amounts = std::vector<std::int64_t>;

TEST_CASE("what leaves is taken, the delivery with the first of it") {
    struct Case {
        const char* what;
        void (*happens)(SoldOrder&);
        Amounts captures;
    };
    const Case cases[] = {
        {"all at once", [](SoldOrder& o) { o.create_shipped(2, 1); }, {2'895}},
        {"nothing by planning it", [](SoldOrder& o) { o.create(2, 1); }, {}},
        {"in parts",
         [](SoldOrder& o) { o.create_shipped(1, 0).create_shipped(0, 1).create_shipped(1, 0); },
         {1'395, 500, 1'000}},
        {"in two shipments, planned together",
         [](SoldOrder& o) { o.create(1, 1).create(1, 0).ship(2).ship(1); },
         {1'395, 1'500}},
        {"not twice, if staff took all before",
         [](SoldOrder& o) { o.capture().create_shipped(2, 1); },
         {2'895}},
        {"the rest by staff",
         [](SoldOrder& o) { o.create_shipped(1, 0).capture().create_shipped(1, 1); },
         {1'395, 1'500}},
        {"less, for lines that were canceled",
         [](SoldOrder& o) { o.cancel_lines(1, 1).create_shipped(1, 0); },
         {1'395}},
        {"a refused capture's again, with the next",
         [](SoldOrder& o) { o.create_shipped(1, 0).capture_refused(1).create_shipped(1, 1); },
         {1'395, 2'895}},
        {"of what staff takes, what is due",
         [](SoldOrder& o) { o.cancel_lines(0, 1).capture(); },
         {2'395}},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        SoldOrder order;
        each.happens(order);
        CHECK(order.captures() == each.captures);
        CHECK(order.refunds().empty());
    }
}

// The first card's money was taken after all.
void take_unwanted(SoldOrder& order) {
    order.says(payment::ResultCaptured{"sbx_9", gbp(Purchase::kTotal), {}}, 1);
    REQUIRE(order.payment(1).refunds.size() == 1);
}

TEST_CASE("what was taken though it was not to be pays for nothing that leaves") {
    SoldOrder order(SoldOrder::Cards::kTwo);
    take_unwanted(order);
    const auto refund = order.payment(1).refunds.at(0);
    SECTION("while it goes back") {}
    SECTION("once it went back") {
        order.says(payment::ResultRefunded{"sbx_9", refund.amount, refund.refund_id}, 1);
    }
    SECTION("if it cannot go back") {
        order.says(payment::ResultFailed{.operation = payment::Operation::kRefund,
                                         .capture_id = {},
                                         .code = "closed",
                                         .refund_id = refund.refund_id},
                   1);
    }
    order.create_shipped(2, 1);
    REQUIRE(order.payment(2).captures.size() == 1);
    CHECK(order.payment(2).captures.at(0).amount == gbp(Purchase::kTotal));
    CHECK(order.payment(1).captures.size() <= 1);
}

TEST_CASE("the capture of the last shipment is final, and names it") {
    SoldOrder order;
    order.create_shipped(1, 1);
    CHECK_FALSE(order.payment().captures.at(0).final);
    CHECK(order.payment().captures.at(0).fulfillment_id == order.fulfillment_id(1));
    order.create_shipped(1, 0);
    CHECK(order.payment().captures.at(1).final);
    CHECK(order.payment().captures.at(1).fulfillment_id == order.fulfillment_id(2));
}

TEST_CASE("money is taken in the record in which goods leave") {
    SoldOrder order;
    order.create_shipped(1, 0).scenario.then_types({"order.confirmed", "fulfillment.created",
                                                    "fulfillment.shipped",
                                                    "payment.capture_requested"});
}

TEST_CASE("nothing is taken of an order on hold") {
    SoldOrder order;
    order.hold().capture().scenario.then_refused("order-on-hold");
}

struct Return {
    const char* what;
    void (*happens)(SoldOrder&);
    Amounts refunds;
    bool is_voided;
};
const Return kReturns[] = {
    {"canceled, nothing taken", [](SoldOrder& o) { o.cancel_by_staff(); }, {}, true},
    {"canceled, all taken",
     [](SoldOrder& o) { o.capture().captured(1).cancel_by_staff(); },
     {2'895},
     false},
    {"canceled by its shopper, all taken",
     [](SoldOrder& o) { o.capture().captured(1).cancel(); },
     {2'895},
     false},
    {"canceled while it is taken", [](SoldOrder& o) { o.capture().cancel_by_staff(); }, {}, false},
    {"canceled while it is taken, and then it is",
     [](SoldOrder& o) {
         o.capture().cancel_by_staff();
         o.captured(1).captured(1);
     },
     {2'895},
     false},
    {"canceled while it is taken, and then it is not",
     [](SoldOrder& o) {
         o.capture().cancel_by_staff();
         o.capture_refused(1);
     },
     {},
     true},
    {"a line canceled, nothing taken", [](SoldOrder& o) { o.cancel_lines(0, 1); }, {}, false},
    {"a line canceled, all taken",
     [](SoldOrder& o) { o.capture().captured(1).cancel_lines(0, 1); },
     {500},
     false},
    {"two lines canceled, one after another",
     [](SoldOrder& o) { o.capture().captured(1).cancel_lines(0, 1).cancel_lines(1, 0); },
     {500, 1'000},
     false},
    {"a line canceled while all is taken",
     [](SoldOrder& o) {
         o.capture().cancel_lines(1, 0);
         o.captured(1);
     },
     {1'000},
     false},
    {"the rest canceled of what left in part",
     [](SoldOrder& o) { o.create_shipped(1, 0).captured(1).cancel_lines(1, 1); },
     {},
     false},
    {"all canceled, line by line",
     [](SoldOrder& o) { o.cancel_lines(0, 1).cancel_lines(2, 0); },
     {},
     true},
    {"all canceled at once by its lines, all taken",
     [](SoldOrder& o) { o.capture().captured(1).cancel_lines(2, 1); },
     {2'895},
     false},
};

TEST_CASE("what is due no more goes back, or is let go") {
    for (const Return& each : kReturns) {
        CAPTURE(each.what);
        SoldOrder order;
        each.happens(order);
        CHECK(order.refunds() == each.refunds);
        CHECK(order.payment().voiding.has_value() == each.is_voided);
    }
}

TEST_CASE("goods do not leave on an authorization that has expired") {
    SoldOrder order;
    order.create(1, 1).says(payment::ResultExpired{"sbx_1"});
    REQUIRE(order.payment().status == payment::Status::kExpired);
    order.ship(1).scenario.then_refused("authorization-expired");
    order.create(1, 0).scenario.then_refused("authorization-expired");
}

// ---- Every way through an order of uneven prices ------------------------------------------------

// An order paid by a tender that takes and gives money at once.
class Walk {
  public:
    explicit Walk(std::uint64_t seed) : random_(seed) {
        order::Placed placed;
        placed.checkout_id = checkout::checkout_of(order_);
        placed.terms.currency = gbp(0).currency;
        placed.payment_ids = {payment_};
        for (int n = 0; n < 3; ++n) {
            sale::Line line;
            line.line_id = LineId::derive({"walk", std::to_string(n)});
            line.quantity = below(7) + 1;
            line.gross = gbp(below(400));
            placed.lines.push_back(line);
        }
        placed.lines.push_back({.line_id = LineId::derive({"walk", "delivery"}),
                                .kind = sale::LineKind::kShipping,
                                .quantity = 1,
                                .gross = gbp(below(300))});
        placed.totals.total = gbp(0);
        for (const sale::Line& line : placed.lines) placed.totals.total += line.gross;
        const Money total = placed.totals.total;
        payment::Initiated initiated{.order_id = order_,
                                     .attempt = 1,
                                     .provider = std::string(payment::kOfflineProvider),
                                     .amount = total};
        scenario_.given(on(payment_, initiated, payment::Authorized{.amount = total}))
            .given(on(order_, placed));
    }

    // Until nothing is open any more; what was wrong, if anything.
    std::string run() {
        for (int step = 0; step < 60; ++step) {
            one_step();
            if (const std::string wrong = look(); !wrong.empty()) return wrong;
        }
        scenario_.when(fulfillment::Create{.order = order_});
        for (int n = 1; n <= made(); ++n) scenario_.when(fulfillment::Ship{id_of(n), {}, kWhy});
        if (const std::string wrong = look(); !wrong.empty()) return wrong;
        return kept() == state().due().minor_units ? "" : "at the end another sum is kept than due";
    }

  private:
    std::int64_t below(std::int64_t n) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
    }
    const order::State& state() const { return scenario_.state<order::State>(order_); }
    const payment::State& payment() const { return scenario_.state<payment::State>(payment_); }
    FulfillmentId id_of(int n) const { return fulfillment::fulfillment_of(order_, n); }
    int made() const {
        return static_cast<int>(fulfillment::find_all(order_, scenario_.streams()).size());
    }
    std::int64_t kept() const {
        return payment().captured.minor_units - payment().refunded.minor_units;
    }

    std::vector<order::LineQuantity> some_units() {
        const auto& line = state().placed.lines.at(static_cast<std::size_t>(below(3)));
        return {{line.line_id, below(3) + 1}};
    }

    // Many of them are refused.
    void one_step() {
        const int n = static_cast<int>(below(made() + 1)) + 1;
        switch (below(12)) {
            case 0:
            case 1:
            case 2:
                return void(
                    scenario_.when(fulfillment::Create{.order = order_, .lines = some_units()}));
            case 3:
            case 4:
                return void(scenario_.when(fulfillment::Create{
                    .order = order_, .lines = some_units(), .shipment = fulfillment::Shipment{}}));
            case 5:
            case 6:
                return void(scenario_.when(fulfillment::Ship{id_of(n), {}, kWhy}));
            case 7:
                return void(scenario_.when(fulfillment::Cancel{id_of(n), kWhy}));
            case 8:
                if (below(6) == 0) scenario_.when(order::Capture{order_, kWhy});
                return;
            case 9:
                if (below(20) == 0)
                    scenario_.when(order::CancelByStaff{order_, order::CancelReason::kStaff, kWhy});
                return;
            default:
                return void(scenario_.when(order::CancelLines{order_, some_units(), kWhy}));
        }
    }

    std::string look() const {
        if (kept() < 0) return "more was given back than taken";
        if (kept() > state().due().minor_units) return "more is kept than is due";
        if (payment().captured.minor_units > payment().authorized.minor_units)
            return "more was taken than authorized";
        for (const sale::Line& line : state().placed.lines) {
            const order::LineProgress progress = state().progress_of(line.line_id);
            if (progress.canceled_amount.minor_units < 0 || progress.canceled_amount > line.gross)
                return "a line was canceled for less than nothing, or more than it cost";
        }
        return {};
    }

    std::mt19937_64 random_;
    const OrderId order_ = OrderId::derive({"walk"});
    const PaymentId payment_ = payment::payment_of(order_, 1);
    Scenario scenario_;
};

TEST_CASE("whatever happens to an order, what is kept in the end is what is due") {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        INFO("seed " << seed);
        REQUIRE(Walk(seed).run() == "");
    }
}

}  // namespace
}  // namespace shop::tests
