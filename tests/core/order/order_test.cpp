// An order: its stock, its cancel, its capture, its number.
#include <catch2/catch.hpp>

#include "core/order/series.hpp"
#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {
namespace {

const order::State& order_of(const Purchase& purchase) {
    return purchase.scenario.state<order::State>(purchase.order);
}

Answers answers_to(const std::vector<Effect>& effects, stock::OutcomeKind kind) {
    Answers answers;
    for (const Effect& effect : effects) answers.put(effect.id, stock::Outcome{kind, 0, 0});
    return answers;
}

order::Capture capture_of(const Purchase& purchase) {
    return {.order = purchase.order, .reason = {"shipping", "packed"}};
}

TEST_CASE("what an order holds becomes sold, and then it owes nothing") {
    Purchase purchase;
    purchase.place();
    CHECK(is_open(order_of(purchase)));
    const auto owed = purchase.pending(purchase.order);
    REQUIRE(owed.size() == 2);
    CHECK(std::holds_alternative<stock::Allocate>(owed.front().call));
    const Answers answers = answers_to(owed, stock::OutcomeKind::kAllocated);
    const auto step = purchase.advance(purchase.order, answers);
    purchase.scenario.when(step.value().command.as<order::RecordAnswers>())
        .then_types({"order.effect_answered"});
    CHECK_FALSE(is_open(order_of(purchase)));
    purchase.scenario.when(step.value().command.as<order::RecordAnswers>()).then_nothing();
}

TEST_CASE("a canceled order gives its units and its money back") {
    Purchase purchase;
    purchase.place().cancel();
    purchase.scenario.then_types({"order.canceled", "payment.void_requested"});
    const auto owed = purchase.pending(purchase.order);
    REQUIRE(owed.size() == 2);
    CHECK(std::holds_alternative<stock::Release>(owed.front().call));
    const auto voids = purchase.pending(purchase.payment_id());
    REQUIRE(voids.size() == 1);
    CHECK(std::get<payment::VoidCall>(voids.front().call).amount == gbp(Purchase::kTotal));
    purchase.says(payment::ResultVoided{"sbx_1"});
    CHECK(purchase.payment().status == payment::Status::kVoided);
    CHECK(purchase.cart_state().status == cart::Status::kCompleted);
    purchase.cancel().scenario.then_nothing();
}

TEST_CASE("a cancel turns allocations that are under way into releases") {
    Purchase purchase;
    purchase.place();
    const auto allocations = purchase.pending(purchase.order);
    purchase.cancel();
    const Answers late = answers_to(allocations, stock::OutcomeKind::kAllocated);
    CHECK_FALSE(purchase.advance(purchase.order, late).has_value());
    CHECK(purchase.pending(purchase.order, late).size() == 2);
}

TEST_CASE("an order that does not exist is neither canceled nor captured") {
    Purchase purchase;
    purchase.cancel().scenario.then_refused("unknown-order");
    purchase.scenario.when(capture_of(purchase)).then_refused("unknown-order");
}

TEST_CASE("a capture takes the whole amount once") {
    Purchase purchase;
    purchase.place().scenario.when(capture_of(purchase)).then_types({"payment.capture_requested"});
    const auto owed = purchase.pending(purchase.payment_id());
    REQUIRE(owed.size() == 1);
    const auto& call = std::get<payment::CaptureCall>(owed.front().call);
    CHECK(call.amount == gbp(Purchase::kTotal));
    CHECK(call.final);
    purchase.scenario.when(capture_of(purchase)).then_refused("already-captured");
    purchase.says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), call.capture_id});
    purchase.scenario.then_types({"payment.captured"});
    CHECK(purchase.payment().status == payment::Status::kCaptured);
    CHECK_FALSE(is_open(purchase.payment()));
    purchase.scenario.when(capture_of(purchase)).then_refused("already-captured");
}

TEST_CASE("a refused capture leaves the order, and the next one has a new id") {
    Purchase purchase;
    purchase.place().scenario.when(capture_of(purchase));
    const CaptureId first = purchase.payment().last_capture()->capture_id;
    purchase.says(payment::ResultFailed{payment::Operation::kCapture, first, "capture_refused"});
    purchase.scenario.then_types({"payment.capture_failed"});
    CHECK(purchase.payment().status == payment::Status::kAuthorized);
    purchase.scenario.when(capture_of(purchase)).then_types({"payment.capture_requested"});
    CHECK(purchase.payment().last_capture()->capture_id != first);
    purchase.says(payment::ResultFailed{payment::Operation::kCapture, first, "capture_refused"});
    purchase.scenario.then_nothing();
}

TEST_CASE("a canceled order's money cannot be captured") {
    Purchase purchase;
    purchase.place().cancel();
    purchase.scenario.when(capture_of(purchase)).then_refused("nothing-authorized");
}

TEST_CASE("money taken without our asking is recorded") {
    Purchase purchase;
    purchase.place().says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), {}});
    purchase.scenario.then_types({"payment.captured"});
    CHECK(purchase.payment().captured == gbp(Purchase::kTotal));
}

TEST_CASE("a capture of another amount or currency counts for nothing and goes to an operator") {
    const Money wrong[] = {gbp(Purchase::kTotal - 1), gbp(Purchase::kTotal + 1),
                           money(Purchase::kTotal, "EUR")};
    for (const Money& amount : wrong) {
        for (const bool is_asked_for : {true, false}) {
            Purchase purchase;
            purchase.place();
            if (is_asked_for) purchase.scenario.when(capture_of(purchase));
            purchase.says(payment::ResultCaptured{"sbx_1", amount, {}});
            purchase.scenario.then_types({"payment.mismatch_detected"});
            purchase.says(payment::ResultCaptured{"sbx_1", amount, {}}).scenario.then_nothing();
            CHECK(purchase.payment().status == payment::Status::kAuthorized);
            CHECK(needs_operator(purchase.payment(), kNoon).has_value());
            CHECK(purchase.pending(purchase.payment_id()).empty());
            purchase.cancel().scenario.then_refused("payment-mismatch");
            purchase.scenario.when(capture_of(purchase)).then_refused("already-captured");
            // The provider puts it right.
            purchase.says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), {}});
            purchase.scenario.then_types({"payment.captured"});
            CHECK_FALSE(needs_operator(purchase.payment(), kNoon).has_value());
        }
    }
}

TEST_CASE("a provider that says later that it took another amount is not believed") {
    Purchase purchase;
    purchase.place().says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal), {}});
    purchase.says(payment::ResultCaptured{"sbx_1", gbp(Purchase::kTotal + 1), {}});
    purchase.scenario.then_types({"payment.mismatch_detected"});
    CHECK(purchase.payment().captured == gbp(Purchase::kTotal));
    CHECK(needs_operator(purchase.payment(), kNoon).has_value());
}

TEST_CASE("an untouched cart may be expired after its life, and no other thing") {
    Purchase purchase;
    CHECK(due_of(purchase.cart_state()) == kNoon + cart::kLife);
    purchase.start();
    CHECK_FALSE(due_of(purchase.cart_state()).has_value());
    CHECK_FALSE(due_of(purchase.checkout()).has_value());
}

TEST_CASE("blocks of order numbers are leased once each, and never overlap") {
    const SeriesId a = series::local_series(Slot{1});
    const SeriesId b = series::local_series(Slot{2});
    Scenario scenario;
    scenario.when(series::Open{a}).then_types({"series.opened"});
    scenario.when(series::Open{a}).then_nothing();
    scenario.when(series::LeaseBlock{a, 1}).then_types({"series.block_leased"});
    scenario.when(series::LeaseBlock{a, 1}).then_nothing();
    scenario.when(series::LeaseBlock{b, 1}).then_types({"series.block_leased"});
    const auto& shop_wide = scenario.state<series::State>(series::order_series());
    const auto of_a = series::find_outcome(shop_wide, series::LeaseBlock{a, 1}).value();
    const auto of_b = series::find_outcome(shop_wide, series::LeaseBlock{b, 1}).value();
    CHECK(of_a.from == series::kFirstNumber);
    CHECK(of_b.from == of_a.to + 1);
    scenario.when(series::RecordBlock{a, of_a}).then_types({"series.block_leased"});
    scenario.when(series::RecordBlock{a, of_a}).then_nothing();
    CHECK(scenario.state<series::State>(a).numbers_left() == series::kBlockSize);
}

TEST_CASE("a series that runs low asks for its next block in time") {
    const SeriesId local = series::local_series(Slot{1});
    Scenario scenario;
    scenario.when(series::Open{local});
    const auto& state = scenario.state<series::State>(local);
    const auto owed = pending(local, state, {}, kNoon);
    REQUIRE(owed.size() == 1);
    CHECK(std::get<series::LeaseBlock>(owed.front().call) == series::LeaseBlock{local, 1});
    Answers answers;
    answers.put(owed.front().id, series::Block{1, series::kLowWater, 1});
    const auto step = advance(local, state, answers, kNoon);
    scenario.when(step.value().command.as<series::RecordBlock>());
    CHECK(pending(local, state, {}, kNoon).empty());
    scenario.given(on(local, series::NumberAssigned{"order", 1, "ord"}));
    CHECK(pending(local, state, {}, kNoon).size() == 1);
}

}  // namespace
}  // namespace shop::tests
