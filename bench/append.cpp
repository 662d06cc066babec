// The RocksDB log alone: one thread appends groups of records, each group with one synced write,
// spread over the partitions of commerce as a shop's commands are.
#include <filesystem>

#include "bench/bench.hpp"
#include "bench/goods.hpp"
#include "bench/measure.hpp"
#include "events/rocksdb/rocksdb_log.hpp"

namespace shop::bench {
namespace {

constexpr Partitions kPartitions;

std::vector<AppendBatch> group_of(std::int64_t records, const std::string& entry) {
    std::vector<AppendBatch> batches;
    for (std::uint16_t i = 0; i < kPartitions.commerce; ++i)
        batches.push_back({{Topic::kCommerce, i}, {}, {}});
    for (std::int64_t i = 0; i < records; ++i) {
        AppendBatch& batch = batches[static_cast<std::size_t>(i) % batches.size()];
        batch.bytes += entry;
        batch.ends.push_back(batch.bytes.size());
    }
    return batches;
}

Status run(Words words) {
    const std::filesystem::path folder = option(words, "--folder", "bench-log");
    const std::int64_t seconds = number_option(words, "--seconds", 5);
    const std::int64_t records = number_option(words, "--group", 64);
    std::filesystem::remove_all(folder);
    SHOP_TRY(log, RocksDbLog::open({.folder = folder, .partitions = kPartitions}));
    std::uint64_t failed = 0;
    log->set_listener([&](std::span<const AppendReport> reports) {
        for (const AppendReport& report : reports) failed += report.offset ? 0 : 1;
    });
    std::string entry;
    append_record(entry, change_quantity_record());
    const auto group = group_of(records, entry);
    Histogram times;
    const double cpu = cpu_seconds();
    const std::int64_t begin = now_ns();
    std::int64_t at = begin;
    for (std::uint64_t ticket = 1; at - begin < seconds * 1'000'000'000; ++ticket) {
        log->append(ticket, group);
        const std::int64_t done = now_ns();
        times.add(done - at);
        at = done;
    }
    const double appended = static_cast<double>(times.count()) * static_cast<double>(records);
    Row("log append alone, groups of " + std::to_string(records))
        .number("per_second", appended * 1e9 / static_cast<double>(at - begin))
        .number("entry_bytes", static_cast<double>(entry.size()))
        .number("cpu_us", (cpu_seconds() - cpu) * 1e6 / appended)
        .number("failed", static_cast<double>(failed))
        .latencies(times);
    log.reset();
    std::filesystem::remove_all(folder);
    return {};
}

}  // namespace

extern const Bench kAppend;
const Bench kAppend{"append", "the log alone: --folder DIR --group N --seconds N", &run};

}  // namespace shop::bench
