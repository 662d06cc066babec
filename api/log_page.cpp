#include "api/log_page.hpp"

#include <algorithm>

#include "core/base/digest.hpp"
#include "core/base/text.hpp"

namespace shop::api {

Result<LogPage> read_log_page(const Log& log, Partition partition, Offset from,
                              std::size_t entries_max) {
    SHOP_TRY(end, log.end(partition));
    SHOP_TRY(entries, log.read(partition, from, std::min(entries_max, kLogPageEntriesMax),
                               kLogPageBytesMax));
    LogPage page{partition.to_string(), end, {}};
    for (StoredEntry& entry : entries) {
        const bool is_text = is_utf8(entry.bytes) && !entry.bytes.contains('\0');
        page.entries.push_back({entry.offset, is_text ? std::move(entry.bytes) : "",
                                is_text ? "" : to_base64url(entry.bytes)});
    }
    return page;
}

Result<LogPartitions> read_log_partitions(const Log& log) {
    LogPartitions partitions;
    for (const Partition partition : log.partitions().all()) {
        SHOP_TRY(end, log.end(partition));
        partitions.items.push_back({partition.to_string(), end});
    }
    return partitions;
}

std::string bytes_of(const LogPageEntry& entry) {
    if (entry.base64url.empty()) return entry.text;
    return from_base64url(entry.base64url).value_or("");
}

}  // namespace shop::api
