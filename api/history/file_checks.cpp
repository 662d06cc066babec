#include "api/history/file_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace shop::history {
namespace {

Error refusal(std::string_view code, std::string message) {
    return {ErrorCode::kInvalid, std::string(code), std::move(message)};
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

// What one document gives back of the file's orders; counted only if all of it is right.
class FileChecks::Credit {
  public:
    explicit Credit(std::unordered_map<std::string, Sold>& orders) : orders_(orders) {}

    void take_line(const std::string& order, const std::string& line, std::int64_t quantity,
                   std::int64_t amount) {
        const Sold* sold = find(order);
        if (sold == nullptr) return;  // an order that the shop knows: it is checked there
        const auto at = sold->lines.find(line);
        if (at == sold->lines.end())
            return refuse("unknown-order-line",
                          fmt::format("the order {} has no line {}", order, line));
        Line& sum = lines_[{order, line}];
        sum.quantity += quantity;
        sum.amount += amount;
        if (sum.quantity > at->second.quantity)
            refuse("credited-too-many",
                   fmt::format("line {} of the order {} has {} units left to be credited, not {}",
                               line, order, at->second.quantity, sum.quantity));
        if (sum.amount > at->second.amount)
            refuse("credited-too-much",
                   fmt::format("line {} of the order {} has {} left to be credited, not {}; say "
                               "with order_amount how much belongs to it",
                               line, order, at->second.amount, sum.amount));
    }

    void take_refund(const std::string& order, std::int64_t amount) {
        const Sold* sold = find(order);
        if (sold == nullptr) return;
        std::int64_t& sum = refunds_[order];
        sum += amount;
        const std::int64_t left = sold->paid - sold->refunded;
        if (sum > left)
            refuse("refunded-too-much",
                   fmt::format("of what was paid for the order {} {} is left, not {}", order, left,
                               sum));
    }

    std::optional<Error> finish() {
        if (refusal_) return std::move(refusal_);
        for (const auto& [key, sum] : lines_) {
            Line& line = orders_.at(key.first).lines.at(key.second);
            line.quantity -= sum.quantity;
            line.amount -= sum.amount;
        }
        for (const auto& [order, sum] : refunds_) orders_.at(order).refunded += sum;
        return std::nullopt;
    }

  private:
    const Sold* find(const std::string& order) const {
        const auto at = orders_.find(order);
        return at == orders_.end() ? nullptr : &at->second;
    }
    void refuse(std::string_view code, std::string message) {
        if (!refusal_) refusal_ = refusal(code, std::move(message));
    }

    std::unordered_map<std::string, Sold>& orders_;
    std::map<std::pair<std::string, std::string>, Line> lines_;
    std::map<std::string, std::int64_t> refunds_;
    std::optional<Error> refusal_;
};

FileChecks::Verdict FileChecks::check(const HistoryRecord& record) {
    Verdict verdict;
    const std::string key = fmt::format("{} {}", type_of(record), id_of(record));
    verdict.is_repeated = records_.contains(key);
    if (verdict.is_repeated) return verdict;
    std::visit([&](const auto& held) { take(held, verdict); }, record);
    if (!verdict.refusal) records_.insert(key);
    return verdict;
}

std::string FileChecks::key_of(const Named& named) {
    return fmt::format("{} {}", enum_name(named.kind), named.id);
}

void FileChecks::look_up(Named named, Verdict& verdict) const {
    if (known_.contains(key_of(named)) || std::ranges::count(verdict.not_told, named) > 0) return;
    verdict.not_told.push_back(std::move(named));
}

void FileChecks::take(const Product& product, Verdict&) {
    know({NamedKind::kProduct, product.sku});
}

void FileChecks::take(const Customer& customer, Verdict&) {
    know({NamedKind::kCustomer, customer.id});
}

void FileChecks::take(const Receipt& receipt, Verdict& verdict) {
    look_up({NamedKind::kProduct, receipt.sku}, verdict);
}

void FileChecks::take(const Adjustment& adjustment, Verdict& verdict) {
    look_up({NamedKind::kProduct, adjustment.sku}, verdict);
}

void FileChecks::take(const Order& order, Verdict& verdict) {
    Sold sold{.currency = order.currency};
    for (const OrderLine& line : order.lines) {
        if (line.kind == sale::LineKind::kItem) look_up({NamedKind::kProduct, *line.sku}, verdict);
        sold.lines[line.id] = {line.quantity, line.gross};
        sold.total += line.gross;
    }
    if (order.customer) look_up({NamedKind::kCustomer, *order.customer}, verdict);
    for (const OrderPayment& payment : order.payments) sold.paid += payment.amount;
    if (sold.paid > sold.total) {
        verdict.refusal = refusal(
            "paid-too-much",
            fmt::format("its lines add up to {}, its payments to {}", sold.total, sold.paid));
        return;
    }
    know({NamedKind::kOrder, order.id});
    orders_[order.id] = std::move(sold);
}

void FileChecks::take(const CreditNote& note, Verdict& verdict) {
    if (note.customer) look_up({NamedKind::kCustomer, *note.customer}, verdict);
    if (note.reverses) look_up({NamedKind::kOrder, *note.reverses}, verdict);
    Credit credit(orders_);
    for (const CreditLine& line : note.lines) {
        if (line.kind == sale::LineKind::kItem) look_up({NamedKind::kProduct, *line.sku}, verdict);
        if (line.order) look_up({NamedKind::kOrder, *line.order}, verdict);
        if (line.order_line)
            credit.take_line(*line.order, *line.order_line, line.quantity,
                             line.order_amount.value_or(line.gross));
    }
    for (const Settlement& settlement : note.settle) {
        if (settlement.order) look_up({NamedKind::kOrder, *settlement.order}, verdict);
        if (settlement.by == SettledBy::kRefund)
            credit.take_refund(*settlement.order, settlement.amount);
    }
    verdict.refusal = credit.finish();
}

void FileChecks::take(const Payment& payment, Verdict& verdict) {
    look_up({NamedKind::kOrder, payment.order}, verdict);
    const auto sold = orders_.find(payment.order);
    if (sold == orders_.end()) return;
    const std::int64_t left = sold->second.total - sold->second.paid;
    if (payment.amount > left) {
        verdict.refusal =
            refusal("paid-too-much", fmt::format("the order {} has {} left to be paid, not {}",
                                                 payment.order, left, payment.amount));
        return;
    }
    sold->second.paid += payment.amount;
}

void FileChecks::take(const Refund& refund, Verdict& verdict) {
    look_up({NamedKind::kOrder, refund.order}, verdict);
    Credit credit(orders_);
    if (refund.lines)
        for (const RefundLine& line : *refund.lines)
            credit.take_line(refund.order, line.order_line, line.quantity, line.amount);
    credit.take_refund(refund.order, refund.amount);
    verdict.refusal = credit.finish();
}

}  // namespace shop::history
