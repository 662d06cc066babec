#include "api/history/record_sums.hpp"

#include <algorithm>
#include <type_traits>

namespace shop::history {
namespace {

// Member by member; false if one of the sums would not fit, and then `sums` is of no use any more.
template <class S>
[[nodiscard]] bool add_to(S& sums, const S& more) {
    bool fits = true;
    boost::mp11::mp_for_each<describe_detail::Members<S>>([&](auto member) {
        auto& sum = sums.*member.pointer;
        if constexpr (std::is_same_v<decltype(sum), std::int64_t&>)
            fits = !__builtin_add_overflow(sum, more.*member.pointer, &sum) && fits;
    });
    return fits;
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
    UnitSums all_units = units;
    MoneySums all_money{.currency = record.money.currency};
    const auto at =
        std::ranges::lower_bound(money, record.money.currency, {}, &MoneySums::currency);
    const bool is_known = at != money.end() && at->currency == record.money.currency;
    if (is_known) all_money = *at;
    if (!add_to(all_units, record.units) || !add_to(all_money, record.money)) {
        ++left_out;
        return;
    }
    units = all_units;
    if (is_known)
        *at = all_money;
    else if (!record.money.currency.is_empty())
        money.insert(at, all_money);
}

RecordSums sums_of(const HistoryRecord& record) {
    return std::visit([](const auto& held) { return sums(held); }, record);
}

}  // namespace shop::history
