#include "api/endpoints/dry_run_money.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "core/credit_note/settlement.hpp"
#include "core/order/payment_status.hpp"

namespace shop::api {
namespace {

using Events = std::vector<NewEvent>;

// ---- What moves ---------------------------------------------------------------------------------

bool has_request(const Events& events, const CaptureId& capture) {
    return std::ranges::any_of(events, [&](const NewEvent& event) {
        const auto* request = event.data.get_if<payment::CaptureRequested>();
        return request != nullptr && request->capture_id == capture;
    });
}

bool is_captured(const Events& events, const StreamId& payment) {
    return std::ranges::any_of(events, [&](const NewEvent& event) {
        return event.stream == payment && event.data.get_if<payment::Captured>() != nullptr;
    });
}

MoneyMoveKind kind_of(credit_note::SettledBy by) {
    switch (by) {
        case credit_note::SettledBy::kRefund:
            return MoneyMoveKind::kRefund;
        case credit_note::SettledBy::kStoreCredit:
            return MoneyMoveKind::kStoreCredit;
        case credit_note::SettledBy::kOffline:
            return MoneyMoveKind::kOffline;
        case credit_note::SettledBy::kOffset:
            return MoneyMoveKind::kOffset;
    }
    return MoneyMoveKind::kRefund;
}

void add_payment_moves(const Events& events, const NewEvent& event, std::vector<MoneyMove>& moves) {
    const auto add = [&](MoneyMoveKind kind, const Money& amount) {
        moves.push_back({event.stream.as<PaymentId>(), kind, amount});
    };
    if (const auto* initiated = event.data.get_if<payment::Initiated>()) {
        add(MoneyMoveKind::kAuthorize, initiated->amount);
        const bool is_at_once = initiated->capture == payment::CaptureMode::kAuto;
        if (is_at_once && !is_captured(events, event.stream))
            add(MoneyMoveKind::kCapture, initiated->amount);
    }
    if (const auto* capture = event.data.get_if<payment::CaptureRequested>())
        add(MoneyMoveKind::kCapture, capture->amount);
    // With its authorization, so that nobody asked for it apart.
    const auto* captured = event.data.get_if<payment::Captured>();
    if (captured != nullptr && !has_request(events, captured->capture_id))
        add(MoneyMoveKind::kCapture, captured->amount);
    if (const auto* refund = event.data.get_if<payment::RefundRequested>())
        add(MoneyMoveKind::kRefund, refund->amount);
    if (const auto* settled = event.data.get_if<payment::RefundSettled>())
        add(kind_of(credit_note::settled_by(settled->by)), settled->amount);
    if (const auto* voiding = event.data.get_if<payment::VoidRequested>())
        add(MoneyMoveKind::kVoid, voiding->amount);
}

// Its refunds are asked for of payments beside it.
void add_settlements(const NewEvent& event, std::vector<MoneyMove>& moves) {
    const auto* note = event.data.get_if<credit_note::Requested>();
    if (note == nullptr) return;
    for (const credit_note::Settlement& part : note->settlements)
        if (part.by != credit_note::SettledBy::kRefund)
            moves.push_back({{}, kind_of(part.by), part.amount});
}

// ---- What an order owes -------------------------------------------------------------------------

struct Books {
    std::optional<Money> asked;  // what a sale that is not placed would come to
    AnyState order;
    std::map<PaymentId, AnyState> payments;

    const order::State* placed() const { return std::get_if<order::State>(&order); }
    Money due() const {
        if (const order::State* known = placed()) return known->due();
        return asked.value_or(Money{});
    }
    Money balance() const {
        std::vector<const payment::State*> all;
        for (const auto& [_, any] : payments)
            if (const auto* known = std::get_if<payment::State>(&any)) all.push_back(known);
        return {order::ledger_of(due(), due(), all).balance(), due().currency};
    }
};

Books books_of(const OrderFacts& facts) {
    Books books;
    if (facts.order) books.order = *facts.order.snapshot.state;
    for (const auto& [id, payment] : facts.payments)
        if (payment) books.payments[id] = *payment.snapshot.state;
    return books;
}

void fold(const OrderId& id, const NewEvent& event, Time now, Books& books) {
    if (event.stream == StreamId(id)) evolve_any(books.order, event.data, now);
    const auto* started = event.data.get_if<checkout::Started>();
    if (started != nullptr && started->order_id == id) books.asked = started->totals.total;
    if (event.stream.kind != StreamKind::kPayment) return;
    const auto payment = event.stream.as<PaymentId>();
    const auto* initiated = event.data.get_if<payment::Initiated>();
    const bool is_new = initiated != nullptr && initiated->order_id == id;
    if (is_new || books.payments.contains(payment))
        evolve_any(books.payments[payment], event.data, now);
}

// What the events ask of a payment and do not tell the end of: taken, less what goes back.
Money under_way(const NewEvent& event, const payment::State& payment) {
    const Money nothing{0, payment.amount.currency};
    if (const auto* initiated = event.data.get_if<payment::Initiated>()) {
        const bool is_at_once = initiated->capture == payment::CaptureMode::kAuto;
        return is_at_once && payment.captures.empty() ? initiated->amount : nothing;
    }
    if (const auto* request = event.data.get_if<payment::CaptureRequested>()) {
        const auto at = std::ranges::find(payment.captures, request->capture_id,
                                          &payment::CaptureState::capture_id);
        return at != payment.captures.end() && at->is_under_way() ? request->amount : nothing;
    }
    if (const auto* request = event.data.get_if<payment::RefundRequested>()) {
        const auto* refund = payment.find_refund(request->refund_id);
        return refund != nullptr && refund->is_under_way() ? -request->amount : nothing;
    }
    return nothing;
}

Money under_way(const Events& events, const Books& books) {
    Money sum{0, books.due().currency};
    for (const NewEvent& event : events) {
        if (event.stream.kind != StreamKind::kPayment) continue;
        const auto at = books.payments.find(event.stream.as<PaymentId>());
        if (at != books.payments.end())
            sum += under_way(event, std::get<payment::State>(at->second));
    }
    return sum;
}

// Nothing of one that is neither placed nor would be.
std::optional<OrderMoney> money_of_order(const OrderId& id, const Books& before,
                                         const Events& events, Time now) {
    Books after = before;
    for (const NewEvent& event : events) fold(id, event, now, after);
    if (after.placed() == nullptr && !after.asked) return std::nullopt;
    const Money nothing{0, after.due().currency};
    const bool was_placed = before.placed() != nullptr;
    return OrderMoney{
        id,
        {was_placed ? before.due() : nothing, after.due()},
        {was_placed ? before.balance() : nothing, after.balance() - under_way(events, after)}};
}

OrderId order_of(const Snapshot& read) {
    if (const auto* payment = state_in<payment::State>(read)) return payment->order_id;
    const auto* fulfillment = state_in<fulfillment::State>(read);
    return fulfillment == nullptr ? OrderId() : fulfillment->created.order_id;
}

// The order of the event's stream, as far as the event itself names it.
OrderId named_in(const NewEvent& event) {
    if (event.stream.kind == StreamKind::kOrder) return event.stream.as<OrderId>();
    if (const auto* started = event.data.get_if<checkout::Started>()) return started->order_id;
    if (const auto* initiated = event.data.get_if<payment::Initiated>()) return initiated->order_id;
    if (const auto* packed = event.data.get_if<fulfillment::Created>()) return packed->order_id;
    return {};
}

Task<Result<std::set<OrderId>>> orders_in(Services& services, Executor& home, Events events) {
    std::set<OrderId> orders;
    for (const NewEvent& event : events) {
        OrderId order = named_in(event);
        const bool is_of_order = event.stream.kind == StreamKind::kPayment ||
                                 event.stream.kind == StreamKind::kFulfillment;
        if (order.is_empty() && is_of_order) {
            const auto read = co_await services.engine.read(home, event.stream);
            if (!read) co_return std::unexpected(read.error());
            order = order_of(*read);
        }
        if (!order.is_empty()) orders.insert(order);
    }
    co_return orders;
}

}  // namespace

Task<Result<std::vector<MoneyMove>>> money_of(Services& services, Executor& home, Events events) {
    std::vector<MoneyMove> moves;
    for (const NewEvent& event : events) {
        add_payment_moves(events, event, moves);
        add_settlements(event, moves);
        const auto* part = event.data.get_if<order::CreditSettled>();
        if (part == nullptr) continue;
        const auto read = co_await services.engine.read(home, part->credit_note_id);
        if (!read) co_return std::unexpected(read.error());
        if (const auto* note = state_in<credit_note::State>(*read))
            moves.push_back({{},
                             kind_of(credit_note::settled_by(part->by)),
                             note->part_of(event.stream.as<OrderId>())});
    }
    co_return moves;
}

Task<Result<std::vector<OrderMoney>>> orders_of(Services& services, Executor& home, Events events) {
    const auto ids = co_await orders_in(services, home, events);
    if (!ids) co_return std::unexpected(ids.error());
    std::vector<OrderMoney> orders;
    for (const OrderId& id : *ids) {
        const auto facts = co_await load_order(services, home, id);
        if (!facts && facts.error().code != ErrorCode::kNotFound)
            co_return std::unexpected(facts.error());
        const Books before = facts ? books_of(*facts) : Books{};
        if (const auto money = money_of_order(id, before, events, services.engine.now()))
            orders.push_back(*money);
    }
    co_return orders;
}

}  // namespace shop::api
