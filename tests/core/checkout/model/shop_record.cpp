// The model's log: how a command becomes events, and what must hold.
#include <algorithm>

#include "core/order/order.hpp"
#include "tests/core/checkout/model/shop_model.hpp"
#include "tests/support/books/books.hpp"

namespace shop::tests {
namespace {

constexpr int kQuietRounds = 20'000;

template <class Event>
bool holds(const NewEvent& event) {
    return event.data.template get_if<Event>() != nullptr;
}

}  // namespace

bool ShopModel::record(const CommandId& id, const AnyCommand& command) {
    if (known_.contains(id)) return true;
    const Env env{.now = now_,
                  .command = id,
                  .actor = &actor_,
                  .catalog = &catalog_,
                  .local_series = numbers_series_};
    Result<Decision> decision = decide_any(command, streams_, env);
    if (!decision) return false;
    alter(command, *decision);
    for (const NewEvent& event : decision->events) fold(event);
    if (!decision->events.empty()) known_.insert(id);
    return true;
}

// Takes out what a protection does.
void ShopModel::alter(const AnyCommand& command, Decision& decision) const {
    const Protections& protections = plan_.protections;
    if (!protections.release_is_recorded_if_nothing_is_held)
        std::erase_if(decision.events, [](const NewEvent& event) {
            const auto* released = event.data.get_if<stock::Released>();
            return released != nullptr && released->quantity == 0;
        });
    if (!protections.canceled_payments_are_voided && command.get_if<order::Cancel>() != nullptr)
        std::erase_if(decision.events, holds<payment::VoidRequested>);
    const auto* result = command.get_if<payment::RecordProviderResult>();
    if (!protections.late_answers_count && result != nullptr) {
        const auto* payment = streams_.find<payment::State>(result->payment);
        const auto* checkout =
            streams_.find<checkout::State>(checkout::checkout_of(payment->order_id));
        if (!checkout->is_active()) std::erase_if(decision.events, holds<payment::VoidRequested>);
    }
}

void ShopModel::fold(const NewEvent& event) {
    streams_.fold(event, event.effective_at.value_or(now_));
    note(event);
    if (is_open(*streams_.find_any(event.stream))) {
        open_.insert(event.stream);
    } else {
        open_.erase(event.stream);
        answers_.erase(event.stream);
    }
    check_always(event.stream);
}

void ShopModel::note(const NewEvent& event) {
    const auto* placed = event.data.get_if<order::Placed>();
    if (placed == nullptr) return;
    if (++placed_[event.stream] > 1) wrong("a cart became two orders");
    if (!numbers_.insert(placed->number).second) wrong("two orders have one number");
}

void ShopModel::check_always(const StreamId& stream) {
    const auto* stock = streams_.find<stock::State>(stream);
    if (stock != nullptr && stock->available() < 0) wrong("more was promised than there is");
}

// Nobody does anything new; what is owed is done, time passes if nothing else can happen.
bool ShopModel::settle_down() {
    for (int round = 0; round < kQuietRounds && wrong_.empty(); ++round) {
        sandbox_.settle(now_);
        for (auto& webhook : sandbox_.take_webhooks()) messages_.emplace_back(std::move(webhook));
        if (!messages_.empty()) {
            deliver_one();
            continue;
        }
        in_flight_.clear();
        const std::vector<StreamId> open(open_.begin(), open_.end());
        for (const StreamId& stream : open)
            if (open_.contains(stream)) visit(stream);
        if (open_.empty() && messages_.empty()) return true;
        now_ = now_ + (plan_.slow_time ? milliseconds(20) : seconds(5));
    }
    return false;
}

void ShopModel::check_end() {
    for (const CartId& cart : carts_) check_order(cart);
    for (const StockId& id : stocks_) {
        const auto& stock = *streams_.find<stock::State>(id);
        std::int64_t sold = 0;
        for (const CartId& cart : carts_) {
            const auto* order = streams_.find<order::State>(checkout::order_of(cart));
            if (order == nullptr || order->canceled) continue;
            for (const sale::Line& line : order->placed.lines)
                if (line.stock_id == id) sold += line.quantity;
        }
        if (stock.held_total != 0) wrong("units are held for nobody");
        if (stock.allocated_total != sold) wrong("what is sold is not what orders say");
    }
}

void ShopModel::check_order(const CartId& cart) {
    const OrderId id = checkout::order_of(cart);
    const auto* order = streams_.find<order::State>(id);
    const bool stands = order != nullptr && !order->canceled;
    const std::int64_t due = stands ? order->placed.totals.total.minor_units : 0;
    if (held_for(sandbox_.book(), id) != due) wrong("the money held is not what the order says");
    const auto status = streams_.find<cart::State>(cart)->status;
    const auto expected = order == nullptr ? cart::Status::kOpen : cart::Status::kCompleted;
    if (status != expected) wrong("a cart is neither open nor an order");
}

void ShopModel::wrong(std::string what) {
    if (wrong_.empty()) wrong_ = std::move(what);
}

}  // namespace shop::tests
