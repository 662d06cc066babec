#include "api/history/shop_lookup.hpp"

#include <utility>

#include "api/history/credit_commands.hpp"
#include "api/history/sale_commands.hpp"
#include "core/any_state.hpp"
#include "core/customer/customer.hpp"
#include "core/fulfillment/progress.hpp"
#include "core/stock/stock.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::history {
namespace {

template <class State>
const State* state_in(const Snapshot& snapshot) {
    return snapshot.state == nullptr ? nullptr : std::get_if<State>(snapshot.state.get());
}

// Its goods are about to.
void let_leave(SoldOrder& found, const order::State& order) {
    const fulfillment::Progress progress(order, {});
    for (const sale::Line& line : order.placed.lines)
        found.lines.at(line.line_id).away += progress.of(line.line_id).open();
}

}  // namespace

Task<bool> ShopLookup::knows_product(std::string sku) {
    return ready(parts_.catalog.find_any_sku(sku) != nullptr);
}

Task<bool> ShopLookup::knows_customer(std::string id) {
    return exists(customer_id_of(system_, id));
}

Task<std::optional<SoldOrder>> ShopLookup::find_order(std::string id, const Order* record) {
    const OrderId order_id = order_id_of(system_, id);
    const Snapshot sold = co_await read(order_id);
    const auto* order = state_in<order::State>(sold);
    if (order == nullptr) co_return std::nullopt;
    std::vector<Snapshot> kept;  // what the states stand in
    std::vector<order::OrderPayment> payments;
    for (const PaymentId& payment : order->payment_ids()) {
        kept.push_back(co_await read(payment));
        if (const auto* state = state_in<payment::State>(kept.back()))
            payments.push_back({payment, state});
    }
    std::vector<fulfillment::Found> fulfillments;
    for (std::int32_t n = 1; n <= fulfillment::kFulfillmentsMax; ++n) {
        const FulfillmentId fulfillment = fulfillment::fulfillment_of(order_id, n);
        kept.push_back(co_await read(fulfillment));
        const auto* state = state_in<fulfillment::State>(kept.back());
        if (state == nullptr) break;
        fulfillments.push_back({fulfillment, state});
    }
    SoldOrder found = sold_of(std::move(id), order_id, *order, payments, fulfillments);
    if (record == nullptr || found.is_canceled) co_return found;
    if (record->fulfilled && fulfillments.empty()) let_leave(found, *order);
    if (order->placed.payment_ids.empty())
        for (const order::RecordPayment& payment : payments_of(*record, system_))
            if (!found.payments.contains(payment.payment))
                (void)found.pay(payment.payment, payment.amount->minor_units);
    co_return found;
}

Task<bool> ShopLookup::has(const HistoryRecord* record) {
    return std::visit([this](const auto& held) { return has_one(&held); }, *record);
}

Task<bool> ShopLookup::has_one(const Receipt* receipt) {
    return has_moved(receipt->sku,
                     stock::import_key(stock::Received::kType, {system_, receipt->id}));
}

Task<bool> ShopLookup::has_one(const Adjustment* adjustment) {
    return has_moved(adjustment->sku,
                     stock::import_key(stock::Adjusted::kType, {system_, adjustment->id}));
}

Task<bool> ShopLookup::has_moved(std::string sku, std::string key) {
    const auto product = parts_.catalog.find_any_sku(sku);
    if (product == nullptr) co_return false;  // told by the file
    const product::Variant& variant = product->state.find_sku(sku)->variant;
    const Snapshot read_stock = co_await read(stock::stock_of(variant.inventory_item));
    const auto* stock = state_in<stock::State>(read_stock);
    co_return stock != nullptr && stock->imported.contains(key);
}

// One that staff have canceled since gets nothing more.
Task<bool> ShopLookup::has_one(const Order* order) {
    const OrderId id = order_id_of(system_, order->id);
    const Snapshot sold = co_await read(id);
    const auto* state = state_in<order::State>(sold);
    if (state == nullptr) co_return false;
    if (state->status == order::Status::kCanceled) co_return true;
    if (order->note && state->notes == 0 && !co_await is_erased(state->customer_id))
        co_return false;
    if (state->placed.payment_ids.empty())
        for (const order::RecordPayment& payment : payments_of(*order, system_))
            if (!co_await exists(payment.payment)) co_return false;
    if (!order->fulfilled || !has_goods(*order)) co_return true;
    co_return co_await exists(fulfillment::fulfillment_of(id, 1));
}

Task<bool> ShopLookup::has_one(const CreditNote* note) {
    return exists(note_id_of(*note, system_));
}

Task<bool> ShopLookup::has_one(const Payment* payment) {
    return exists(payment_id_of(*payment, system_));
}

Task<bool> ShopLookup::has_one(const Refund* refund) {
    return exists(note_id_of(*refund, system_));
}

Task<bool> ShopLookup::is_erased(CustomerId id) {
    if (id.is_empty()) co_return false;
    const Snapshot read_customer = co_await read(id);
    const auto* customer = state_in<customer::State>(read_customer);
    co_return customer != nullptr && customer->status == customer::Status::kErased;
}

Task<bool> ShopLookup::exists(StreamId id) {
    const Snapshot snapshot = co_await read(id);
    co_return snapshot.state != nullptr;
}

Task<Snapshot> ShopLookup::read(StreamId id) {
    auto snapshot = co_await parts_.engine.read(parts_.home, id);
    co_return snapshot ? std::move(*snapshot) : Snapshot{};
}

}  // namespace shop::history
