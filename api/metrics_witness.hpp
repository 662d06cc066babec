// The engine's times as metrics, by partition. Thread-safe.
#pragma once

#include <map>

#include "api/metrics.hpp"
#include "events/engine_witness.hpp"

namespace shop::api {

class MetricsWitness final : public EngineWitness {
  public:
    // The metrics outlive it.
    MetricsWitness(Metrics& metrics, const Partitions& partitions);

    void on_lock(Partition partition, Duration waited) override;
    void on_durable(Partition partition, Duration waited) override;
    void on_group(std::size_t records, Duration took) override;

  private:
    struct Shard {
        Histogram& lock;
        Histogram& durable;
    };
    std::map<Partition, Shard> shards_;  // constant after construction
    Histogram& group_records_;
    Histogram& group_sync_;
};

}  // namespace shop::api
