#include "api/history/file_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/history/credit_commands.hpp"
#include "api/history/sale_commands.hpp"

namespace shop::history {
namespace {

// ---- What records name --------------------------------------------------------------------------

using Names = std::vector<Named>;

void add(Names& names, NamedKind kind, const std::string& id) {
    if (std::ranges::count(names, Named{kind, id}) == 0) names.push_back({kind, id});
}
void add(Names& names, NamedKind kind, const std::optional<std::string>& id) {
    if (id) add(names, kind, *id);
}

Names names_in(const Product&) {
    return {};
}
Names names_in(const Customer&) {
    return {};
}
Names names_in(const Receipt& receipt) {
    return {{NamedKind::kProduct, receipt.sku}};
}
Names names_in(const Adjustment& adjustment) {
    return {{NamedKind::kProduct, adjustment.sku}};
}
Names names_in(const Order& order) {
    Names names;
    for (const OrderLine& line : order.lines)
        if (line.kind == sale::LineKind::kItem) add(names, NamedKind::kProduct, line.sku);
    add(names, NamedKind::kCustomer, order.customer);
    return names;
}
Names names_in(const CreditNote& note) {
    Names names;
    add(names, NamedKind::kCustomer, note.customer);
    add(names, NamedKind::kOrder, note.reverses);
    for (const CreditLine& line : note.lines) {
        if (line.kind == sale::LineKind::kItem) add(names, NamedKind::kProduct, line.sku);
        add(names, NamedKind::kOrder, line.order);
    }
    for (const Settlement& settlement : note.settle)
        add(names, NamedKind::kOrder, settlement.order);
    return names;
}
Names names_in(const Payment& payment) {
    return {{NamedKind::kOrder, payment.order}};
}
Names names_in(const Refund& refund) {
    return {{NamedKind::kOrder, refund.order}};
}

// What a record tells, for others to name.
std::optional<Named> told_by(const HistoryRecord& record) {
    if (const auto* product = std::get_if<Product>(&record))
        return Named{NamedKind::kProduct, product->sku};
    if (const auto* customer = std::get_if<Customer>(&record))
        return Named{NamedKind::kCustomer, customer->id};
    if (const auto* order = std::get_if<Order>(&record)) return Named{NamedKind::kOrder, order->id};
    return std::nullopt;
}

std::string name_of(const HistoryRecord& record) {
    return fmt::format("{} {}", type_of(record), id_of(record));
}

}  // namespace

const std::string& id_of(const HistoryRecord& record) {
    return std::visit(
        [](const auto& held) -> const std::string& {
            if constexpr (requires { held.id; })
                return held.id;
            else
                return held.sku;
        },
        record);
}

std::string_view type_of(const HistoryRecord& record) {
    return std::visit([]<class T>(const T&) { return T::kName; }, record);
}

std::string FileChecks::key_of(const Named& named) {
    return fmt::format("{} {}", enum_name(named.kind), named.id);
}

bool FileChecks::is_repeated(const HistoryRecord& record) const {
    return records_.contains(name_of(record));
}

std::vector<Named> FileChecks::not_told(const HistoryRecord& record) const {
    Names names = std::visit([](const auto& held) { return names_in(held); }, record);
    std::erase_if(names, [&](const Named& named) { return known_.contains(key_of(named)); });
    return names;
}

Result<RecordSums> FileChecks::check(const HistoryRecord& record) {
    RecordSums sums = sums_of(record);
    auto refusal = std::visit([&](const auto& held) { return take(held, sums.money); }, record);
    if (refusal) return std::unexpected(std::move(*refusal));
    remember(record);
    return sums;
}

void FileChecks::pass(const HistoryRecord& record) {
    remember(record);
    const auto* payment = std::get_if<Payment>(&record);
    if (payment == nullptr) return;
    SoldOrder& order = order_of(payment->order);
    const PaymentId id = payment_id_of(*payment, system_);
    if (!order.payments.contains(id)) (void)order.pay(id, payment->amount);
}

void FileChecks::remember(const HistoryRecord& record) {
    records_.insert(name_of(record));
    if (const auto told = told_by(record)) know(*told);
}

void FileChecks::know(SoldOrder order) {
    know({NamedKind::kOrder, order.name});
    keep(std::move(order));
}

void FileChecks::keep(SoldOrder order) {
    SoldOrder& kept = orders_[order.name];
    lines_ += order.lines.size() - kept.lines.size();
    kept = std::move(order);
}

void FileChecks::forget() {
    records_.clear();
    known_.clear();
    orders_.clear();
    lines_ = 0;
}

std::optional<Error> FileChecks::take(const Order& order, MoneySums&) {
    if (orders_.contains(order.id)) return std::nullopt;  // the shop has it
    SoldOrder sold = sold_of(order, system_);
    for (std::size_t n = 1; n <= order.payments.size(); ++n) {
        const PaymentId id = payment_id_of(order, n, system_);
        if (auto refusal = sold.pay(id, order.payments[n - 1].amount)) return refusal;
    }
    keep(std::move(sold));
    return std::nullopt;
}

std::optional<Error> FileChecks::take(const CreditNote& note, MoneySums& sums) {
    Credit credit;
    credit_lines(note, credit);
    settle(note, credit);
    auto refusal = credit.finish();
    sums.refunded = credit.given_back();
    return refusal;
}

void FileChecks::credit_lines(const CreditNote& note, Credit& credit) {
    for (const CreditLine& line : note.lines)
        if (line.order_line)
            credit.take_line(order_of(*line.order), *line.order_line,
                             {line.quantity, line.order_amount.value_or(line.gross), line.restock});
}

// What is not told of an order's own note is less to be paid. Of a note that stands apart, what
// belongs to no order is settled as it says, and nothing else.
void FileChecks::settle(const CreditNote& note, Credit& credit) {
    const bool is_apart = own_order_of(note, system_).is_empty();
    if (is_apart) credit.settle_by_orders();
    std::int64_t left = 0;
    for (const CreditLine& line : note.lines) {
        const std::int64_t of_order = line.order_line ? line.order_amount.value_or(line.gross) : 0;
        left += is_apart ? line.gross - of_order : line.gross;
    }
    for (const Settlement& settlement : note.settle) {
        if (settlement.by == SettledBy::kRefund)
            credit.refund(order_of(*settlement.order), settlement.amount);
        if (settlement.by != SettledBy::kRefund || !is_apart) left -= settlement.amount;
    }
    if (is_apart && left != 0)
        credit.refuse("not-settled",
                      fmt::format("of what belongs to no order {} is not settled; say how the "
                                  "buyer got it",
                                  left));
    if (is_apart) return;
    SoldOrder& order = order_of(*note.lines.front().order);
    credit.set_off(order, left);
    for (const Settlement& settlement : note.settle)
        if (settlement.by == SettledBy::kOffset) credit.set_off(order, settlement.amount);
}

std::optional<Error> FileChecks::take(const Payment& payment, MoneySums& sums) {
    SoldOrder& order = order_of(payment.order);
    sums.currency = order.currency;
    return order.pay(payment_id_of(payment, system_), payment.amount);
}

std::optional<Error> FileChecks::take(const Refund& refund, MoneySums& sums) {
    SoldOrder& order = order_of(refund.order);
    sums.currency = order.currency;
    Credit credit;
    std::int64_t rest = refund.amount;
    for (const RefundLine& line : refund.lines.value_or(std::vector<RefundLine>())) {
        credit.take_line(order, line.order_line, {line.quantity, line.amount, line.restock});
        rest -= line.amount;
    }
    credit.take_amount(order, rest);
    credit.refund(order, refund.amount);
    return credit.finish();
}

}  // namespace shop::history
