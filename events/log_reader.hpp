// Reads one partition the way every reader must: in order, through the reader rules, so that all
// readers agree on what counts (reader_rules.hpp).
//
//   LogReader reader(log, partition, checkpoint);
//   SHOP_TRY(batch, reader.read());                    // empty: nothing new yet
//   for (const LogEntry& entry : batch) { SHOP_TRY(record, reader.decode(entry)); … }
//   save(reader.checkpoint());                         // behind the last entry read, void or not
//
// One thread. The log must outlive the reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "events/entry.hpp"
#include "events/log.hpp"
#include "events/reader_rules.hpp"
#include "events/record.hpp"

namespace shop {

// One entry and what the rules make of it. Valid until the reader's next read.
struct LogEntry {
    Offset offset = 0;
    Verdict verdict = Verdict::kForeign;
    Term term;  // with seq and time as far as the entry has them
    std::uint64_t seq = 0;
    Time time;
    std::string_view bytes;
};

// How much one read takes from the log at most.
struct ReadLimits {
    std::size_t entries = 1'000;
    std::size_t bytes = 1 << 20;
};

class LogReader {
  public:
    // Starts behind `from`; a default checkpoint is the beginning.
    LogReader(const Log& log, Partition partition, const Checkpoint& from = {});

    // Compares the checkpoint with the log, and with the log's id if one is given: kConflict
    // "checkpoint-mismatch". Once it has succeeded no read does so again.
    Status verify(const LogId& log_id = {});

    // The next valid records; at least one unless the end is reached. Passes over claims and void
    // entries, and counts the latter.
    //
    // Errors: the log's own; kConflict "checkpoint-mismatch" if the log no longer holds what the
    // checkpoint stands behind (first read only); kConflict "newer-log" at a claim of a program
    // that writes events this one does not know. After an error the reader stands where it stood.
    Result<std::span<const LogEntry>> read(ReadLimits limits = {});

    // The next entries of every kind, each with its verdict: for writers that look for their own
    // claim, for audit and for `shopverse log`. Empty at the end.
    Result<std::span<const LogEntry>> read_all(ReadLimits limits = {});

    // The record in an entry with the verdict kRecord. kCorrupt, naming the position, if it cannot
    // be read.
    Result<Record> decode(const LogEntry& entry);

    // The fold behind the last entry read.
    const ReaderRules& rules() const { return rules_; }
    Checkpoint checkpoint() const;

    Partition partition() const { return partition_; }
    std::uint64_t void_entries() const { return void_entries_; }  // seen by this reader

  private:
    Result<bool> fetch(ReadLimits limits);

    const Log& log_;
    const Partition partition_;
    const Checkpoint start_;
    bool verified_ = false;
    ReaderRules rules_;
    std::vector<StoredEntry> stored_;  // what the last read that found any took from the log …
    std::vector<LogEntry> entries_;    // … and what it gave, looking into stored_
    RecordReader decoder_;
    std::uint64_t void_entries_ = 0;
};

}  // namespace shop
