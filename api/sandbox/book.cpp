#include "api/sandbox/book.hpp"

#include <algorithm>

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
        case EntryKind::kExpired:
            return "expire";
        case EntryKind::kRefunded:
            return "refund";
        case EntryKind::kRefundFailed:
            return "refund_failed";
        default:
            return {};
    }
}

// An authorization belongs to the request that opened the payment, whoever triggered it.
const std::string& key_of(const Payment& payment, const Entry& entry) {
    return entry.key.empty() ? payment.key : entry.key;
}

bool is_about_refund(EntryKind kind) {
    return kind == EntryKind::kRefundPending || kind == EntryKind::kRefunded ||
           kind == EntryKind::kRefundFailed;
}

// Moves what is due under a key from one time to another; 0: never.
void move_due(std::multimap<Time, std::string>& due, const std::string& key, Time from, Time to) {
    const auto [begin, end] = due.equal_range(from);
    const auto at = std::find_if(begin, end, [&](const auto& each) { return each.second == key; });
    if (at != end) due.erase(at);
    if (to != Time{}) due.emplace(to, key);
}

std::vector<std::string> due_by(const std::multimap<Time, std::string>& due, Time now) {
    std::vector<std::string> keys;
    for (auto at = due.begin(); at != due.end() && at->first <= now; ++at)
        keys.push_back(at->second);
    return keys;
}

// Decided without a request that waited for it: by the shopper, or by the passing of time. Of a
// refund, whatever comes after its first entry (`known`).
bool is_by_itself(const Entry& entry, const Operation* known) {
    if (is_about_refund(entry.kind)) return known != nullptr;
    return entry.key.empty() &&
           (entry.kind == EntryKind::kAuthorized || entry.kind == EntryKind::kDeclined ||
            entry.kind == EntryKind::kExpired);
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
    const std::int64_t held = payment.held();
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
    const std::string& key = key_of(payment, entry);
    if (is_by_itself(entry, find_operation(key))) untold_[key] = entry.at;
    record_movement(payment, entry);
    if (entry.kind == EntryKind::kCaptured && entry.final && held > entry.amount.minor_units)
        move(payment, entry, "void", {held - entry.amount.minor_units, entry.amount.currency});
    if (is_about_refund(entry.kind)) apply_refund(payment, entry);
    operations_[key] = {entry.kind, entry.reference, entry.amount, entry.operation, entry.code};
}

void Book::apply_refund(Payment& payment, const Entry& entry) {
    Refund& refund = refunds_[entry.key];
    const bool is_first = refund.key.empty();
    if (is_first) {
        refund.key = entry.key;
        refund.reference = entry.reference;
        refund.operation = entry.operation;
        refund.amount = entry.amount;
    } else {
        (refund.status == RefundStatus::kDone ? payment.refunded : payment.refunding) -=
            refund.amount.minor_units;
    }
    if (entry.kind == EntryKind::kRefundPending) payment.refunding += refund.amount.minor_units;
    if (entry.kind == EntryKind::kRefunded) {
        refund.status = RefundStatus::kDone;
        payment.refunded += refund.amount.minor_units;
    }
    if (entry.kind == EntryKind::kRefundFailed) refund.status = RefundStatus::kFailed;
    refund.code = entry.code;
    refund.changed_at = entry.at;
    move_due(due_refunds_, refund.key, refund.due_at, entry.due_at);
    refund.due_at = entry.due_at;
}

void Book::apply_to(Payment& payment, const Entry& entry) {
    switch (entry.kind) {
        case EntryKind::kOpened:
        case EntryKind::kLost:
        case EntryKind::kCaptureFailed:
        case EntryKind::kVoidFailed:
        case EntryKind::kTold:
        case EntryKind::kRefundPending:
        case EntryKind::kRefunded:
        case EntryKind::kRefundFailed:
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
            return set_due(payment, entry.due_at);
        case EntryKind::kDeclined:
            payment.status = PaymentStatus::kDeclined;
            payment.code = entry.code;
            return set_due(payment, {});
        case EntryKind::kCaptured:
            payment.status = PaymentStatus::kCaptured;
            payment.captured += entry.amount.minor_units;
            ++payment.captures;
            payment.operation = entry.operation;
            if (entry.final) payment.voided += payment.held();
            if (payment.held() == 0) set_due(payment, {});
            return;
        case EntryKind::kVoided:
        case EntryKind::kExpired:
            if (payment.captures == 0)
                payment.status = entry.kind == EntryKind::kVoided ? PaymentStatus::kVoided
                                                                  : PaymentStatus::kExpired;
            payment.voided += entry.amount.minor_units;
            return set_due(payment, {});
    }
}

void Book::set_due(Payment& payment, Time due_at) {
    move_due(due_, payment.reference, payment.due_at, due_at);
    payment.due_at = due_at;
}

void Book::record_movement(const Payment& payment, const Entry& entry) {
    const std::string_view kind = movement_kind(entry.kind);
    if (kind.empty() || entry.amount.is_zero()) return;
    if (entry.kind == EntryKind::kRefundFailed) {  // nothing moved if it had not been given back
        const Refund* refund = find_refund(entry.key);
        if (refund == nullptr || refund->status != RefundStatus::kDone) return;
    }
    move(payment, entry, kind, entry.amount);
}

void Book::move(const Payment& payment, const Entry& entry, std::string_view kind,
                const Money& amount) {
    movements_of_order_[payment.order].push_back(movements_.size());
    movements_.push_back(
        {key_of(payment, entry), payment.order, std::string(kind), amount, entry.at});
}

const Payment* Book::find_payment(std::string_view reference) const {
    const auto at = payments_.find(reference);
    return at == payments_.end() ? nullptr : &at->second;
}

const Refund* Book::find_refund(std::string_view key) const {
    const auto at = refunds_.find(key);
    return at == refunds_.end() ? nullptr : &at->second;
}

const Operation* Book::find_operation(std::string_view key) const {
    const auto at = operations_.find(key);
    return at == operations_.end() ? nullptr : &at->second;
}

bool Book::was_lost(std::string_view key) const {
    return lost_.contains(key);
}

std::vector<std::string> Book::due(Time now) const {
    return due_by(due_, now);
}

std::vector<std::string> Book::due_refunds(Time now) const {
    return due_by(due_refunds_, now);
}

std::optional<Time> Book::next_due() const {
    std::optional<Time> next;
    for (const auto* due : {&due_, &due_refunds_})
        if (!due->empty() && (!next || due->begin()->first < *next)) next = due->begin()->first;
    return next;
}

// What was told is old news if the payment has changed again since. Entries from before there were
// refunds have no key: they are about the authorization.
void Book::note_told(const Entry& entry) {
    std::string key = entry.key;
    if (const Payment* payment = find_payment(entry.reference); key.empty() && payment != nullptr)
        key = payment->key;
    const auto at = untold_.find(key);
    if (at != untold_.end() && at->second <= entry.at) untold_.erase(at);
}

std::vector<std::string> Book::untold(Time since) const {
    std::vector<std::string> keys;
    for (const auto& [key, at] : untold_)
        if (at >= since) keys.push_back(key);
    return keys;
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
