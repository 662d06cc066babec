// One memory log, seen by several processes, each through an end of its own. A process that died
// has its end cut off: what it had sent may still arrive, what it would send does not.
//
// Every entry travels on its own, as brokers let it, so that one of a batch may be lost or late
// while the next one lands. And reads lag: now and then the log seems to end earlier than it did.
#pragma once

#include <map>
#include <memory>

#include "events/memory/memory_log.hpp"
#include "tests/simulation/dice.hpp"

namespace shop::simulation {

class LogEnd;

class SharedLog {
  public:
    SharedLog(Partitions partitions, Dice& dice);
    std::unique_ptr<LogEnd> connect();
    MemoryLog& memory() { return log_; }
    // In thousandths of the reads.
    void set_lagging_reads(int rate) { lagging_reads_ = rate; }

  private:
    friend class LogEnd;
    struct Sent {
        std::weak_ptr<Log::Listener> listener;
        std::uint64_t ticket = 0;  // of the sender
        std::size_t first = 0;     // its place in the sender's batch
    };
    void report(std::span<const AppendReport> reports);
    void hide_newest(Partition partition, std::vector<StoredEntry>& entries);

    MemoryLog log_;
    Dice& dice_;
    int lagging_reads_ = 0;
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
                                          std::size_t bytes_max) const override;
    Result<Offset> end(Partition partition) const override { return shared_.log_.end(partition); }
    void flush() override { shared_.log_.flush(); }
    Status recover() override { return shared_.log_.recover(); }

    // Nothing more comes in or goes out; of what is under way, with `loses` nothing lands any more.
    void cut_off(bool loses);

  private:
    SharedLog& shared_;
    std::shared_ptr<Listener> listener_;  // none: cut off
};

}  // namespace shop::simulation
