// Where each stream lives. Fixed by the log's partition counts for ever: changing the map means
// exporting into a new log. Immutable, thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/ids.hpp"
#include "events/entry.hpp"
#include "events/log.hpp"

namespace shop {

class SlotMap {
  public:
    explicit SlotMap(Partitions partitions);

    const Partitions& partitions() const { return partitions_; }

    // Products, categories and settings live in the catalog topic, every other stream in commerce;
    // there its slot decides. But all categories share catalog-0: a tree without cycles can only be
    // kept by who decides the whole of it.
    Partition partition_of(StreamId id) const;

    // Some slot that the map puts on `partition`: for streams that belong to a partition, such as
    // its block of order numbers.
    Slot slot_on(Partition partition) const;

    // A hash of the whole table, which every claim carries.
    const std::string& fingerprint() const { return fingerprint_; }

  private:
    Partitions partitions_;
    std::string fingerprint_;
};

// The identity of `log` as the first claim of each partition tells it, or a new one with `fresh_id`
// if no partition has a claim yet. kConflict "other-log" if partitions disagree among themselves or
// with `map`: this process must not touch that log.
Result<LogIdentity> establish_identity(const Log& log, const SlotMap& map, const LogId& fresh_id);

// Whether a process that writes `identity` may go on after reading `claim`. kConflict "other-log".
Status require_same_log(const LogIdentity& identity, const Claim& claim);

// Whether a program of that schema level may read what stands behind `rules` (ReaderRules keeps the
// highest level of all claims). kConflict "newer-log": a newer program wrote here.
Status require_readable(std::int64_t log_schema_level, std::int64_t own_schema_level);

}  // namespace shop
