#include "api/metrics_witness.hpp"

namespace shop::api {

MetricsWitness::MetricsWitness(Metrics& metrics, const Partitions& partitions)
    : group_records_(metrics.sizes("shopverse_log_group_records",
                                   "Records of all partitions in one synced write.")),
      group_sync_(metrics.histogram("shopverse_log_group_sync_seconds",
                                    "Time of one synced write of the log.")) {
    for (const Partition partition : partitions.all()) {
        if (partition.topic == Topic::kClicks) continue;  // nothing is decided there
        const Metrics::Labels labels{{"partition", partition.to_string()}};
        shards_.emplace(
            partition,
            Shard{
                metrics.histogram("shopverse_shard_lock_wait_seconds",
                                  "Time commands stand in line for their shard.", labels),
                metrics.histogram("shopverse_command_durable_seconds",
                                  "Time from a command's decision until it is durable.", labels)});
    }
}

void MetricsWitness::on_lock(Partition partition, Duration waited) {
    shards_.at(partition).lock.observe(waited);
}

void MetricsWitness::on_durable(Partition partition, Duration waited) {
    shards_.at(partition).durable.observe(waited);
}

void MetricsWitness::on_group(std::size_t records, Duration took) {
    group_records_.observe(static_cast<std::int64_t>(records));
    group_sync_.observe(took);
}

}  // namespace shop::api
