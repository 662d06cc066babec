// What the log holds of some streams: their records, whole and as they are stored, oldest first. So
// personal values stay sealed. The log has no index by stream: a partition is read from its
// beginning, a stretch at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/json/writer.hpp"
#include "events/log.hpp"
#include "events/reader_rules.hpp"

namespace shop::api {

// A record's bytes (events/record.hpp), as part of an answer.
struct StoredRecord {
    std::string json;
    bool operator==(const StoredRecord&) const = default;
    void write_json(json::Writer& writer) const { writer.raw(json); }
    static std::string_view json_schema() { return R"({"type":"object"})"; }
};

struct HistoryItem {
    std::string position;
    StoredRecord record;
    bool operator==(const HistoryItem&) const = default;
};
SHOP_DESCRIBE(HistoryItem, position, record)

struct HistoryQuery {
    Partition partition;
    std::vector<StreamId> streams;  // all on that partition
    Checkpoint from;                // `next` of the stretch before, or the beginning
    std::size_t limit = 100;        // records
};

struct HistoryPage {
    std::vector<HistoryItem> items;
    std::optional<Checkpoint> next;  // none: the end of the log was reached
};

// One call reads no more of the log than about this.
inline constexpr std::size_t kHistoryBytesMax = 16 << 20;

// The records that touch one of the streams and count by the reader rules. Errors: those of a
// LogReader.
Result<HistoryPage> read_history(const Log& log, const HistoryQuery& query);

}  // namespace shop::api
