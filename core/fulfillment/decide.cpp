#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/assert.hpp"
#include "core/decision.hpp"
#include "core/fulfillment/progress.hpp"
#include "core/order/money.hpp"

namespace shop::fulfillment {
namespace {

std::unexpected<Error> no_fulfillment() {
    return fail(ErrorCode::kNotFound, "unknown-fulfillment", "There is no such fulfillment.");
}

// What bars goods from leaving.
shop::Status may_be_fulfilled(const order::State& order,
                              const std::vector<order::OrderPayment>& payments, Time now) {
    if (order.status == order::Status::kCanceled)
        return fail(ErrorCode::kConflict, "order-canceled",
                    "The order was canceled; nothing of it can leave.");
    if (order.held)
        return fail(ErrorCode::kConflict, "order-on-hold",
                    "The order is on hold; release the hold first.");
    if (has_lapsed(order.due(), payments, now))
        return fail(ErrorCode::kConflict, "authorization-expired",
                    "The authorization has expired that the goods were to be paid from. Get the "
                    "money another way, or cancel what was not shipped.");
    return {};
}

// The units of a new fulfillment: those that are wanted, or all that are open.
std::vector<Line> pick(const order::State& order, const Progress& progress,
                       const std::vector<order::LineQuantity>& wanted) {
    std::unordered_set<LineId> stocked;
    for (const checkout::HeldLine& held : order.placed.reservations) stocked.insert(held.line_id);
    std::unordered_map<LineId, std::int64_t> quantities;
    for (const auto& [id, quantity] : wanted) quantities[id] = quantity;
    std::vector<Line> lines;
    for (const sale::Line& line : order.placed.lines) {
        const LineId& id = line.line_id;
        const std::int64_t quantity = wanted.empty() ? progress.of(id).open() : quantities[id];
        if (quantity > 0)
            lines.push_back({id, stocked.contains(id) ? line.stock_id : StockId{}, quantity});
    }
    return lines;
}

// `at`: where the caller said it.
shop::Status check(const Shipment& shipment, const std::string& at, const Env& env) {
    if (shipment.tracking.size() > kTrackingMax)
        return fail_field(at + "/tracking", "A fulfillment has up to 20 tracking numbers.");
    if (shipment.shipped_at && *shipment.shipped_at > env.now)
        return fail_field(at + "/shipped_at", "It cannot have left in the future.");
    return {};
}

// An order as a decision about its fulfillments sees it.
struct Sale {
    const order::State& order;
    std::vector<order::OrderPayment> payments;
    Progress progress;
};

struct Leaving {
    FulfillmentId id;
    State fulfillment;
    Shipment shipment;
    Reason reason;
};

// Records that it left, and asks for what that costs. `sale` has the progress without it.
void ship(Leaving leaving, Sale sale, const Env& env, Decision& decision) {
    const auto& shipped_at = leaving.shipment.shipped_at;
    Shipped shipped{leaving.shipment.carrier, leaving.shipment.tracking, leaving.reason,
                    shipped_at};
    evolve(leaving.fulfillment, shipped, env.now);
    sale.progress.add(leaving.fulfillment);
    decision.add(leaving.id, std::move(shipped), shipped_at);
    take({.amount = to_take_for_shipped(sale.order, sale.progress, sale.payments),
          .due = sale.order.due(),
          .fulfillment = leaving.id,
          .final = !sale.progress.has_any_to_ship(),
          .reason = leaving.reason,
          .at = shipped_at},
         sale.payments, decision);
}

Result<Decision> in_state(const State* fulfillment, Status needed) {
    if (fulfillment == nullptr) return no_fulfillment();
    if (fulfillment->status == needed) return Decision{};
    return fail(ErrorCode::kConflict, "wrong-fulfillment-status",
                "The fulfillment is " + std::string(enum_name(fulfillment->status)) +
                    ", so this cannot be done with it.");
}

}  // namespace

Result<Decision> decide(const Create& command, const Streams& streams, const Env& env) {
    const auto* order = streams.find<order::State>(command.order);
    if (order == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-order", "There is no such order.");
    const auto payments = payments_of(*order, streams);
    SHOP_TRY_STATUS(may_be_fulfilled(*order, payments, env.now));
    if (!order->owed.empty())
        return fail(ErrorCode::kConflict, "stock-not-allocated",
                    "The order's units are being set aside. Try again in a moment.");
    const std::vector<Found> all = find_all(command.order, streams);
    if (all.size() >= static_cast<std::size_t>(kFulfillmentsMax))
        return fail(ErrorCode::kConflict, "too-many-fulfillments",
                    "An order has up to 500 fulfillments.");
    const Progress progress(*order, all);
    SHOP_TRY_STATUS(progress.has_open(command.lines));
    const std::vector<Line> lines = pick(*order, progress, command.lines);
    if (lines.empty())
        return fail(ErrorCode::kConflict, "nothing-to-fulfill",
                    "All of the order is canceled, or in a fulfillment already.");
    const auto number = static_cast<std::int32_t>(all.size()) + 1;
    const FulfillmentId id = fulfillment_of(command.order, number);
    const Created created{command.order, number, command.location, lines, command.reason};
    Decision decision;
    if (!order->was_confirmed)
        decision.add(command.order, order::Confirmed{order::ConfirmedBy::kAuto, {}});
    const auto at = command.shipment ? command.shipment->shipped_at : std::nullopt;
    decision.add(id, created, at);
    if (!command.shipment) return decision;
    SHOP_TRY_STATUS(check(*command.shipment, "/ship", env));
    State fulfillment;
    evolve(fulfillment, created, env.now);
    ship({id, std::move(fulfillment), *command.shipment, command.reason},
         {*order, payments, progress}, env, decision);
    return decision;
}

Result<Decision> decide(const Ship& command, const Streams& streams, const Env& env) {
    const State* fulfillment = streams.find<State>(command.fulfillment);
    SHOP_TRY(decision, in_state(fulfillment, Status::kCreated));
    SHOP_TRY_STATUS(check(command.shipment, "", env));
    const OrderId& id = fulfillment->created.order_id;
    const auto* order = streams.find<order::State>(id);
    SHOP_ASSERT(order != nullptr);
    const auto payments = payments_of(*order, streams);
    SHOP_TRY_STATUS(may_be_fulfilled(*order, payments, env.now));
    std::vector<Found> others = find_all(id, streams);
    std::erase_if(others, [&](const Found& found) { return found.id == command.fulfillment; });
    ship({command.fulfillment, *fulfillment, command.shipment, command.reason},
         {*order, payments, Progress(*order, others)}, env, decision);
    return decision;
}

Result<Decision> decide(const Deliver& command, const Streams& streams, const Env&) {
    SHOP_TRY(decision, in_state(streams.find<State>(command.fulfillment), Status::kShipped));
    return decision.add(command.fulfillment, Delivered{command.reason});
}

Result<Decision> decide(const Fail& command, const Streams& streams, const Env&) {
    SHOP_TRY(decision, in_state(streams.find<State>(command.fulfillment), Status::kShipped));
    return decision.add(command.fulfillment, Failed{command.reason});
}

Result<Decision> decide(const Cancel& command, const Streams& streams, const Env&) {
    SHOP_TRY(decision, in_state(streams.find<State>(command.fulfillment), Status::kCreated));
    return decision.add(command.fulfillment, Canceled{command.reason});
}

Result<Decision> decide(const RecordAnswers& command, const Streams& streams, const Env&) {
    const State* state = streams.find<State>(command.fulfillment);
    Decision decision;
    if (state == nullptr) return decision;
    const std::unordered_set<EffectId> owed(state->owed.begin(), state->owed.end());
    EffectAnswered answered;
    for (const checkout::EffectAnswer& answer : command.answers)
        if (owed.contains(answer.effect_id)) answered.answers.push_back(answer);
    if (!answered.answers.empty()) decision.add(command.fulfillment, std::move(answered));
    return decision;
}

}  // namespace shop::fulfillment
