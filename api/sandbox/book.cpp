#include "api/sandbox/book.hpp"

#include "core/base/assert.hpp"

namespace shop::sandbox {
namespace {

std::string_view movement_kind(EntryKind kind) {
    switch (kind) {
        case EntryKind::kAuthorized:
            return "authorize";
        case EntryKind::kCaptured:
            return "capture";
        case EntryKind::kVoided:
            return "void";
        default:
            return {};
    }
}

// An authorization belongs to the request that opened the payment, whoever triggered it.
const std::string& key_of(const Payment& payment, const Entry& entry) {
    return entry.key.empty() ? payment.key : entry.key;
}

// Decided without a request that waited for it: by the shopper, or by the passing of time.
bool is_by_itself(const Entry& entry) {
    return entry.key.empty() &&
           (entry.kind == EntryKind::kAuthorized || entry.kind == EntryKind::kDeclined);
}

}  // namespace

void Book::apply(const Entry& entry) {
    if (entry.kind == EntryKind::kLost) {
        lost_.emplace(entry.key, true);
        return;
    }
    if (entry.kind == EntryKind::kTold) return note_told(entry);
    if (entry.reference.empty()) {  // a void of a key that never arrived
        operations_[entry.key] = {entry.kind, {}, entry.amount, {}, entry.code};
        return;
    }
    Payment& payment = payments_[entry.reference];
    if (entry.kind == EntryKind::kOpened) {
        payment.reference = entry.reference;
        payment.key = entry.key;
        payment.order = entry.order;
        payment.payment = entry.payment;
        payment.token = entry.token;
        payment.return_url = entry.return_url;
        payment.asked = entry.amount;
        payment.authorized = {0, entry.amount.currency};
    }
    SHOP_ASSERT(!payment.reference.empty());
    apply_to(payment, entry);
    payment.changed_at = entry.at;
    if (is_by_itself(entry)) untold_[entry.reference] = entry.at;
    operations_[key_of(payment, entry)] = {entry.kind, entry.reference, entry.amount,
                                           entry.operation, entry.code};
    record_movement(payment, entry);
}

void Book::apply_to(Payment& payment, const Entry& entry) {
    switch (entry.kind) {
        case EntryKind::kOpened:
        case EntryKind::kLost:
        case EntryKind::kCaptureFailed:
        case EntryKind::kVoidFailed:
        case EntryKind::kTold:
            return;
        case EntryKind::kActionRequired:
            payment.status = PaymentStatus::kActionRequired;
            return set_due(payment, entry.due_at);
        case EntryKind::kScheduled:
            return set_due(payment, entry.due_at);
        case EntryKind::kAuthorized:
            payment.status = PaymentStatus::kAuthorized;
            payment.authorized = entry.amount;
            payment.code.clear();
            return set_due(payment, {});
        case EntryKind::kDeclined:
            payment.status = PaymentStatus::kDeclined;
            payment.code = entry.code;
            return set_due(payment, {});
        case EntryKind::kCaptured:
            payment.status = PaymentStatus::kCaptured;
            payment.captured += entry.amount.minor_units;
            payment.operation = entry.operation;
            return;
        case EntryKind::kVoided:
            payment.status = PaymentStatus::kVoided;
            payment.voided += entry.amount.minor_units;
            return set_due(payment, {});
    }
}

void Book::set_due(Payment& payment, Time due_at) {
    const auto [begin, end] = due_.equal_range(payment.due_at);
    for (auto at = begin; at != end; ++at) {
        if (at->second != payment.reference) continue;
        due_.erase(at);
        break;
    }
    payment.due_at = due_at;
    if (due_at != Time{}) due_.emplace(due_at, payment.reference);
}

void Book::record_movement(const Payment& payment, const Entry& entry) {
    const std::string_view kind = movement_kind(entry.kind);
    if (kind.empty() || entry.amount.is_zero()) return;
    movements_of_order_[payment.order].push_back(movements_.size());
    movements_.push_back(
        {key_of(payment, entry), payment.order, std::string(kind), entry.amount, entry.at});
}

const Payment* Book::find_payment(std::string_view reference) const {
    const auto at = payments_.find(reference);
    return at == payments_.end() ? nullptr : &at->second;
}

const Operation* Book::find_operation(std::string_view key) const {
    const auto at = operations_.find(key);
    return at == operations_.end() ? nullptr : &at->second;
}

bool Book::was_lost(std::string_view key) const {
    return lost_.contains(key);
}

std::vector<std::string> Book::due(Time now) const {
    std::vector<std::string> references;
    for (auto at = due_.begin(); at != due_.end() && at->first <= now; ++at)
        references.push_back(at->second);
    return references;
}

std::optional<Time> Book::next_due() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
}

// What was told is old news if the payment has changed again since.
void Book::note_told(const Entry& entry) {
    const auto at = untold_.find(entry.reference);
    if (at != untold_.end() && at->second <= entry.at) untold_.erase(at);
}

std::vector<std::string> Book::untold(Time since) const {
    std::vector<std::string> references;
    for (const auto& [reference, at] : untold_)
        if (at >= since) references.push_back(reference);
    return references;
}

std::vector<Movement> Book::movements(std::string_view order) const {
    if (order.empty()) return {movements_.begin(), movements_.end()};
    std::vector<Movement> found;
    const auto at = movements_of_order_.find(order);
    if (at == movements_of_order_.end()) return found;
    for (const std::size_t index : at->second) found.push_back(movements_[index]);
    return found;
}

}  // namespace shop::sandbox
