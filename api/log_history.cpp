#include "api/log_history.hpp"

#include <algorithm>

#include "events/log_reader.hpp"

namespace shop::api {
namespace {

// Most entries are of other streams: their bytes tell without being decoded.
bool names_one_of(std::string_view bytes, const std::vector<std::string>& names) {
    return std::ranges::any_of(names, [&](const auto& name) { return bytes.contains(name); });
}

bool touches_one_of(const Record& record, const std::vector<StreamId>& streams) {
    return std::ranges::any_of(record.events, [&](const RecordedEvent& event) {
        return std::ranges::find(streams, event.stream) != streams.end();
    });
}

}  // namespace

Result<HistoryPage> read_history(const Log& log, const HistoryQuery& query) {
    std::vector<std::string> names;
    for (const StreamId& stream : query.streams) names.push_back(stream.to_string());
    LogReader reader(log, query.partition, query.from);
    HistoryPage page;
    std::size_t bytes = 0;
    while (page.items.size() < query.limit && bytes < kHistoryBytesMax) {
        // No more entries than there is room for: what was read is never read again.
        SHOP_TRY(entries, reader.read_all({.entries = query.limit - page.items.size()}));
        if (entries.empty()) return page;
        for (const LogEntry& entry : entries) {
            bytes += entry.bytes.size();
            if (entry.verdict != Verdict::kRecord || !names_one_of(entry.bytes, names)) continue;
            SHOP_TRY(record, reader.decode(entry));
            if (!touches_one_of(record, query.streams)) continue;
            page.items.push_back(
                {Position{query.partition, entry.offset}.to_string(), {std::string(entry.bytes)}});
        }
    }
    page.next = reader.checkpoint();
    return page;
}

}  // namespace shop::api
