// A checkout and its stock: in parallel, then line by line, and what is given back.
#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/core/checkout/purchase.hpp"

namespace shop::tests {
namespace {

using stock::OutcomeKind;

// The answers the checkout has, line by line, for its present attempt.
struct StockDesk {
    Purchase& purchase;
    Answers answers = {};

    EffectId reserve(int line) const {
        return checkout::reserve_effect(purchase.checkout_id, purchase.line(line),
                                        purchase.checkout().stock_attempt);
    }
    StockDesk& hold(int line) {
        answers.put(reserve(line), stock::Outcome{OutcomeKind::kHeld, 0, 0});
        return *this;
    }
    StockDesk& refuse(int line, std::int64_t available, std::int64_t undecided) {
        answers.put(reserve(line), stock::Outcome{OutcomeKind::kRefused, available, undecided});
        return *this;
    }
    StockDesk& release_all() {
        for (const Effect& effect : purchase.pending(purchase.checkout_id, answers))
            answers.put(effect.id, stock::Outcome{OutcomeKind::kReleased, 0, 0});
        return *this;
    }
    std::vector<Effect> pending() const { return purchase.pending(purchase.checkout_id, answers); }
    std::optional<Step> step() const { return purchase.advance(purchase.checkout_id, answers); }
    template <class Command>
    Scenario& take() {
        return purchase.scenario.when(step().value().command.template as<Command>());
    }
};

template <class Call>
std::vector<Call> calls(const std::vector<Effect>& effects) {
    std::vector<Call> all;
    for (const Effect& effect : effects)
        if (const Call* call = std::get_if<Call>(&effect.call)) all.push_back(*call);
    return all;
}

// The quote's lines in the order of their stock items: first and second.
std::pair<int, int> stock_order(const Purchase& purchase) {
    const auto& lines = purchase.checkout().quote.lines;
    return lines[0].stock_id < lines[1].stock_id ? std::pair{0, 1} : std::pair{1, 0};
}

TEST_CASE("all stocked lines are reserved at once, and the delivery is no line of the stock") {
    Purchase purchase;
    purchase.start();
    const auto effects = purchase.pending(purchase.checkout_id);
    const auto reserves = calls<stock::Reserve>(effects);
    REQUIRE(effects.size() == 2);
    REQUIRE(reserves.size() == 2);
    CHECK(reserves[0].quantity == 2);
    CHECK(reserves[0].reservation == stock::Reservation{purchase.order, purchase.line(0), 1});
    CHECK(reserves[1].quantity == 1);
}

TEST_CASE("nobody is charged before every line is held") {
    Purchase purchase;
    purchase.start();
    StockDesk desk{purchase};
    desk.hold(0);
    CHECK(calls<payment::AuthorizeCall>(desk.pending()).empty());
    CHECK_FALSE(desk.step().has_value());
    desk.hold(1);
    const auto pending = desk.pending();
    REQUIRE(pending.size() == 1);
    const auto& call = std::get<payment::AuthorizeCall>(pending.front().call);
    CHECK(pending.front().id == payment::authorize_effect(purchase.payment_id()));
    CHECK(call.amount == gbp(Purchase::kTotal));
    CHECK(call.token == Sealed{"card", "tok_ok"});
}

TEST_CASE("the provider's first answer tells that the stock is held, and may place the order") {
    Purchase purchase;
    purchase.start();
    StockDesk desk{purchase};
    desk.hold(0).hold(1);
    desk.answers.put(payment::authorize_effect(purchase.payment_id()),
                     payment::ProviderResult{authorized_result(), {}, {}});
    desk.take<payment::RecordProviderResult>().then_types(
        {"checkout.stock_held", "payment.authorized", "series.number_assigned", "order.placed",
         "cart.completed", "checkout.completed"});
    const auto& placed = purchase.scenario.state<order::State>(purchase.order).placed;
    CHECK(placed.number == "100001");
    CHECK(placed.reservations.size() == 2);
    CHECK(placed.lines.size() == 3);
    CHECK(placed.access_token_hash == "hash");
    CHECK_FALSE(is_open(purchase.checkout()));
}

TEST_CASE("without stock there is no order, and the answer says what is left") {
    Purchase purchase;
    purchase.start();
    StockDesk desk{purchase};
    desk.hold(1).refuse(0, 1, 0);
    desk.take<checkout::Refuse>().then_types(
        {"payment.voided", "checkout.effect_answered", "checkout.failed"});
    CHECK(purchase.payment().status == payment::Status::kVoided);
    CHECK(purchase.outcome().kind == checkout::OutcomeKind::kPending);  // cart still locked
    CHECK(calls<stock::Release>(purchase.pending(purchase.checkout_id)).size() == 2);
    purchase.released().scenario.then_types({"checkout.effect_answered", "cart.unlocked"});
    const checkout::Outcome outcome = purchase.outcome();
    CHECK(outcome.kind == checkout::OutcomeKind::kFailed);
    CHECK(outcome.reason == checkout::FailReason::kOutOfStock);
    REQUIRE(outcome.lines.size() == 1);
    CHECK(outcome.lines.front().requested == 2);
    CHECK(outcome.lines.front().available == 1);
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
    CHECK_FALSE(is_open(purchase.checkout()));
}

TEST_CASE("both releases of a failed checkout are needed before the cart opens") {
    Purchase purchase;
    purchase.start();
    StockDesk desk{purchase};
    desk.hold(1).refuse(0, 0, 0).take<checkout::Refuse>();
    const auto releases = desk.pending();
    REQUIRE(releases.size() == 2);
    desk.answers.put(releases[0].id, stock::Outcome{OutcomeKind::kReleased, 0, 0});
    CHECK_FALSE(desk.step().has_value());
    CHECK(desk.pending().size() == 1);
    desk.answers.put(releases[1].id, stock::Outcome{OutcomeKind::kReleased, 0, 0});
    desk.take<checkout::RecordReleases>();
    CHECK(purchase.cart_state().status == cart::Status::kOpen);
}

TEST_CASE("units that others hold undecided are waited for, one line after another") {
    Purchase purchase;
    purchase.start();
    const auto [first, second] = stock_order(purchase);
    StockDesk desk{purchase};
    desk.hold(first).refuse(second, 0, 10);
    desk.take<checkout::RetryStock>().then_types({"checkout.stock_retried"});
    CHECK(purchase.checkout().stock_attempt == 2);
    CHECK(purchase.checkout().held.empty());

    // All of the parallel attempt is given back before the first line is asked for again.
    CHECK(calls<stock::Release>(desk.pending()).size() == 2);
    CHECK_FALSE(desk.step().has_value());
    desk.release_all();
    auto reserves = calls<stock::Reserve>(desk.pending());
    REQUIRE(reserves.size() == 1);
    CHECK(reserves.front().reservation.line_id == purchase.line(first));
    CHECK(reserves.front().reservation.attempt == 2);

    desk.hold(first);
    reserves = calls<stock::Reserve>(desk.pending());
    REQUIRE(reserves.size() == 1);
    CHECK(reserves.front().reservation.line_id == purchase.line(second));

    // Refused again: what is held stays held, the line is tried anew, a little later.
    desk.refuse(second, 0, 10).take<checkout::RetryStock>();
    CHECK(purchase.checkout().held == std::vector{checkout::HeldLine{purchase.line(first), 2}});
    const auto again = desk.pending();
    REQUIRE(again.size() == 1);
    CHECK(again.front().not_before > purchase.now);
    CHECK(std::get<stock::Reserve>(again.front().call).reservation.attempt == 3);

    desk.hold(second);
    const std::vector expected{checkout::HeldLine{purchase.line(first), 2},
                               checkout::HeldLine{purchase.line(second), 3}};
    purchase.authorized();
    CHECK(purchase.scenario.state<order::State>(purchase.order).placed.reservations == expected);
}

TEST_CASE("patience at a line ends after two seconds") {
    Purchase purchase;
    purchase.start();
    const auto [first, second] = stock_order(purchase);
    StockDesk desk{purchase};
    desk.refuse(first, 0, 10).hold(second).take<checkout::RetryStock>();
    desk.release_all();
    desk.refuse(first, 0, 10);
    purchase.now = kNoon + checkout::kStockPatience - milliseconds(1);
    CHECK(desk.step().value().command.get_if<checkout::RetryStock>() != nullptr);
    purchase.now = kNoon + checkout::kStockPatience;
    CHECK(desk.step().value().command.get_if<checkout::Refuse>() != nullptr);
}

TEST_CASE("units that would not do even if all came free are not waited for") {
    Purchase purchase;
    purchase.start();
    StockDesk desk{purchase};
    desk.hold(1).refuse(0, 0, 1);  // two are wanted
    CHECK(desk.step().value().command.get_if<checkout::Refuse>() != nullptr);
}

TEST_CASE("what a cart's own lines take from each other is not waited for") {
    Purchase purchase;
    purchase.start();
    AnyState state = purchase.checkout();
    auto& lines = std::get<checkout::State>(state).quote.lines;
    lines[1].stock_id = lines[0].stock_id;  // two mugs, and one more of the same stock
    StockDesk desk{purchase};
    const auto step = [&] {
        return advance(purchase.checkout_id, state, desk.answers, purchase.now).value().command;
    };
    desk.hold(0).refuse(1, 0, 2);
    CHECK(step().get_if<checkout::Refuse>() != nullptr);
    desk.hold(0).refuse(1, 0, 3);  // somebody else holds the third
    CHECK(step().get_if<checkout::RetryStock>() != nullptr);
    desk.hold(1).refuse(0, 1, 1);
    CHECK(step().get_if<checkout::Refuse>() != nullptr);
}

TEST_CASE("a refusal of an earlier attempt is old news") {
    Purchase purchase;
    purchase.start();
    StockDesk desk{purchase};
    desk.hold(1).refuse(0, 0, 10);
    const auto retry = desk.step().value().command.as<checkout::RetryStock>();
    purchase.scenario.when(retry).then_types({"checkout.stock_retried"});
    purchase.scenario.when(retry).then_nothing();
    purchase.scenario.when(checkout::Refuse{purchase.checkout_id, 1, {}}).then_nothing();
    purchase.scenario.when(checkout::Complete{purchase.checkout_id, 2}).then_nothing();
}

TEST_CASE("forgotten answers are asked for again under the same ids") {
    Purchase purchase;
    purchase.start();
    StockDesk desk{purchase};
    const auto before = desk.pending();
    desk.hold(0).hold(1);
    desk.answers = {};
    const auto after = desk.pending();
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i < after.size(); ++i) CHECK(after[i].id == before[i].id);
}

}  // namespace
}  // namespace shop::tests
