#include "events/effects/token_keys.hpp"

#include <utility>

#include "events/token_needs.hpp"

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

bool TokenKeys::is_sweep_due(Duration steady, bool leads) const {
    if (!ports_.needed) return !swept_at_ && open_at_start_;
    return leads && (!swept_at_ || steady - *swept_at_ >= kSweepEvery);
}

Task<bool> TokenKeys::sweep(Duration steady) {
    const bool is_done = !ports_.needed ? co_await sweep_own() : co_await sweep_shared();
    if (is_done) swept_at_ = steady;
    co_return is_done;
}

Task<bool> TokenKeys::sweep_own() {
    std::unordered_set<std::string> needed;
    for (const StreamId& stream : *open_at_start_) {
        const auto snapshot = co_await engine_.read(loop_, stream);
        if (!snapshot) co_return false;
        if (snapshot->state == nullptr) continue;
        const auto keys = needed_tokens(*snapshot->state);
        needed.insert(keys.begin(), keys.end());
    }
    ports_.keep(std::move(needed));
    co_return true;
}

// A partition that does not answer may need any of them.
Task<bool> TokenKeys::sweep_shared() {
    std::unordered_set<std::string> needed;
    for (const Partition& partition : map_.partitions().all()) {
        if (partition.topic != Topic::kCommerce) continue;
        const auto keys = co_await ports_.needed(partition);
        if (!keys) co_return false;
        needed.insert(keys->begin(), keys->end());
    }
    ports_.keep(std::move(needed));
    co_return true;
}

}  // namespace shop
