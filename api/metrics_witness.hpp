// The engine's times as metrics, by partition; and why one cannot be taken over as lines of the
// log: when the reason changes, and else once a minute. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "api/log_lines.hpp"
#include "api/metrics.hpp"
#include "events/engine_witness.hpp"
#include "events/executor.hpp"

namespace shop::api {

class MetricsWitness final : public EngineWitness {
  public:
    // What it is made with outlives it.
    MetricsWitness(Metrics& metrics, LogLines& log, const Clock& clock,
                   const Partitions& partitions);

    void on_lock(Partition partition, Duration waited) override;
    void on_durable(Partition partition, Duration waited) override;
    void on_group(std::size_t records, Duration took) override;
    void on_failed_takeover(Partition partition, const Error& error) override;

  private:
    struct Shard {
        Histogram& lock;
        Histogram& durable;
        Counter& failed_takeovers;
    };
    bool is_news(Partition partition, const std::string& reason);

    LogLines& log_;
    const Clock& clock_;
    std::map<Partition, Shard> shards_;  // constant after construction
    Histogram& group_records_;
    Histogram& group_sync_;

    struct Line {
        std::string reason;
        Duration at;  // steady clock
    };
    std::mutex mutex_;
    std::map<Partition, Line> last_lines_;  // guarded by mutex_
};

}  // namespace shop::api
