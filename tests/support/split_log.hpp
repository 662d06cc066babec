// A log that appends every entry on its own, so that one of a batch may fail, or be reported late,
// while the next one lands: what a broker does to a producer.
#pragma once

#include <map>

#include "events/memory/memory_log.hpp"

namespace shop::tests {

// Over a MemoryLog, which deals out the fates. One thread.
class SplitLog final : public Log {
  public:
    explicit SplitLog(MemoryLog& inner) : inner_(inner) {}

    Partitions partitions() const override { return inner_.partitions(); }
    void set_listener(Listener listener) override {
        listener_ = std::move(listener);
        inner_.set_listener([this](std::span<const AppendReport> reports) { forward(reports); });
    }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        for (const AppendBatch& batch : batches)
            for (std::size_t i = 0; i < batch.ends.size(); ++i) {
                const AppendBatch one{
                    batch.partition, std::string(batch.entry(i)), {batch.entry(i).size()}};
                origins_[++last_ticket_] = {ticket, i};
                inner_.append(last_ticket_, std::span(&one, 1));
            }
    }
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        return inner_.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return inner_.end(partition); }
    void flush() override { inner_.flush(); }
    Status recover() override { return inner_.recover(); }

  private:
    struct Origin {
        std::uint64_t ticket = 0;
        std::size_t index = 0;
    };

    void forward(std::span<const AppendReport> reports) {
        for (AppendReport report : reports) {
            const Origin& origin = origins_.at(report.ticket);
            report.ticket = origin.ticket;
            report.first = origin.index;
            if (listener_) listener_(std::span(&report, 1));
        }
    }

    MemoryLog& inner_;
    Listener listener_;
    std::uint64_t last_ticket_ = 0;
    std::map<std::uint64_t, Origin> origins_;
};

}  // namespace shop::tests
