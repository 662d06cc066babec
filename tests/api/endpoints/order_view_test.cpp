// What a shopper reads of an order, at each of its moments (api/endpoints/order_view).
#include "api/endpoints/order_view.hpp"

#include <catch2/catch.hpp>

#include "events/keys/key_store.hpp"
#include "tests/core/credit_note/credited_order.hpp"
#include "tests/support/temp_folder.hpp"

namespace shop::api {
namespace {

using tests::Purchase;

// Persons in these purchases have keys that are long gone: what was sealed reads "[erased]".
struct Reader {
    tests::TempFolder folder;
    std::unique_ptr<KeyStore> keys = std::move(KeyStore::open(folder.path / "keys").value());

    template <class State>
    static Fact<State> fact(const Purchase& purchase, const StreamId& id) {
        Fact<State> fact;
        fact.snapshot.version = purchase.scenario.streams().version_of(id);
        if (const AnyState* state = purchase.scenario.streams().find_any(id))
            fact.snapshot.state = std::make_shared<const AnyState>(*state);
        return fact;
    }

    OrderView view(const Purchase& purchase) const {
        return view_of(facts(purchase), *keys).value();
    }
    OrderForStaff for_staff(const Purchase& purchase) const {
        return *staff_view_of(facts(purchase), *keys).value().staff;
    }

    static OrderFacts facts(const Purchase& purchase) {
        OrderFacts facts{.id = purchase.order};
        facts.checkout = fact<checkout::State>(purchase, purchase.checkout_id);
        facts.order = fact<order::State>(purchase, purchase.order);
        for (int n = 1; purchase.scenario.streams().find_any(purchase.payment_id(n)); ++n)
            facts.payments.emplace_back(purchase.payment_id(n),
                                        fact<payment::State>(purchase, purchase.payment_id(n)));
        for (int n = 1;; ++n) {
            const FulfillmentId id = fulfillment::fulfillment_of(purchase.order, n);
            if (!purchase.scenario.streams().find_any(id)) break;
            facts.fulfillments.emplace_back(id, fact<fulfillment::State>(purchase, id));
        }
        return facts;
    }
};

TEST_CASE("before it is placed an order is pending, with its lines and its total") {
    Purchase purchase;
    const OrderView view = Reader().view(purchase.start());
    CHECK(view.status == OrderStatus::kPending);
    CHECK(view.payment_status == order::PaymentStatus::kPending);
    CHECK_FALSE(view.number.has_value());
    CHECK(view.lines.size() == 2);  // the delivery is no line of it
    CHECK(view.totals.total == tests::gbp(Purchase::kTotal));
    CHECK(view.pay_until == tests::kNoon + checkout::kPaymentTime);
    CHECK(view.contact->email == "[erased]");
}

TEST_CASE("an order that wants its shopper says where to go") {
    Purchase purchase;
    const OrderView view = Reader().view(purchase.start().says(tests::action_result()));
    REQUIRE(view.payments.size() == 1);
    CHECK(view.payments.front().action->url == "http://sandbox/pay/sbx_1");
}

TEST_CASE("a placed order has its number, and what is authorized") {
    Purchase purchase;
    const OrderView view = Reader().view(purchase.start().declined().pay_again().authorized(2));
    CHECK(view.status == OrderStatus::kPlaced);
    CHECK(view.payment_status == order::PaymentStatus::kAuthorized);
    CHECK(view.number == "100001");
    CHECK(view.payments.size() == 2);
    CHECK(view.payments.front().code == "card_declined");
    CHECK(view.lines.front().quantities == LineQuantities{2, 0, 0, 0});
}

TEST_CASE("an order that was paid twice says so until one payment is voided") {
    Purchase purchase;
    purchase.start().declined().pay_again().authorized(2).authorized(1);
    Reader reader;
    CHECK(reader.view(purchase).payment_status == order::PaymentStatus::kOverpaid);
    purchase.says(payment::ResultVoided{"sbx_1"}, 1);
    CHECK(reader.view(purchase).payment_status == order::PaymentStatus::kAuthorized);
}

TEST_CASE("a canceled order says how much of each line is canceled, and when its money is free") {
    Purchase purchase;
    Reader reader;
    const OrderView canceled = reader.view(purchase.place().cancel());
    CHECK(canceled.status == OrderStatus::kCanceled);
    CHECK(canceled.lines.front().quantities == LineQuantities{2, 2, 0, 0});
    CHECK(canceled.payment_status == order::PaymentStatus::kAuthorized);
    purchase.says(payment::ResultVoided{"sbx_1"});
    CHECK(reader.view(purchase).payment_status == order::PaymentStatus::kVoided);
}

TEST_CASE("a checkout that came to nothing reads as failed once its cart is open again") {
    Purchase purchase;
    Reader reader;
    purchase.start().declined().cancel();
    CHECK(reader.view(purchase).status == OrderStatus::kPending);
    const OrderView failed = reader.view(purchase.released());
    CHECK(failed.status == OrderStatus::kFailed);
    CHECK(failed.failure->reason == checkout::FailReason::kCanceled);
}

TEST_CASE("an order says what has left, what was canceled, and what is still to be paid") {
    tests::SoldOrder order;
    order.create_shipped(1, 0).captured(1).cancel_lines(0, 1);
    const OrderView view = Reader().view(order);
    CHECK(view.fulfillment_status == FulfillmentStatus::kPartiallyFulfilled);
    CHECK(view.lines.at(0).quantities == LineQuantities{2, 0, 1, 0});
    CHECK(view.lines.at(1).quantities == LineQuantities{1, 1, 0, 0});
    REQUIRE(view.fulfillments.size() == 1);
    CHECK(view.fulfillments.front().tracking == std::vector<std::string>{"T1"});
    CHECK(view.fulfillments.front().lines.front().quantity == 1);
    CHECK(view.due == tests::gbp(2'395));
    CHECK(view.payments.front().captured == tests::gbp(1'395));
    CHECK(view.balance == tests::gbp(1'000));
}

TEST_CASE("what came back is what was sent and taken back, not what was credited") {
    tests::CreditedOrder order;
    order.credit({order.of(1, 1)});  // nothing has left yet
    CHECK(Reader().view(order).lines.at(1).quantities == LineQuantities{1, 0, 0, 0});
    order.create_shipped(2, 0);
    auto mugs = order.of(0, 2);
    mugs.restock = 1;  // the other one is kept
    order.credit({mugs});
    CHECK(Reader().view(order).lines.at(0).quantities == LineQuantities{2, 0, 2, 1});
}

TEST_CASE("staff see why an order is held, whose it is and what was credited; shoppers do not") {
    tests::CreditedOrder order;
    const CustomerId ada = CustomerId::derive({"ada"});
    order.scenario.given(tests::on(order.order, order::CustomerAssigned{ada, tests::kWhy}));
    order.credit({order.of(1, 1)}).hold();
    order.scenario.given(tests::on(order.order, order::NoteAdded{1, {"key", "sealed"}}));
    const Reader reader;
    const OrderForStaff seen = reader.for_staff(order);
    CHECK(seen.source == checkout::Source::kWeb);
    CHECK(seen.customer_id == ada);
    REQUIRE(seen.hold.has_value());
    CHECK(seen.hold->reason == tests::kWhy);
    CHECK(seen.credit_notes == std::vector{order.note_id()});
    CHECK(seen.notes == 1);
    CHECK_FALSE(reader.view(order).staff.has_value());
}

TEST_CASE("staff see what a provider contradicts, as accepting it has to name it") {
    tests::CreditedOrder order;
    order.create_shipped(1, 0);
    const Reader reader;
    CHECK(reader.for_staff(order).mismatches.empty());
    const CaptureId capture = order.payment().captures.front().capture_id;
    order.says(payment::ResultCaptured{"sbx_1", tests::gbp(9), capture});
    const PaymentMismatchView seen{.payment_id = order.payment_id(),
                                   .capture_id = capture,
                                   .refund_id = {},
                                   .amount = tests::gbp(9),
                                   .expected = tests::gbp(1'395)};
    REQUIRE(reader.for_staff(order).mismatches == std::vector{seen});
    order.says(payment::ResultCaptured{"sbx_1", tests::gbp(8), {}});
    CHECK_FALSE(reader.for_staff(order).mismatches.front().capture_id.has_value());
}

TEST_CASE("an order is fulfilled when all has left, and delivered when all has arrived") {
    tests::SoldOrder order;
    order.create_shipped(1, 1).create_shipped(1, 0);
    CHECK(Reader().view(order).fulfillment_status == FulfillmentStatus::kFulfilled);
    order.scenario.when(fulfillment::Deliver{order.fulfillment_id(1), tests::kWhy});
    CHECK(Reader().view(order).fulfillment_status == FulfillmentStatus::kFulfilled);
    order.scenario.when(fulfillment::Deliver{order.fulfillment_id(2), tests::kWhy});
    CHECK(Reader().view(order).fulfillment_status == FulfillmentStatus::kDelivered);
}

}  // namespace
}  // namespace shop::api
