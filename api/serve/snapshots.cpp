#include "api/serve/snapshots.hpp"

#include "api/serve/cluster.hpp"
#include "core/base/digest.hpp"

namespace shop::api {

SnapshotReport::SnapshotReport(Metrics& metrics, LogLines& log)
    : log_(log),
      written_(metrics.counter("shopverse_snapshots_written_total",
                               "Snapshots that this process wrote of what it serves.")),
      not_written_(metrics.counter("shopverse_snapshots_failed_total",
                                   "Snapshots that could not be written.")),
      restored_(metrics.counter("shopverse_snapshots_restored_total",
                                "Partitions that were brought up by a snapshot.")),
      passed_over_(metrics.counter("shopverse_snapshots_passed_over_total",
                                   "Snapshots that could not be used.")) {}

void SnapshotReport::on_written(const SnapshotKey& key, const SnapshotManifest& manifest) {
    written_.add();
    log_.info("A snapshot was written.",
              {{"shop.snapshot", key.to_string()}, {"shop.entries", manifest.entries}});
}

void SnapshotReport::on_not_written(Partition partition, const Error& why) {
    not_written_.add();
    log_.failure("No snapshot of " + partition.to_string() +
                     " could be written; until one is, a new machine reads more of the log",
                 why);
}

void SnapshotReport::on_restored(const SnapshotKey& key, const SnapshotManifest& manifest) {
    restored_.add();
    log_.info("A partition was brought up by a snapshot.",
              {{"shop.snapshot", key.to_string()}, {"shop.entries", manifest.entries}});
}

void SnapshotReport::on_passed_over(const SnapshotKey& key, const Error& why) {
    passed_over_.add();
    const std::string which = key.offset < 0 ? "Snapshots of " + key.partition.to_string()
                                             : "The snapshot " + key.to_string();
    log_.failure(which + " cannot be used; an older one is, or the log", why);
}

std::unique_ptr<Snapshots> Snapshots::make(const Parts& parts) {
    (void)SnapshotReport(parts.metrics, parts.lines);  // so that each metric is there
    const Settings& settings = parts.settings;
    const bool has_any =
        is_one_of_several(settings) && !settings.postgres.empty() && settings.snapshot_every > 0;
    if (!has_any) return nullptr;
    const Digest secret = hmac_sha256(parts.secret, {"snapshots"});
    return std::unique_ptr<Snapshots>(new Snapshots(parts, to_hex(secret)));
}

Snapshots::Snapshots(const Parts& parts, const std::string& secret)
    : report_(parts.metrics, parts.lines),
      store_(parts.settings.postgres, parts.clock),
      loader_({parts.log, parts.states, store_, report_, secret}),
      writer_({parts.log, parts.states, store_, report_, secret},
              {.entries_between = parts.settings.snapshot_every}) {}

void Snapshots::start(const LocalEngine& engine) {
    std::vector<Partition> partitions = engine.slot_map().partitions().all();
    std::erase_if(partitions, [](const Partition& each) { return each.topic == Topic::kClicks; });
    writer_.start(std::move(partitions),
                  [&engine](Partition partition) { return engine.serves(partition); });
}

void Snapshots::stop() {
    loader_.stop();
    writer_.stop();
}

}  // namespace shop::api
