// What was taken back or credited, and how the buyer got it.
#include <utility>

#include "api/history/credit_commands.hpp"
#include "api/history/record_sender.hpp"
#include "core/order/order.hpp"

namespace shop::history {
namespace {

constexpr Duration kPatience = minutes(2);

// It has its number, its orders have taken their part, and its goods are in stock.
bool is_done(const AnyState& state) {
    const auto* note = std::get_if<credit_note::State>(&state);
    return note != nullptr && note->number != 0 && note->owed.empty();
}

}  // namespace

Task<Sent> RecordSender::send_one(const CreditNote* note) {
    const OrderId order = own_order_of(*note, system_);
    auto payment = co_await payment_of(order);
    if (!payment) co_return std::unexpected(payment.error());
    co_return co_await credit(request_of(*note, system_, *payment, parts_.catalog),
                              "credit_note " + note->id);
}

Task<Sent> RecordSender::send_one(const Refund* refund) {
    auto payment = co_await payment_of(order_id_of(system_, refund->order));
    if (!payment) co_return std::unexpected(payment.error());
    co_return co_await credit(request_of(*refund, system_, *payment), "refund " + refund->id);
}

Task<Sent> RecordSender::send_one(const Payment*) {
    return ready<Sent>(fail(ErrorCode::kInvalid, "not-supported",
                            "Payments apart from their orders are not taken yet; put them into "
                            "the order."));
}

Task<Sent> RecordSender::credit(credit_note::Request request, std::string name) {
    const CreditNoteId id = request.note;
    for (const credit_note::Wanted& line : request.lines) {
        if (line.restock == 0 || line.sold.sku.empty()) continue;
        const Status opened =
            co_await open_stock(line.sold.sku);  // the first of their kind, perhaps
        if (!opened) co_return std::unexpected(opened.error());
    }
    const auto receipt = co_await submitter_.submit(std::move(request), std::move(name));
    if (!receipt) co_return std::unexpected(receipt.error());
    const auto done = co_await submitter_.wait_until(id, &is_done, kPatience);
    if (!done) co_return std::unexpected(done.error());
    co_return receipt->changed;
}

// Of an order, what it was paid by; nothing of no order, or of one that was not paid.
Task<Result<OrderPaid>> RecordSender::payment_of(OrderId id) {
    if (id.is_empty()) co_return OrderPaid{};
    const auto read = co_await submitter_.read(id);
    if (!read) co_return std::unexpected(read.error());
    const auto* order = read->state ? std::get_if<order::State>(read->state.get()) : nullptr;
    if (order == nullptr)
        co_return fail(ErrorCode::kNotFound, "unknown-order", "The shop has no such order.");
    if (order->placed.payment_ids.empty()) co_return OrderPaid{};
    co_return OrderPaid{order->placed.payment_ids.front(), order->placed.terms.currency};
}

}  // namespace shop::history
