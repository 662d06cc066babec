// One memory log, seen by several processes, each through an end of its own. A process that died
// has its end cut off: what it had sent may still arrive, what it would send does not.
#pragma once

#include <map>
#include <memory>

#include "events/memory/memory_log.hpp"

namespace shop::simulation {

class LogEnd;

class SharedLog {
  public:
    explicit SharedLog(Partitions partitions);
    std::unique_ptr<LogEnd> connect();
    MemoryLog& memory() { return log_; }

  private:
    friend class LogEnd;
    struct Sent {
        std::weak_ptr<Log::Listener> listener;
        std::uint64_t ticket = 0;  // of the sender
        std::size_t batches = 0;   // not yet reported
    };
    void report(std::span<const AppendReport> reports);

    MemoryLog log_;
    std::map<std::uint64_t, Sent> sent_;  // by the ticket the log knows
    std::uint64_t last_ticket_ = 0;
};

class LogEnd final : public Log {
  public:
    explicit LogEnd(SharedLog& shared) : shared_(shared) {}

    Partitions partitions() const override { return shared_.log_.partitions(); }
    void set_listener(Listener listener) override {
        listener_ = std::make_shared<Listener>(std::move(listener));
    }
    void append(std::uint64_t ticket, std::span<const AppendBatch> batches) override;
    Result<std::vector<StoredEntry>> read(Partition partition, Offset from, std::size_t entries_max,
                                          std::size_t bytes_max) const override {
        return shared_.log_.read(partition, from, entries_max, bytes_max);
    }
    Result<Offset> end(Partition partition) const override { return shared_.log_.end(partition); }
    void flush() override { shared_.log_.flush(); }
    Status recover() override { return shared_.log_.recover(); }

    void cut_off() { listener_.reset(); }

  private:
    SharedLog& shared_;
    std::shared_ptr<Listener> listener_;  // none: cut off
};

}  // namespace shop::simulation
