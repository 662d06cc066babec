// The end of the time to pay, and the shopper's cancel: the provider has the last word.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {
namespace {

using checkout::FailReason;
using checkout::OutcomeKind;
using payment::VoidReason;

const payment::VoidCall& void_owed(const std::vector<Effect>& effects) {
    REQUIRE(effects.size() == 1);
    return std::get<payment::VoidCall>(effects.front().call);
}

TEST_CASE("before the deadline nothing expires") {
    Purchase purchase;
    purchase.start();
    CHECK(deadline(purchase.checkout_id, purchase.checkout()) == kNoon + minutes(15));
    CHECK_FALSE(on_deadline(purchase.checkout_id, purchase.checkout(), kNoon).has_value());
    purchase.scenario.at(kNoon + minutes(15) - milliseconds(1));
    purchase.scenario.when(checkout::Expire{purchase.checkout_id}).then_nothing();
}

TEST_CASE("an action nobody takes is canceled at the provider, and only then is stock released") {
    Purchase purchase;
    purchase.start().says(action_result()).run_out_of_time();
    purchase.scenario.then_types({"checkout.deadline_passed", "payment.void_requested"});
    CHECK(void_owed(purchase.pending(purchase.payment_id())).unless_authorized);
    CHECK(purchase.pending(purchase.checkout_id).empty());  // no release yet
    CHECK(purchase.outcome().kind == OutcomeKind::kPending);
    purchase.says(payment::ResultVoided{"sbx_1"});
    purchase.scenario.then_types({"payment.voided", "checkout.effect_answered", "checkout.failed"});
    CHECK(purchase.pending(purchase.checkout_id).size() == 2);
    purchase.released();
    CHECK(purchase.outcome().reason == FailReason::kExpired);
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
    purchase.scenario.when(checkout::Expire{purchase.checkout_id}).then_nothing();
}

TEST_CASE("authorized after all: the order is placed, and nothing is voided") {
    Purchase purchase;
    purchase.start().says(action_result()).run_out_of_time().authorized();
    CHECK(purchase.outcome().kind == OutcomeKind::kPlaced);
    CHECK_FALSE(purchase.payment().voiding.has_value());
    CHECK(purchase.pending(purchase.payment_id()).empty());
}

TEST_CASE("another amount that is authorized at the deadline is voided all the same") {
    Purchase purchase;
    purchase.start().says(action_result()).run_out_of_time();
    purchase.says(authorized_result(Purchase::kTotal - 1));
    CHECK_FALSE(void_owed(purchase.pending(purchase.payment_id())).unless_authorized);
    purchase.says(payment::ResultVoided{"sbx_1"}).released();
    CHECK(purchase.outcome().reason == FailReason::kMismatch);
}

TEST_CASE("a declined card and no other until the deadline ends the checkout at once") {
    Purchase purchase;
    purchase.start().declined().run_out_of_time();
    purchase.scenario.then_types({"checkout.failed"});
    purchase.released();
    CHECK(purchase.outcome().reason == FailReason::kDeclined);
}

TEST_CASE("after the deadline no line is reserved and no card charged any more") {
    Purchase purchase;
    purchase.start().run_out_of_time();
    CHECK(purchase.pending(purchase.checkout_id).empty());
    CHECK(void_owed(purchase.pending(purchase.payment_id())).authorized_by ==
          payment::authorize_effect(purchase.payment_id()));
    purchase.says(payment::ResultVoided{});
    CHECK(purchase.checkout().status == checkout::Status::kFailed);
    purchase.released();
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
}

TEST_CASE("a shopper's cancel voids what may be under way, and opens the cart when all is back") {
    Purchase purchase;
    purchase.start().cancel();
    purchase.scenario.then_types({"payment.void_requested", "checkout.failed"});
    CHECK_FALSE(void_owed(purchase.pending(purchase.payment_id())).unless_authorized);
    purchase.released().scenario.then_types({"checkout.effect_answered"});
    CHECK(purchase.cart_state().status == cart::Status::kCheckingOut);
    purchase.authorized();  // the request was on its way
    purchase.scenario.then_types({"payment.authorized"});
    CHECK(purchase.cart_state().status == cart::Status::kCheckingOut);
    purchase.says(payment::ResultVoided{"sbx_1"});
    purchase.scenario.then_types({"payment.voided", "checkout.effect_answered", "cart.unlocked"});
    CHECK(purchase.outcome().reason == FailReason::kCanceled);
    purchase.cancel().scenario.then_nothing();
}

TEST_CASE("a decline does not end a payment that is being voided: it might be authorized late") {
    Purchase purchase;
    purchase.start().cancel().declined().released();
    CHECK(purchase.cart_state().status == cart::Status::kCheckingOut);
    CHECK(void_owed(purchase.pending(purchase.payment_id())).reference.empty());
    purchase.says(payment::ResultVoided{});
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
}

TEST_CASE("a cancel after the deadline no longer spares an authorization") {
    Purchase purchase;
    purchase.start().says(action_result()).run_out_of_time().cancel();
    CHECK(purchase.payment().voiding->reason == VoidReason::kCanceled);
    purchase.authorized();
    CHECK_FALSE(purchase.has_order());
    CHECK_FALSE(void_owed(purchase.pending(purchase.payment_id())).unless_authorized);
}

TEST_CASE("a refused void is tried again under a new key, ever later, until an operator looks") {
    Purchase purchase;
    purchase.start().cancel();
    std::vector<EffectId> keys;
    Time last;
    for (int refusal = 0; refusal < 3; ++refusal) {
        const auto owed = purchase.pending(purchase.payment_id());
        REQUIRE(owed.size() == 1);
        CHECK(std::ranges::find(keys, owed.front().id) == keys.end());
        CHECK(owed.front().not_before >= last);
        keys.push_back(owed.front().id);
        last = owed.front().not_before;
        CHECK_FALSE(needs_operator(purchase.payment(), purchase.now).has_value());
        purchase.says(payment::ResultFailed{payment::Operation::kVoid, {}, "try_later"});
    }
    CHECK(needs_operator(purchase.payment(), purchase.now).has_value());
    purchase.says(payment::ResultVoided{}).released();
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
}

}  // namespace
}  // namespace shop::tests
