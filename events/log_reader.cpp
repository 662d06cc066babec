#include "events/log_reader.hpp"

#include "events/checkpoint.hpp"
#include "events/schema_level.hpp"
#include "events/slot_map.hpp"

namespace shop {

LogReader::LogReader(const Log& log, Partition partition, const Checkpoint& from)
    : log_(log), partition_(partition), start_(from), rules_(from) {}

Result<std::span<const LogEntry>> LogReader::read(ReadLimits limits) {
    SHOP_TRY_STATUS(verify());
    for (;;) {
        SHOP_TRY(more, fetch(limits));
        std::erase_if(entries_, [](const LogEntry& e) { return e.verdict != Verdict::kRecord; });
        if (!more || !entries_.empty()) return std::span<const LogEntry>(entries_);
    }
}

Result<std::span<const LogEntry>> LogReader::read_all(ReadLimits limits) {
    SHOP_TRY_STATUS(verify());
    if (auto more = fetch(limits); !more) return std::unexpected(more.error());
    return std::span<const LogEntry>(entries_);
}

Status LogReader::verify(const LogId& log_id) {
    if (verified_) return {};
    SHOP_TRY_STATUS(verify_checkpoint(log_, partition_, log_id, start_));
    verified_ = true;
    return {};
}

// Takes the next entries from the log and judges them. False if there were none.
Result<bool> LogReader::fetch(ReadLimits limits) {
    entries_.clear();
    SHOP_TRY(stored, log_.read(partition_, rules_.offset() + 1, limits.entries, limits.bytes));
    if (stored.empty()) return false;
    ReaderRules rules = rules_;
    std::uint64_t void_entries = 0;
    for (const StoredEntry& entry : stored) {
        EntryHead head = read_head(entry.bytes);
        const Verdict verdict = rules.feed(entry.offset, head);
        void_entries += is_void(verdict) ? 1 : 0;
        entries_.push_back(
            {entry.offset, verdict, std::move(head.term), head.seq, head.time, entry.bytes});
    }
    if (auto status = require_readable(rules.schema_level(), schema_level()); !status) {
        entries_.clear();
        return std::unexpected(status.error());
    }
    stored_ = std::move(stored);  // its strings stay where they are, and so do the views of them
    rules_ = std::move(rules);
    void_entries_ += void_entries;
    return true;
}

Result<Record> LogReader::decode(const LogEntry& entry) {
    auto record = decoder_.read(entry.bytes);
    if (!record)
        record.error().message =
            Position{partition_, entry.offset}.to_string() + ": " + record.error().message;
    return record;
}

Checkpoint LogReader::checkpoint() const {
    return stored_.empty() ? start_ : rules_.checkpoint(stored_.back().bytes);
}

}  // namespace shop
