// A stretch of the log, as the admin API hands it out and `shopverse log` takes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "events/log.hpp"

namespace shop::api {

// An entry's bytes. They are JSON of ours, or foreign: then not even UTF-8 is certain, so what is
// none travels as base64url.
struct LogPageEntry {
    std::int64_t offset = 0;
    std::string text;
    std::string base64url;
    bool operator==(const LogPageEntry&) const = default;
};
SHOP_DESCRIBE(LogPageEntry, offset, text, base64url)

struct LogPage {
    std::string partition;
    std::int64_t end = 0;  // one behind the last entry of the partition
    std::vector<LogPageEntry> entries;
    static constexpr std::string_view kSchemaName = "LogPage";
    bool operator==(const LogPage&) const = default;
};
SHOP_DESCRIBE(LogPage, partition, end, entries)

struct LogPartition {
    std::string partition;
    std::int64_t end = 0;
    bool operator==(const LogPartition&) const = default;
};
SHOP_DESCRIBE(LogPartition, partition, end)

struct LogPartitions {
    std::vector<LogPartition> items;
    static constexpr std::string_view kSchemaName = "LogPartitions";
    bool operator==(const LogPartitions&) const = default;
};
SHOP_DESCRIBE(LogPartitions, items)

inline constexpr std::size_t kLogPageEntriesMax = 1'000;
inline constexpr std::size_t kLogPageBytesMax = 1 << 20;

// At most kLogPageEntriesMax entries from `from` on. Errors: the log's.
Result<LogPage> read_log_page(const Log& log, Partition partition, Offset from,
                              std::size_t entries_max);
Result<LogPartitions> read_log_partitions(const Log& log);

// The bytes an entry of a page stands for.
std::string bytes_of(const LogPageEntry& entry);

}  // namespace shop::api
