// A log whose process naps now and then: as long as it does, nothing it was about to send goes out,
// and nothing it is told comes in.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include "events/log.hpp"

namespace shop::tests {

// Thread-safe as the inner log is; nap() from any thread.
class NappingLog final : public Log {
  public:
    explicit NappingLog(Log& inner) : inner_(inner) {}

    void nap(std::chrono::microseconds time) { until_ = (Clock::now() + time).time_since_epoch(); }

    Partitions partitions() const override { return inner_.partitions(); }
    void set_listener(Listener listener) override {
        if (!listener) return inner_.set_listener({});
        inner_.set_listener(
            [this, listener = std::move(listener)](std::span<const AppendReport> reports) mutable {
                sleep();
                listener(reports);
            });
    }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override {
        sleep();
        inner_.append(ticket, batches);
    }
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        sleep();
        return inner_.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override {
        const auto end = inner_.end(partition);
        sleep();
        return end;
    }
    Duration pause() const override { return inner_.pause(); }
    void flush() override { inner_.flush(); }
    Status recover() override { return inner_.recover(); }

  private:
    using Clock = std::chrono::steady_clock;
    void sleep() const { std::this_thread::sleep_until(Clock::time_point(until_.load())); }

    Log& inner_;
    std::atomic<Clock::duration> until_ = {};
};

}  // namespace shop::tests
