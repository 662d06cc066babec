#include "events/effects/token_keys.hpp"

#include <utility>

namespace shop {
namespace {

std::optional<std::vector<StreamId>> open_streams_of(const Engine& engine, const SlotMap& map) {
    std::vector<StreamId> all;
    for (const Partition& partition : map.partitions().all()) {
        if (partition.topic != Topic::kCommerce) continue;
        const auto open = engine.open_streams(partition);
        if (!open) return std::nullopt;
        all.insert(all.end(), open->begin(), open->end());
    }
    return all;
}

void add_key(std::unordered_set<std::string>& keys, const Sealed& token) {
    if (!token.is_empty()) keys.insert(token.key);
}

void add_keys(std::unordered_set<std::string>& keys, const AnyState& state) {
    if (const auto* payment = std::get_if<payment::State>(&state)) add_key(keys, payment->token);
    if (const auto* checkout = std::get_if<checkout::State>(&state))
        for (const auto& payment : checkout->payments) add_key(keys, payment.plan.token);
}

}  // namespace

TokenKeys::TokenKeys(Engine& engine, Executor& loop, const SlotMap& map, TokenPorts ports)
    : engine_(engine),
      loop_(loop),
      map_(map),
      ports_(std::move(ports)),
      open_at_start_(open_streams_of(engine, map)) {}

std::vector<PaymentId> TokenKeys::follow(const StreamId& stream, const AnyState& state) {
    std::vector<PaymentId> payments;
    if (const auto* checkout = std::get_if<checkout::State>(&state)) {
        for (const auto& payment : checkout->payments) {
            const PaymentId& id = payment.plan.payment_id;
            if (!payment.plan.token.is_empty()) keys_[id] = payment.plan.token.key;
            if (checkout->status != checkout::Status::kStarted && keys_.contains(id))
                payments.push_back(id);
        }
    }
    const auto* payment = std::get_if<payment::State>(&state);
    if (payment == nullptr) return payments;
    const auto id = stream.as<PaymentId>();
    if (!payment->token.is_empty()) {
        keys_[id] = payment->token.key;
    } else if (const auto at = keys_.find(id); at != keys_.end()) {
        ports_.end(at->second);
        keys_.erase(at);
    }
    return payments;
}

std::vector<PaymentId> TokenKeys::payments_of(Partition partition) const {
    std::vector<PaymentId> payments;
    for (const auto& [payment, key] : keys_)
        if (map_.partition_of(payment) == partition) payments.push_back(payment);
    return payments;
}

Task<bool> TokenKeys::sweep() {
    if (is_swept_ || !open_at_start_) co_return is_swept_;
    std::unordered_set<std::string> needed;
    for (const StreamId& stream : *open_at_start_) {
        const auto snapshot = co_await engine_.read(loop_, stream);
        if (!snapshot) co_return false;
        if (snapshot->state != nullptr) add_keys(needed, *snapshot->state);
    }
    is_swept_ = true;
    ports_.keep(std::move(needed));
    co_return true;
}

}  // namespace shop
