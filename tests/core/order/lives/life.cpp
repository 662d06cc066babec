#include "tests/core/order/lives/life.hpp"

#include <array>

#include "core/credit_note/credit_note.hpp"
#include "core/fulfillment/fulfillment.hpp"
#include "core/order/series.hpp"

namespace shop::tests {
namespace {

constexpr std::array kTokens = {"tok_ok",           "tok_ok",
                                "tok_ok",           "tok_refund_pending",
                                "tok_refund_fails", "tok_refund_fails_late",
                                "tok_duplicate",    "tok_capture_fails"};
const Reason kStaff{"staff", ""};
constexpr int kSteps = 60;

CartId cart_of_seed(std::uint64_t seed) {
    return CartId::derive({"life", std::to_string(seed)});
}

}  // namespace

Life::Life(std::uint64_t seed, SmallEngine::Alter alter)
    : engine_(seed, series::local_series(cart_of_seed(seed).slot()), std::move(alter)),
      cart_(cart_of_seed(seed)),
      order_(checkout::order_of(cart_)),
      books_(engine_) {}

std::map<std::string_view, std::size_t> Life::happened() const {
    std::map<std::string_view, std::size_t> counts{{"lost answer", engine_.lost_answers()},
                                                   {"repetition", engine_.repetitions()}};
    for (const NewEvent& event : engine_.events())
        ++counts[event.data.visit([]<class Event>(const Event&) { return Event::kType; })];
    return counts;
}

std::string Life::run() {
    open_shop();
    if (!place()) return "the order was not placed";
    for (int step = 0; step < kSteps; ++step) {
        act();
        if (auto fault = books_.fault(); !fault.empty()) return fault;
    }
    if (!engine_.settle()) return "it does not come to rest";
    return books_.fault_at_rest(opening_);
}

void Life::open_shop() {
    const SeriesId numbers = series::local_series(cart_.slot());
    engine_.begin_with(on(numbers, series::Opened{"order", series::order_series()},
                          series::BlockLeased{"order", 100'001, 101'000, numbers, 1}));
    opening_ = engine_.pick(12, 30);
    for (const char* sku : {"MUG", "TEA", "JAM"}) {
        engine_.catalog.sell(sku, gbp(engine_.pick(1, 2'500)));
        const auto product = engine_.catalog.find_sku(sku);
        const auto& variant = product->state.find_sku(sku)->variant;
        engine_.begin_with(on(stock::stock_of(variant.inventory_item),
                              stock::Opened{variant.variant_id, variant.inventory_item,
                                            std::string(stock::kMainLocation)},
                              stock::Received{opening_, stock::ReceiveReason::kPurchase, ""}));
    }
}

void Life::fill_cart() {
    engine_.record(cart::Create{
        .cart = cart_, .currency = gbp(0).currency, .country = "GB", .access_token_hash = "hash"});
    for (const char* sku : {"MUG", "TEA", "JAM"})
        if (const auto units = engine_.pick(sku == std::string("MUG") ? 1 : 0, 7); units > 0)
            engine_.record(cart::AddLine{.cart = cart_, .sku = sku, .quantity = units});
    engine_.record(cart::SetContact{.cart = cart_, .party = {{}, {"person", "contact"}}});
    engine_.record(
        cart::SetShippingAddress{.cart = cart_, .address = {"GB", "SW1A", {"person", "address"}}});
    engine_.record(cart::ChooseShippingOption{.cart = cart_, .option_id = "standard"});
}

bool Life::place() {
    if (!(engine_.chance(70) ? pay_by_card() : sell_on_account())) return false;
    for (int n = 0; n < 300 && order() == nullptr; ++n) engine_.run_one();
    return order() != nullptr;
}

bool Life::pay_by_card() {
    fill_cart();
    const std::string token = kTokens.at(engine_.random() % kTokens.size());
    const checkout::PaymentChoice choice{"sandbox", {"card", "", ""}, {"card", token}, ""};
    return engine_.record(checkout::Start{.cart = cart_, .expected_total = {}, .payment = choice});
}

bool Life::sell_on_account() {
    checkout::PlaceOrder sale{.order = order_, .party = {{}, {"person", "contact"}}};
    for (const char* sku : {"MUG", "TEA", "JAM"})
        sale.lines.push_back({.sku = sku, .quantity = engine_.pick(1, 7)});
    sale.lines.push_back({.kind = sale::LineKind::kShipping,
                          .title = "Courier",
                          .unit_price = sale::UnitPrice{gbp(engine_.pick(0, 800)), {}}});
    return engine_.record(sale);
}

void Life::act() {
    switch (engine_.pick(0, 9)) {
        case 0:
        case 1:
        case 2:
        case 3:
            return engine_.run_one();
        case 4:
            engine_.pass(milliseconds(engine_.pick(1, 4'000)));
            return engine_.hear_webhooks();
        case 5:
            if (engine_.chance(30)) engine_.lose_memory();
            return engine_.run_one();
        default:
            return staff_acts();
    }
}

void Life::staff_acts() {
    const auto choice = engine_.pick(0, 99);
    if (choice < 25) return create_fulfillment();
    if (choice < 40) return move_fulfillment();
    if (choice < 50) return cancel_lines();
    if (choice < 75) return credit();
    if (choice < 80) return refund();
    if (choice < 87) return pay();
    if (choice < 92)
        engine_.record(order::Capture{order_, kStaff});
    else if (choice < 95)
        engine_.record(order::Hold{order_, order::HoldReason::kFraud, kStaff});
    else if (choice < 98)
        engine_.record(order::ReleaseHold{order_, kStaff});
    else
        engine_.record(order::CancelByStaff{order_, order::CancelReason::kStaff, kStaff});
}

LineId Life::any_line() {
    const auto& lines = order()->placed.lines;
    return lines[engine_.random() % lines.size()].line_id;
}

FulfillmentId Life::any_fulfillment() {
    return fulfillment::fulfillment_of(order_, static_cast<std::int32_t>(engine_.pick(1, 5)));
}

void Life::create_fulfillment() {
    fulfillment::Create command{.order = order_, .reason = kStaff};
    if (engine_.chance(80)) command.lines.push_back({any_line(), engine_.pick(1, 4)});
    if (engine_.chance(60)) command.shipment = fulfillment::Shipment{"post", {}, {}};
    engine_.record(command);
}

void Life::move_fulfillment() {
    const FulfillmentId id = any_fulfillment();
    const auto choice = engine_.pick(0, 9);
    if (choice < 6)
        engine_.record(fulfillment::Ship{id, {"post", {}, {}}, kStaff});
    else if (choice < 7)
        engine_.record(fulfillment::Deliver{id, kStaff});
    else if (choice < 8)
        engine_.record(fulfillment::Fail{id, kStaff});
    else
        engine_.record(fulfillment::Cancel{id, kStaff});
}

void Life::cancel_lines() {
    engine_.record(order::CancelLines{order_, {{any_line(), engine_.pick(1, 3)}}, kStaff});
}

void Life::credit() {
    credit_note::Request request{.note = credit_note::note_of(order_, command_id(1'000 + notes_)),
                                 .order = order_,
                                 .reason = kStaff};
    ++notes_;
    for (std::int64_t n = engine_.pick(1, 3); n > 0; --n) {
        credit_note::Wanted wanted{.order_line_id = any_line(), .quantity = engine_.pick(0, 3)};
        if (engine_.chance(10)) wanted.order_line_id = {};
        if (wanted.quantity == 0 || wanted.order_line_id.is_empty() || engine_.chance(15))
            wanted.amount = gbp(engine_.pick(0, 900));
        if (engine_.chance(50)) wanted.restock = engine_.pick(0, wanted.quantity);
        if (engine_.chance(20)) wanted.disposition = stock::Disposition::kDamaged;
        request.lines.push_back(wanted);
    }
    if (engine_.chance(25) && request.lines.front().amount) {
        request.lines.resize(1);
        const auto by = static_cast<credit_note::SettledBy>(engine_.pick(0, 3));
        request.settlements = {{.by = by, .amount = *request.lines.front().amount}};
    }
    engine_.record(request);
    if (engine_.chance(20)) engine_.repeat(request);
}

PaymentId Life::any_payment() {
    const std::vector<PaymentId> all = order()->payment_ids();
    return all.empty() ? PaymentId() : all[engine_.random() % all.size()];
}

void Life::refund() {
    const PaymentId id = any_payment();
    if (id.is_empty()) return;
    payment::Refund command{.payment = id, .reason = kStaff};
    for (const payment::RefundState& refund : engine_.find<payment::State>(id)->refunds)
        if (refund.is_owed()) command.again = refund.refund_id;
    if (!command.again.is_empty() && engine_.chance(40)) {
        engine_.record(payment::SettleRefund{.payment = id,
                                             .refund = command.again,
                                             .by = payment::SettledOtherwise::kOffline,
                                             .reason = kStaff});
        return;
    }
    if (command.again.is_empty() && engine_.chance(15))
        command.amount = gbp(engine_.pick(1, 3'000));
    engine_.record(command);
}

// Often more than is due, which is refused; told twice; and sometimes more has come, which goes
// back at once.
void Life::pay() {
    const auto id = payment::later_payment_of(order_, command_id(5'000 + ++payments_));
    order::RecordPayment command{
        .order = order_, .payment = id, .method = {"transfer", "", ""}, .reason = kStaff};
    if (engine_.chance(80)) command.amount = gbp(engine_.pick(1, 4'000));
    command.beyond_due = command.amount && engine_.chance(20);
    if (!engine_.record(command)) return;
    if (engine_.chance(30)) engine_.repeat(command);
    if (command.beyond_due) engine_.record(payment::Refund{.payment = id, .reason = kStaff});
}

}  // namespace shop::tests
