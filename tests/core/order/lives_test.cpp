// Orders live as they like: no penny and no unit is lost or made, whatever happens to them.
//
// SHOPVERSE_LIFE runs the life of one seed; SHOPVERSE_LIVES says how many the slow test runs.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/order/series.hpp"
#include "tests/core/order/lives/life.hpp"

namespace shop::tests {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

using Lived = std::map<std::string_view, std::size_t>;

Lived live(std::uint64_t count) {
    const std::uint64_t only = number_from("SHOPVERSE_LIFE", 0);
    const std::uint64_t first = only == 0 ? 1 : only;
    const std::uint64_t last = only == 0 ? count : only;
    Lived lived;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        INFO("seed " << seed << " (again with SHOPVERSE_LIFE=" << seed << ")");
        Life life(seed);
        REQUIRE(life.run() == "");
        for (const auto& [what, times] : life.happened()) lived[what] += times;
    }
    return lived;
}

// About half of what a thousand lives had when it was counted.
const Lived kAtLeast = {
    {"credit_note.issued", 1'000},  {"payment.refunded", 500},     {"fulfillment.shipped", 500},
    {"order.payment_added", 500},   {"order.held", 250},           {"order.hold_released", 70},
    {"order.lines_canceled", 400},  {"order.canceled", 100},       {"fulfillment.canceled", 40},
    {"payment.capture_failed", 50}, {"payment.refund_failed", 80}, {"payment.refund_settled", 5},
    {"credit_note.reopened", 20},   {"repetition", 1'000},         {"lost answer", 6'000},
};

TEST_CASE("whatever becomes of an order, its books are right at every step") {
    const Lived lived = live(1'000);
    if (number_from("SHOPVERSE_LIFE", 0) != 0) return;
    for (const auto& [what, times] : kAtLeast) {
        INFO(what << " happened " << (lived.contains(what) ? lived.at(what) : 0) << " times");
        CHECK((lived.contains(what) && lived.at(what) >= times));
    }
}

TEST_CASE("many orders live, and their books are right at every step", "[slow]") {
    live(number_from("SHOPVERSE_LIVES", 10'000));
}

// The first fault that a hundred lives show with something broken on purpose.
std::string fault_with(const SmallEngine::Alter& alter) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        if (std::string fault = Life(seed, alter).run(); !fault.empty()) return fault;
    return {};
}

template <class Event, class Change>
SmallEngine::Alter changing(Change change) {
    return [change](const AnyCommand&, Decision& decision) {
        for (NewEvent& event : decision.events)
            if (const auto* held = event.data.get_if<Event>()) {
                Event changed = *held;
                change(changed);
                event.data = AnyEvent(std::move(changed));
            }
    };
}

template <class Event>
SmallEngine::Alter without() {
    return [](const AnyCommand&, Decision& decision) {
        std::erase_if(decision.events,
                      [](const NewEvent& event) { return event.data.get_if<Event>() != nullptr; });
    };
}

// As if nobody looked at what is still to be paid.
SmallEngine::Alter beyond_due() {
    return [](const AnyCommand& command, Decision& decision) {
        if (command.get_if<order::RecordPayment>() == nullptr) return;
        for (NewEvent& event : decision.events) {
            if (auto* held = event.data.get_if<payment::Authorized>())
                event.data = AnyEvent(payment::Authorized{.amount = held->amount + gbp(5'000)});
            else if (auto* taken = event.data.get_if<payment::Captured>())
                event.data = AnyEvent(payment::Captured{.capture_id = taken->capture_id,
                                                        .amount = taken->amount + gbp(5'000)});
        }
    };
}

// Whether one of a hundred lives shows that fault with something broken on purpose.
bool shows(const std::string& sentence, const SmallEngine::Alter& alter) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        if (Life(seed, alter).run() == sentence) return true;
    return false;
}

void cancel_for_a_penny_less(order::LinesCanceled& event) {
    if (event.amount.minor_units == 0) return;
    --event.amount.minor_units;
    for (order::LineAmount& line : event.lines)
        if (line.amount.minor_units > 0) {
            --line.amount.minor_units;
            return;
        }
}

// Whatever comes back is put where the first of it belongs.
void put_in_one_place(credit_note::Requested& event) {
    StockId first;
    for (credit_note::Line& line : event.lines) {
        StockId& place = line.line.stock_id;
        if (first.is_empty()) first = place;
        if (!place.is_empty()) place = first;
    }
}

TEST_CASE("control: a limit that is not kept is found") {
    CHECK(shows("more units are canceled or shipped than sold",
                changing<stock::Shipped>([](auto& event) { event.quantity += 5; })));
    CHECK(
        shows("more units are credited than sold", changing<order::LinesCredited>([](auto& event) {
                  if (!event.lines.empty()) event.lines.front().quantity += 5;
              })));
    CHECK(shows("a line is credited beyond its price",
                changing<order::LinesCredited>([](auto& event) {
                    if (!event.lines.empty()) event.lines.front().amount += gbp(20'000);
                })));
    CHECK(shows("more went back than was taken",
                changing<payment::Refunded>([](auto& event) { event.amount += gbp(20'000); })));
    CHECK(shows("a line that was canceled whole has cost another sum than its price",
                changing<order::LinesCanceled>(cancel_for_a_penny_less)));
    CHECK(shows("what came back is not what the note says",
                changing<credit_note::Requested>(put_in_one_place)));
    CHECK(shows("more is held than was taken", without<payment::VoidRequested>()));
}

// Each of so many payments holds the whole of an order, at the provider.
sandbox::Book book_of(const OrderId& order, int payments) {
    sandbox::Book book;
    for (int n = 1; n <= payments; ++n) {
        const std::string name = std::to_string(n);
        for (const auto kind : {sandbox::EntryKind::kOpened, sandbox::EntryKind::kAuthorized})
            book.apply({.kind = kind,
                        .reference = "sbx_" + name,
                        .key = "eff_" + name,
                        .order = order.to_string(),
                        .payment = "pay_" + name,
                        .operation = "",
                        .token = "tok_ok",
                        .return_url = "",
                        .amount = gbp(500),
                        .code = "",
                        .due_at = {},
                        .at = kNoon});
    }
    return book;
}

const OrderId kSold = OrderId::derive({"order"});

// A sale of 5.00, and what its events come to.
struct SmallSale {
    StreamTable streams;
    Sums sums;

    SmallSale() {
        order::Placed placed;
        placed.terms.currency = gbp(0).currency;
        sale::Line line;
        line.line_id = LineId::derive({"line"});
        line.kind = sale::LineKind::kShipping;
        line.quantity = 1;
        line.gross = gbp(500);
        placed.lines = {line};
        placed.totals.total = gbp(500);
        placed.payment_ids = {payment::payment_of(kSold, 1)};
        take(on(kSold, placed));
    }
    void take(const std::vector<NewEvent>& events) {
        for (const NewEvent& event : events) {
            streams.fold(event, kNoon);
            sums.take(event.stream, event.data);
        }
    }
    void pay() {
        payment::Initiated initiated{.order_id = kSold, .attempt = 1, .amount = gbp(500)};
        take(on(payment::payment_of(kSold, 1), initiated, payment::Authorized{.amount = gbp(500)},
                payment::Captured{.amount = gbp(500)}));
    }
};

TEST_CASE("control: a second card that nobody lets go is found") {
    for (const int payments : {1, 2}) {
        SmallSale sale;
        check_at_rest(sale.sums, sale.streams, book_of(kSold, payments));
        if (payments == 1) {
            CHECK(sale.sums.faults.empty());
            continue;
        }
        REQUIRE(sale.sums.faults.size() == 1);
        CHECK(sale.sums.faults.front().sentence == "more is held than the order came to");
    }
}

TEST_CASE("control: a balance that is a penny off is found, and a status that is another") {
    SmallSale sale;
    sale.pay();
    check(sale.sums, sale.streams);
    REQUIRE(sale.sums.faults.empty());
    sale.sums.sales[kSold].settled_otherwise = 1;
    check(sale.sums, sale.streams);
    REQUIRE(sale.sums.faults.size() == 2);
    CHECK(sale.sums.faults[0].sentence == "the balance is not what events say");
    CHECK(sale.sums.faults[1].sentence == "the payment status is not what events say");
}

TEST_CASE("control: units set aside of an item that nothing ever came to are found") {
    const StockId item = stock::stock_of("MUG");
    const OrderId order = OrderId::derive({"order"});
    StreamTable streams;
    Sums sums;
    for (const NewEvent& event :
         on(item, stock::Opened{VariantId::derive({"mug"}), "MUG", "loc_main"},
            stock::Reserved{{order, LineId::derive({"line"}), 1}, 2, 2})) {
        streams.fold(event, kNoon);
        sums.take(event.stream, event.data);
    }
    check_at_rest(sums, streams, sandbox::Book());
    REQUIRE(sums.faults.size() == 1);
    CHECK(sums.faults.front().sentence == "stock is promised to nobody, or not to the order");
}

TEST_CASE("control: what breaks an order's books is found") {
    CHECK(fault_with(without<payment::RefundRequested>()) != "");
    CHECK(fault_with(without<credit_note::Settled>()) == "a note is not settled");
    CHECK(fault_with(without<order::LinesCredited>()) != "");
    CHECK(fault_with(changing<order::LinesCredited>([](auto& event) {
              event.amount.minor_units += 1;
          })) == "the order credits what no note says");
    CHECK(fault_with(beyond_due()) == "more was kept than is due");
    CHECK(fault_with(changing<stock::Restocked>([](auto& event) { ++event.quantity; })) != "");
    CHECK(fault_with(changing<series::NumberAssigned>([](auto& event) {
              if (event.series == series::kCreditNotes && event.number > 1) ++event.number;
          })) == "the numbers of credit notes have a gap");
}

}  // namespace
}  // namespace shop::tests
