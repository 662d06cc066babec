#include "api/history/record_sums.hpp"

#include <algorithm>
#include <limits>

namespace shop::history {
namespace {

void add_to(std::int64_t& sum, std::int64_t amount) {
    if (__builtin_add_overflow(sum, amount, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

RecordSums sums(const Product&) {
    return {};
}
RecordSums sums(const Customer&) {
    return {};
}
RecordSums sums(const Receipt& receipt) {
    return {.money = {}, .units = {.received = receipt.quantity}};
}
RecordSums sums(const Adjustment& adjustment) {
    return {.money = {}, .units = {.adjusted = adjustment.delta}};
}
RecordSums sums(const Order& order) {
    RecordSums all{.money = {.currency = order.currency}, .units = {}};
    for (const OrderLine& line : order.lines) {
        all.money.sold += line.gross;
        if (order.fulfilled && line.kind == sale::LineKind::kItem)
            all.units.shipped += line.quantity;
    }
    for (const OrderPayment& payment : order.payments) all.money.paid += payment.amount;
    return all;
}
RecordSums sums(const CreditNote& note) {
    RecordSums all{.money = {.currency = note.currency}, .units = {}};
    for (const CreditLine& line : note.lines) {
        all.money.credited += line.gross;
        if (line.restock) all.units.restocked += line.quantity;
    }
    return all;
}
RecordSums sums(const Payment& payment) {
    return {.money = {.currency = {}, .paid = payment.amount}, .units = {}};
}
RecordSums sums(const Refund& refund) {
    RecordSums all;
    all.money.credited = all.money.refunded = refund.amount;
    if (!refund.lines) return all;
    for (const RefundLine& line : *refund.lines)
        if (line.restock) all.units.restocked += line.quantity;
    return all;
}

}  // namespace

void Sums::add(const RecordSums& record) {
    add_to(units.received, record.units.received);
    add_to(units.adjusted, record.units.adjusted);
    add_to(units.shipped, record.units.shipped);
    add_to(units.restocked, record.units.restocked);
    if (record.money.currency.is_empty()) return;
    auto at = std::ranges::lower_bound(money, record.money.currency, {}, &MoneySums::currency);
    if (at == money.end() || at->currency != record.money.currency)
        at = money.insert(at, {.currency = record.money.currency});
    add_to(at->sold, record.money.sold);
    add_to(at->paid, record.money.paid);
    add_to(at->credited, record.money.credited);
    add_to(at->refunded, record.money.refunded);
}

RecordSums sums_of(const HistoryRecord& record) {
    return std::visit([](const auto& held) { return sums(held); }, record);
}

}  // namespace shop::history
