// What credit notes owe: their numbers, goods back in stock, their parts to orders elsewhere.
#include <catch2/catch.hpp>

#include "core/order/series.hpp"
#include "tests/core/credit_note/credited_order.hpp"

namespace shop::tests {
namespace {

constexpr std::string_view kSeries = series::kCreditNotes;

// Runs the effects of a stream once, as the engine does.
void run_effects(CreditedOrder& order, const StreamId& stream) {
    Answers answers;
    for (const Effect& effect : order.pending(stream)) {
        const AnyCommand command = command_of(effect.call).value();
        command.visit([&](const auto& each) { order.scenario.when(each); });
        const AnyState* target = order.scenario.streams().find_any(target_of(command));
        const auto outcome = find_outcome(effect.call, target == nullptr ? AnyState() : *target);
        if (outcome) answers.put(effect.id, *outcome);
    }
    while (const auto step = order.advance(stream, answers))
        step->command.visit([&](const auto& each) { order.scenario.when(each); });
}

TEST_CASE("credit notes have numbers without a gap, however often they are asked for") {
    Scenario scenario;
    const auto number_of = [&](const std::string& name) {
        const series::AssignNumber call{std::string(kSeries), CreditNoteId::derive({name})};
        scenario.when(call);
        return series::find_outcome(scenario.state<series::State>(series::gapless_series(kSeries)),
                                    call)
            .value()
            .number;
    };
    CHECK(number_of("a") == 1);
    CHECK(number_of("b") == 2);
    CHECK(number_of("a") == 1);
    CHECK(number_of("c") == 3);
}

TEST_CASE("a number that was given a while ago is told again, and none that was given long ago") {
    series::State series;
    const auto number_of = [&](std::int64_t n) {
        const auto id = CreditNoteId::derive({std::to_string(n)});
        return series::find_outcome(series, series::AssignNumber{std::string(kSeries), id});
    };
    const auto give = [&](std::int64_t from, std::int64_t to, Time at) {
        for (std::int64_t n = from; n <= to; ++n) {
            const auto id = CreditNoteId::derive({std::to_string(n)});
            evolve(series, series::NumberAssigned{std::string(kSeries), n, id.to_string()}, at);
        }
    };
    give(1, 1'000, kNoon);
    give(1'001, 2'000, kNoon + days(7));
    CHECK(number_of(1) == series::Number{1});
    CHECK(number_of(1'000) == series::Number{1'000});
    give(2'001, 5'000, kNoon + days(8));
    CHECK_FALSE(number_of(1'000).has_value());
    CHECK(number_of(1'001) == series::Number{1'001});
    CHECK(number_of(5'000) == series::Number{5'000});
}

TEST_CASE("a note is issued once it has its number, and owes nothing more") {
    CreditedOrder order;
    order.deliver_all().credit({order.of(1, 1)});
    CHECK(is_open(order.note()));
    CHECK(order.note().status == credit_note::Status::kRequested);
    run_effects(order, order.note_id());
    CHECK(order.note().number == 1);
    CHECK(order.note().status == credit_note::Status::kIssued);
    CHECK_FALSE(is_open(order.note()));
    order.scenario.when(credit_note::RecordNumber{order.note_id(), 2}).then_nothing();
    order.refunded(1);
    CHECK(order.note().status == credit_note::Status::kSettled);
}

TEST_CASE("goods that come back are in stock again, if they can be sold") {
    for (const auto disposition : {stock::Disposition::kSellable, stock::Disposition::kDamaged}) {
        CreditedOrder order;
        const StockId mugs = order.sold().placed.lines.at(0).stock_id;
        order.scenario.given(on(mugs, stock::Opened{{}, "mug", std::string(stock::kMainLocation)},
                                stock::Received{7, stock::ReceiveReason::kPurchase, ""}));
        auto wanted = order.deliver_all().of(0, 2);
        wanted.restock = 2;
        wanted.disposition = disposition;
        order.credit({wanted});
        run_effects(order, order.note_id());
        CHECK_FALSE(is_open(order.note()));
        const std::int64_t back = disposition == stock::Disposition::kSellable ? 2 : 0;
        CHECK(order.scenario.state<stock::State>(mugs).on_hand == 7 + back);
        run_effects(order, order.note_id());  // nothing is owed any more
        CHECK(order.scenario.state<stock::State>(mugs).on_hand == 7 + back);
    }
}

TEST_CASE("what has not left cannot come back") {
    CreditedOrder order;
    auto wanted = order.of(0, 2);
    wanted.restock = 1;
    order.credit({wanted}).scenario.then_refused("invalid-request", "/lines/0/restock");
    order.create_shipped(1, 0);
    order.credit({wanted});
    REQUIRE(order.scenario.result().has_value());
    CHECK(order.sold().progress_of(wanted.order_line_id).returned == 1);
}

TEST_CASE("goods that no stock item takes back are looked at, not forgotten") {
    CreditedOrder order;
    auto wanted = order.deliver_all().of(0, 1);
    wanted.restock = 1;
    order.credit({wanted});
    run_effects(order, order.note_id());
    CHECK(order.note().number == 1);
    CHECK(is_open(order.note()));
    CHECK_FALSE(needs_operator(order.note(), kNoon).has_value());
    CHECK(needs_operator(order.note(), kNoon + minutes(5)).has_value());
}

// ---- Notes in a slot of their own ---------------------------------------------------------------

credit_note::Request apart(const CreditNoteId& note, std::vector<credit_note::Wanted> lines) {
    return {.note = note,
            .lines = std::move(lines),
            .terms = {.currency = gbp(0).currency, .prices_include_tax = true},
            .reason = kWhy};
}

credit_note::Wanted piece(std::int64_t pence, const OrderId& order = {}, const LineId& line = {}) {
    credit_note::Wanted wanted{.order_id = order, .order_line_id = line};
    wanted.sold.title = "A mug";
    wanted.sold.quantity = 1;
    wanted.sold.gross = wanted.sold.net = gbp(pence);
    return wanted;
}

const CreditNoteId kApart = CreditNoteId::derive({"apart"});

TEST_CASE("a note about no order is settled as it is made, and gets its number") {
    CreditedOrder shop;
    shop.scenario.when(apart(kApart, {piece(250), piece(100)}))
        .then_types({"credit_note.requested", "credit_note.settled"});
    run_effects(shop, kApart);
    const auto& note = shop.scenario.state<credit_note::State>(kApart);
    CHECK(note.total() == gbp(350));
    CHECK(note.number == 1);
    CHECK(note.status == credit_note::Status::kSettled);
    shop.scenario.when(apart(kApart, {piece(1)})).then_nothing();
    shop.scenario.when(apart(CreditNoteId::derive({"?"}), {piece(-1)}))
        .then_refused("invalid-request", "/lines");
}

TEST_CASE("a note about no order goes back in amounts of nothing or more, of no payment") {
    const auto settled_as = [](std::vector<credit_note::Settlement> parts) {
        credit_note::Request request = apart(kApart, {piece(100)});
        request.settlements = std::move(parts);
        return request;
    };
    using credit_note::SettledBy;
    const credit_note::Settlement too_much{SettledBy::kOffline, gbp(150), {}, {}, {}};
    const credit_note::Settlement less{SettledBy::kStoreCredit, gbp(-50), {}, {}, {}};
    const credit_note::Settlement of_payment{
        SettledBy::kOffline, gbp(100), {}, PaymentId::derive({"?"}), {}};
    const credit_note::Settlement all{SettledBy::kStoreCredit, gbp(100), {}, {}, {}};
    CreditedOrder shop;
    shop.scenario.when(settled_as({too_much, less})).then_refused("invalid-request");
    shop.scenario.when(settled_as({of_payment})).then_refused("invalid-request");
    shop.scenario.when(settled_as({all}))
        .then_types({"credit_note.requested", "credit_note.settled"});
}

TEST_CASE("a note over other orders gives each its part, once") {
    CreditedOrder order;  // nothing was taken of it: its part is less to be paid
    const LineId tea = order.sold().placed.lines.at(1).line_id;
    order.scenario.when(apart(kApart, {piece(500, order.order, tea), piece(100)}));
    run_effects(order, kApart);
    CHECK(order.sold().due() == gbp(2'395));
    const auto& note = order.scenario.state<credit_note::State>(kApart);
    CHECK(note.status == credit_note::Status::kSettled);
    CHECK_FALSE(is_open(note));
    run_effects(order, kApart);
    CHECK(order.sold().due() == gbp(2'395));
    CHECK(order.sold().credit_notes == std::vector{kApart});
}

TEST_CASE("a part that an order does not take stays owed, and is looked at") {
    CreditedOrder order;
    order.deliver_all();  // its provider would have to be asked
    const LineId tea = order.sold().placed.lines.at(1).line_id;
    order.scenario.when(apart(kApart, {piece(500, order.order, tea)}));
    run_effects(order, kApart);
    const auto& note = order.scenario.state<credit_note::State>(kApart);
    CHECK(is_open(note));
    CHECK(needs_operator(note, kNoon + minutes(5)).has_value());
    CHECK(order.sold().due() == gbp(2'895));

    const order::ApplyCredit call{.order = order.order,
                                  .note = kApart,
                                  .lines = {{tea, 1, gbp(500), 0}},
                                  .amount = gbp(500),
                                  .reason = {},
                                  .credited_at = {}};
    order.scenario.when(call).then_refused("credit-apart");
    order::ApplyCredit too_much = call;
    too_much.lines.front().amount = gbp(501);
    order.scenario.when(too_much).then_refused("invalid-request", "/lines/0/amount");
    too_much.order = OrderId::derive({"?"});
    order.scenario.when(too_much).then_refused("unknown-order");
}

TEST_CASE("a part that an order does not take is settled by other means, and taken never more") {
    CreditedOrder order;
    order.deliver_all();
    const LineId tea = order.sold().placed.lines.at(1).line_id;
    order.scenario.when(apart(kApart, {piece(500, order.order, tea)}));
    run_effects(order, kApart);
    const order::SettleCredit settle{order.order, kApart, payment::SettledOtherwise::kStoreCredit,
                                     kWhy};
    order.scenario.when(settle).then_types({"order.credit_settled"});
    order.scenario.when(settle).then_nothing();
    run_effects(order, kApart);
    const auto& note = order.scenario.state<credit_note::State>(kApart);
    CHECK(order.scenario.made<credit_note::Settled>().by == credit_note::SettledBy::kStoreCredit);
    CHECK(note.status == credit_note::Status::kSettled);
    CHECK_FALSE(is_open(note));
    CHECK_FALSE(needs_operator(note, kNoon + minutes(5)).has_value());
    CHECK(order.sold().due() == gbp(2'895));
    CHECK(order.sold().credit_notes.empty());
}

TEST_CASE("a part that an order has taken is not settled by other means too") {
    CreditedOrder order;
    const LineId tea = order.sold().placed.lines.at(1).line_id;
    order.scenario.when(apart(kApart, {piece(500, order.order, tea)}));
    run_effects(order, kApart);
    const auto by = payment::SettledOtherwise::kOffline;
    order.scenario.when(order::SettleCredit{order.order, kApart, by, kWhy})
        .then_refused("credit-taken");
    order.scenario.when(order::SettleCredit{OrderId::derive({"?"}), kApart, by, kWhy})
        .then_refused("unknown-order");
}

}  // namespace
}  // namespace shop::tests
