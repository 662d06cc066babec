// A log that does not show at once what it holds, or not at all.
#pragma once

#include <atomic>

#include "events/log.hpp"

namespace shop::tests {

// A log of many processes, whose reads lag when they are told to: one of them sees nothing of what
// landed last; or fail, as long as they are told to. Thread-safe as the inner log is.
class LaggingLog : public Log {
  public:
    explicit LaggingLog(Log& inner) : inner_(inner) {}
    void lag_once() { lags_ = true; }
    void fail_reads(bool fails) { fails_ = fails; }

    Partitions partitions() const override { return inner_.partitions(); }
    void set_listener(Listener listener) override { inner_.set_listener(std::move(listener)); }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        inner_.append(ticket, batches);
    }
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        if (fails_) return fail(ErrorCode::kUnavailable, "disk", "The disk sulks.");
        if (lags_.exchange(false)) return std::vector<StoredEntry>{};
        return inner_.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return inner_.end(partition); }
    void flush() override { inner_.flush(); }
    Status recover() override { return inner_.recover(); }

  private:
    Log& inner_;
    mutable std::atomic<bool> lags_ = false;
    std::atomic<bool> fails_ = false;
};

}  // namespace shop::tests
