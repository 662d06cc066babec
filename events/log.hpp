// The log port: an append-only sequence of entries per partition, each entry one JSON document
// (events/record.hpp). Three adapters pass one contract test (tests/events/log_contract_test.cpp):
// events/memory (tests, with faults), events/rocksdb (the default, one process), events/kafka
// (many).
//
// The log orders and keeps bytes. Who may write, and which entries count, is decided by the reader
// rules (events/reader_rules.hpp) alone: foreign entries may appear between one's own, an append
// that is reported as failed may still appear, later, or twice.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {

enum class Topic : std::uint8_t { kCatalog, kCommerce, kClicks };

// "catalog-0", "commerce-3", "clicks-7".
struct Partition {
    Topic topic = Topic::kCommerce;
    std::uint16_t number = 0;
    auto operator<=>(const Partition&) const = default;
    std::string to_string() const;
    static std::optional<Partition> parse(std::string_view text);
};

// Partitions of each topic; fixed when the log is made.
struct Partitions {
    std::uint16_t catalog = 1;
    std::uint16_t commerce = 8;
    std::uint16_t clicks = 8;
    bool operator==(const Partitions&) const = default;
    std::vector<Partition> all() const;
};

using Offset = std::int64_t;  // of an entry in its partition, from 0; may have gaps (Kafka)

// Where an entry stands: "commerce-3:4211".
struct Position {
    Partition partition;
    Offset offset = -1;
    auto operator<=>(const Position&) const = default;
    std::string to_string() const;
    static std::optional<Position> parse(std::string_view text);
};

// Consecutive entries of one partition, back to back in one buffer.
struct AppendBatch {
    Partition partition;
    std::string bytes;
    std::vector<std::size_t> ends;  // end of entry i in `bytes`
    std::string_view entry(std::size_t i) const {
        const std::size_t begin = i == 0 ? 0 : ends[i - 1];
        return std::string_view(bytes).substr(begin, ends[i] - begin);
    }
};

// What became of entries [first, first + count) of a batch.
struct AppendReport {
    Partition partition;
    std::uint64_t ticket = 0;  // of the append() call
    std::size_t first = 0;
    std::size_t count = 0;
    // Offset of entry `first`; the others follow densely. An error means *in doubt*, never "not
    // done".
    Result<Offset> offset;
};

struct StoredEntry {
    Offset offset = 0;
    std::string bytes;
};

class Log {
  public:
    using Listener = std::move_only_function<void(std::span<const AppendReport>)>;

    virtual ~Log() = default;

    virtual Partitions partitions() const = 0;

    // Called with every report, on a thread of the log's or inside append(). Set while
    // nothing appended is unreported; each appended entry is reported exactly once.
    virtual void set_listener(Listener listener) = 0;

    // Appends the batches; in each partition entries keep their order, also across calls. All of
    // one call may share one sync. Durable when reported with an offset. `batches` may be reused as
    // soon as the call returns. One thread at a time.
    virtual void append(std::uint64_t ticket, std::span<const AppendBatch> batches) = 0;

    // Up to `entries_max` entries (at least one, then at most `bytes_max` bytes) from the first one
    // at or behind `from`, durable ones only; none if there are none yet. Thread-safe. kCorrupt if
    // stored bytes are damaged, naming partition, offset and remedy.
    virtual Result<std::vector<StoredEntry>> read(Partition partition, Offset from,
                                                  std::size_t entries_max,
                                                  std::size_t bytes_max) const = 0;

    // One behind the last durable entry; 0 if there is none. Thread-safe.
    virtual Result<Offset> end(Partition partition) const = 0;

    // How long it pays to wait, after an append of a partition was reported, for those who were
    // answered to ask again, so that they share the next. Zero where partitions share appends.
    virtual Duration pause() const { return {}; }

    // Returns once every appended entry has been reported. The caller of append() alone.
    virtual void flush() = 0;

    // After a failed append: makes the log usable again (reopens files, reconnects). Entries in
    // doubt are then either in the log or never will be — except on a log of many processes, where
    // they may still appear. One thread, no append under way.
    virtual Status recover() = 0;
};

}  // namespace shop
