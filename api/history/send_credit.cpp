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
    return credit(request_of(*note, system_, parts_.catalog), "credit_note " + note->id);
}

Task<Sent> RecordSender::send_one(const Refund* refund) {
    const auto currency = co_await currency_of(order_id_of(system_, refund->order));
    if (!currency) co_return std::unexpected(currency.error());
    co_return co_await credit(request_of(*refund, system_, *currency), "refund " + refund->id);
}

Task<Sent> RecordSender::credit(credit_note::Request request, std::string name) {
    const CreditNoteId id = request.note;
    for (const credit_note::Wanted& line : request.lines) {
        if (line.restock == 0 || line.sold.sku.empty()) continue;
        const Status opened =
            co_await open_stock(line.sold.sku);  // the first of their kind, perhaps
        if (!opened) co_return std::unexpected(opened.error());
    }
    if (request.order.is_empty()) {
        const Status agreed = co_await ask_orders(request);
        if (!agreed) co_return std::unexpected(agreed.error());
    }
    const auto receipt = co_await submitter_.submit(std::move(request), std::move(name));
    if (!receipt) co_return std::unexpected(receipt.error());
    const auto done = co_await submitter_.wait_until(id, &is_done, kPatience);
    if (!done) co_return std::unexpected(done.error());
    co_return receipt->changed;
}

Task<Status> RecordSender::ask_orders(credit_note::Request request) {
    const auto trial = co_await submitter_.try_out(std::move(request));
    if (!trial) co_return std::unexpected(trial.error());
    for (const Effect& effect : trial->owed) {
        const auto* part = std::get_if<order::ApplyCredit>(&effect.call);
        if (part == nullptr) continue;
        const auto taken = co_await submitter_.try_out(*part);
        if (!taken) co_return std::unexpected(taken.error());
    }
    co_return Status{};
}

// Of records that name no other currency than that of their order.
Task<Result<Currency>> RecordSender::currency_of(OrderId id) {
    const auto read = co_await submitter_.read(id);
    if (!read) co_return std::unexpected(read.error());
    const auto* order = read->state ? std::get_if<order::State>(read->state.get()) : nullptr;
    if (order == nullptr)
        co_return fail(ErrorCode::kNotFound, "unknown-order", "The shop has no such order.");
    co_return order->placed.terms.currency;
}

}  // namespace shop::history
