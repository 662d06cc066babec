// A log that does not show at once what it holds.
#pragma once

#include <atomic>

#include "events/memory/memory_log.hpp"

namespace shop::tests {

// A log of many processes, whose reads lag when they are told to: one of them sees nothing of what
// landed last. Thread-safe as the memory log is.
class LaggingLog final : public Log {
  public:
    explicit LaggingLog(MemoryLog& inner) : inner_(inner) {}
    void lag_once() { lags_ = true; }

    Partitions partitions() const override { return inner_.partitions(); }
    void set_listener(Listener listener) override { inner_.set_listener(std::move(listener)); }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        inner_.append(ticket, batches);
    }
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        if (lags_.exchange(false)) return std::vector<StoredEntry>{};
        return inner_.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return inner_.end(partition); }
    void flush() override { inner_.flush(); }
    Status recover() override { return inner_.recover(); }

  private:
    MemoryLog& inner_;
    mutable std::atomic<bool> lags_ = false;
};

}  // namespace shop::tests
