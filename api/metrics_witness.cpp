#include "api/metrics_witness.hpp"

namespace shop::api {
namespace {

constexpr Duration kBetweenLines = minutes(1);

}  // namespace

MetricsWitness::MetricsWitness(Metrics& metrics, LogLines& log, const Clock& clock,
                               const Partitions& partitions)
    : log_(log),
      clock_(clock),
      group_records_(metrics.sizes("shopverse_log_group_records",
                                   "Records of all partitions in one synced write.")),
      group_sync_(metrics.histogram("shopverse_log_group_sync_seconds",
                                    "Time of one synced write of the log.")) {
    for (const Partition partition : partitions.all()) {
        if (partition.topic == Topic::kClicks) continue;  // nothing is decided there
        const Metrics::Labels labels{{"partition", partition.to_string()}};
        shards_.emplace(
            partition,
            Shard{metrics.histogram("shopverse_shard_lock_wait_seconds",
                                    "Time commands stand in line for their shard.", labels),
                  metrics.histogram("shopverse_command_durable_seconds",
                                    "Time from a command's decision until it is durable.", labels),
                  metrics.counter("shopverse_failed_takeovers_total",
                                  "Tries to take a partition over that failed; the log says why.",
                                  labels)});
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

void MetricsWitness::on_failed_takeover(Partition partition, const Error& error) {
    shards_.at(partition).failed_takeovers.add();
    if (is_news(partition, error.message))
        log_.failure(partition.to_string() + " cannot be taken over, and is tried again", error);
}

bool MetricsWitness::is_news(Partition partition, const std::string& reason) {
    const Duration now = clock_.steady();
    const std::lock_guard lock(mutex_);
    const auto [at, is_first] = last_lines_.try_emplace(partition, Line{reason, now});
    Line& last = at->second;
    if (!is_first && last.reason == reason && now - last.at < kBetweenLines) return false;
    last = {reason, now};
    return true;
}

}  // namespace shop::api
