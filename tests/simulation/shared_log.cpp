#include "tests/simulation/shared_log.hpp"

namespace shop::simulation {
namespace {

// By these a log is known, and nobody asks for them before they are there for all to see.
constexpr Offset kNeverHidden = 4;

}  // namespace

SharedLog::SharedLog(Partitions partitions, Dice& dice)
    : log_(partitions, MemoryLog::Delivery::kManual, MemoryLogStyle::kBroker), dice_(dice) {
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
        each.first = at->second.first;
        const auto listener = at->second.listener.lock();
        sent_.erase(at);
        if (listener) (*listener)(std::span(&each, 1));
    }
}

void SharedLog::hide_newest(Partition partition, std::vector<StoredEntry>& entries) {
    const auto hidden = 1 + static_cast<Offset>(dice_.below(3));
    const Offset end = std::max(log_.end(partition).value() - hidden, kNeverHidden);
    std::erase_if(entries, [&](const StoredEntry& entry) { return entry.offset >= end; });
}

void LogEnd::append(std::uint64_t ticket, std::span<const AppendBatch> batches) {
    if (!listener_) return;
    for (const AppendBatch& batch : batches)
        for (std::size_t i = 0; i < batch.ends.size(); ++i) {
            const AppendBatch one{
                batch.partition, std::string(batch.entry(i)), {batch.entry(i).size()}};
            const std::uint64_t own = ++shared_.last_ticket_;
            shared_.sent_[own] = {listener_, ticket, i};
            shared_.log_.append(own, std::span(&one, 1));
        }
}

void LogEnd::cut_off(bool loses) {
    for (const auto& [ticket, sent] : shared_.sent_)
        if (loses && sent.listener.lock() == listener_) shared_.log_.forget(ticket);
    listener_.reset();
}

Result<std::vector<StoredEntry>> LogEnd::read(Partition partition, Offset from,
                                              std::size_t entries_max,
                                              std::size_t bytes_max) const {
    auto entries = shared_.log_.read(partition, from, entries_max, bytes_max);
    if (entries && shared_.dice_.chance(shared_.lagging_reads_))
        shared_.hide_newest(partition, *entries);
    return entries;
}

}  // namespace shop::simulation
