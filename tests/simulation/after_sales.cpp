// What staff does to orders after the sale.
#include "core/payment/ids.hpp"
#include "tests/simulation/clerk.hpp"
#include "tests/simulation/staff.hpp"

namespace shop::simulation {
namespace {

const Reason kStaff{"staff", ""};

std::int64_t units(Dice& dice) {
    return 1 + static_cast<std::int64_t>(dice.below(2));
}

LineId any_line(const order::State& order, Dice& dice) {
    return dice.pick(order.placed.lines).line_id;
}

// Some of it, or all that is left; at once, or once it is packed.
AnyCommand pack(const OrderId& id, const order::State& order, Dice& dice) {
    fulfillment::Create command{.order = id, .reason = kStaff};
    if (dice.chance(700)) command.lines.push_back({any_line(order, dice), units(dice)});
    if (dice.chance(500)) command.shipment = fulfillment::Shipment{"post", {}, {}};
    return command;
}

AnyCommand move_on(const FulfillmentId& id, Dice& dice) {
    switch (dice.below(8)) {
        case 0:
            return fulfillment::Fail{id, kStaff};
        case 1:
            return fulfillment::Cancel{id, kStaff};
        case 2:
        case 3:
            return fulfillment::Deliver{id, kStaff};
        default:
            return fulfillment::Ship{id, {"post", {}, {}}, kStaff};
    }
}

// Units or money, of any line; often more than can be.
credit_note::Wanted any_part(const order::State& order, Dice& dice) {
    const auto quantity = static_cast<std::int64_t>(dice.below(3));
    credit_note::Wanted wanted{.order_line_id = any_line(order, dice), .quantity = quantity};
    const auto pence = static_cast<std::int64_t>(dice.below(300));
    if (quantity == 0 || dice.chance(150))
        wanted.amount = Money{pence, order.placed.terms.currency};
    if (dice.chance(600)) wanted.restock = quantity;
    if (dice.chance(200)) wanted.disposition = stock::Disposition::kDamaged;
    return wanted;
}

AnyCommand credit(const CreditNoteId& note, const OrderId& id, const order::State& order,
                  Dice& dice) {
    credit_note::Request request{.note = note, .order = id, .reason = kStaff};
    for (auto n = units(dice); n > 0; --n) request.lines.push_back(any_part(order, dice));
    return request;
}

AnyCommand hold_or_release(const OrderId& id, const order::State& order) {
    if (order.held) return order::ReleaseHold{id, kStaff};
    return order::Hold{id, order::HoldReason::kFraud, kStaff};
}

Task<bool> credit_some(Clerk& clerk, OrderId id, order::State order) {
    const CommandId command = clerk.next_id(id.slot());
    const CreditNoteId note = credit_note::note_of(id, command);
    co_await clerk.send(credit(note, id, order, clerk.dice()), command);
    co_return true;
}

// The refunds of an order that were refused: asked for again, or given back by other means.
Task<bool> settle_refunds_of(Clerk& clerk, OrderId id) {
    const auto order = co_await clerk.find<order::State>(id);
    if (!order) co_return false;
    for (const PaymentId& payment : order->payment_ids()) {
        const auto state = co_await clerk.find<payment::State>(payment);
        if (!state) continue;
        for (const payment::RefundState& refund : state->refunds) {
            if (!refund.is_owed()) continue;
            if (clerk.chance(500))
                co_await clerk.send(payment::Refund{
                    .payment = payment, .again = refund.refund_id, .reason = kStaff});
            else if (!clerk.is_at_work())
                co_await clerk.send(payment::SettleRefund{
                    .payment = payment, .refund = refund.refund_id, .reason = kStaff});
        }
    }
    co_return true;
}

}  // namespace

Task<bool> ship_orders(World& world) {
    Clerk clerk(world, "warehouse");
    while (clerk.is_in_overtime()) {
        co_await clerk.pause(seconds(2));
        const auto sale = co_await clerk.any_sale();
        if (!sale) continue;
        const auto number = static_cast<std::int32_t>(1 + clerk.dice().below(3));
        const FulfillmentId packed = fulfillment::fulfillment_of(sale->id, number);
        const bool is_there = (co_await clerk.find<fulfillment::State>(packed)).has_value();
        if (is_there && clerk.chance(800))
            co_await clerk.send(move_on(packed, clerk.dice()));
        else
            co_await clerk.send(pack(sale->id, sale->order, clerk.dice()));
    }
    co_return true;
}

Task<bool> care_for_orders(World& world) {
    Clerk clerk(world, "after sales");
    while (clerk.is_in_overtime()) {
        co_await clerk.pause(seconds(6));
        const auto sale = co_await clerk.any_sale();
        if (!sale) continue;
        const order::State& order = sale->order;
        if (clerk.chance(500))
            co_await credit_some(clerk, sale->id, order);
        else if (order.held || clerk.chance(300))
            co_await clerk.send(hold_or_release(sale->id, order));
        else
            co_await clerk.send(order::CancelLines{
                sale->id, {{any_line(order, clerk.dice()), units(clerk.dice())}}, kStaff});
    }
    co_return true;
}

Task<bool> settle_refunds(World& world) {
    Clerk clerk(world, "accountant");
    for (;;) {
        co_await world.pause(seconds(1), seconds(5));
        if (world.is_at_rest(1)) break;
        for (const OrderId& order : clerk.all_orders()) co_await settle_refunds_of(clerk, order);
    }
    co_return true;
}

}  // namespace shop::simulation
