// A log that a test writes records into directly, as a well-behaved writer would: claims, terms and
// seqs are right. For tests of readers; commands are not decided.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "events/memory/memory_log.hpp"
#include "events/record.hpp"
#include "events/slot_map.hpp"

namespace shop::tests {

class ShopLog {
  public:
    explicit ShopLog(Partitions partitions = {1, 4, 1});

    // One record of events that all live on the partition of the first one's stream. Versions count
    // by themselves; each record is a millisecond later than the one before it.
    struct Happened {
        StreamId stream;
        AnyEvent data;
    };
    Position add(std::vector<Happened> events);
    Position add(StreamId stream, AnyEvent data) { return add({{stream, std::move(data)}}); }

    // The writer's next record, but of an event that no program knows.
    Position add_unreadable(StreamId stream);

    // The record as bytes, with the same numbers, but not in the log yet: for logs that are
    // filled in another order. Partitions keep their own order.
    struct Entry {
        Partition partition;
        std::string bytes;
    };
    const std::vector<Entry>& entries() const { return entries_; }

    MemoryLog& log() { return log_; }
    const SlotMap& slots() const { return slots_; }
    Partitions partitions() const { return slots_.partitions(); }

  private:
    struct Writer {
        std::uint64_t seq = 0;
    };
    Writer& writer_of(Partition partition);
    std::string next_record(Partition partition, std::vector<Happened> events);
    Position put(Partition partition, std::string bytes);

    SlotMap slots_;
    MemoryLog log_;
    std::map<Partition, Writer> writers_;
    std::map<StreamId, std::uint64_t> versions_;
    std::vector<Entry> entries_;
    std::int64_t records_ = 0;
};

}  // namespace shop::tests
