#include "tests/simulation/shared_log.hpp"

namespace shop::simulation {

SharedLog::SharedLog(Partitions partitions)
    : log_(partitions, MemoryLog::Delivery::kManual, MemoryLogStyle::kBroker) {
    log_.set_listener([this](std::span<const AppendReport> reports) { report(reports); });
}

std::unique_ptr<LogEnd> SharedLog::connect() {
    return std::make_unique<LogEnd>(*this);
}

void SharedLog::report(std::span<const AppendReport> reports) {
    for (AppendReport each : reports) {
        const auto at = sent_.find(each.ticket);
        if (at == sent_.end()) continue;
        each.ticket = at->second.ticket;
        const auto listener = at->second.listener.lock();
        if (--at->second.batches == 0) sent_.erase(at);
        if (listener) (*listener)(std::span(&each, 1));
    }
}

void LogEnd::append(std::uint64_t ticket, std::span<const AppendBatch> batches) {
    if (!listener_) return;
    std::size_t count = 0;
    for (const AppendBatch& batch : batches) count += batch.ends.empty() ? 0 : 1;
    const std::uint64_t own = ++shared_.last_ticket_;
    if (count > 0) shared_.sent_[own] = {listener_, ticket, count};
    shared_.log_.append(own, batches);
}

}  // namespace shop::simulation
