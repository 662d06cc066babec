// Which entries of a partition count. Every reader (a writer that starts, projections, replay,
// audit) runs this one fold over the same entries, so all agree, whatever the log holds:
// duplicates, reordered retries, records of a writer that was paused and is no longer in office.
//
//   R1  A claim makes its term current only if its number is greater than that of every claim
//       before it. (Without the number a delayed old claim would rule again.)
//   R2  A record is valid only if its term is current and its seq is the last seq of that term + 1,
//       from 1 after the claim.
//   Everything else is void: passed over and counted, never an error. So is a claim that names
//   another log than the first claim of the partition did.
//
// R3, that a stream's version is its last + 1, is no matter of validity: the writer checks it
// before it appends, and raises an alarm where what it replays at its start breaks it.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/describe.hpp"
#include "events/entry.hpp"
#include "events/log.hpp"

namespace shop {

// What an entry is. From kForeign on it is void, for that reason.
enum class Verdict : std::uint8_t {
    kRecord,
    kClaim,
    kForeign,     // neither record nor claim
    kStaleTerm,   // a record of a term that is not current
    kOutOfSeq,    // a record of the current term, but not the next one: a copy, or behind a gap
    kStaleClaim,  // a claim whose number is not greater than the current one
    kOtherLog,    // a claim of another log
};
SHOP_DESCRIBE_ENUM(Verdict, kRecord, kClaim, kForeign, kStaleTerm, kOutOfSeq, kStaleClaim,
                   kOtherLog)

constexpr bool is_void(Verdict verdict) {
    return verdict >= Verdict::kForeign;
}

// Where a reader goes on: the state of the fold behind the entry at `offset`, and that entry's
// hash, by which the reader knows that the log still is the one it read (checkpoint.hpp).
struct Checkpoint {
    LogId log;           // none before the first claim
    Offset offset = -1;  // of the last entry read; −1: none
    Term term;
    std::uint64_t seq = 0;
    Time time;                      // the latest of all claims and valid records
    std::int64_t schema_level = 0;  // the highest of all claims
    std::string sha256;             // of the entry's bytes, in hexadecimal
    bool operator==(const Checkpoint&) const = default;
};
SHOP_DESCRIBE(Checkpoint, log, offset, term, seq, time, schema_level, sha256)

// The fold over one partition. A value; one thread.
class ReaderRules {
  public:
    ReaderRules() = default;
    // Goes on behind a checkpoint.
    explicit ReaderRules(const Checkpoint& checkpoint) : at_(checkpoint) {}

    // Judges the next entry. Offsets must rise (asserted); gaps are normal.
    Verdict feed(Offset offset, const EntryHead& head);

    // The checkpoint behind the entry fed last, whose bytes are passed again for their hash.
    Checkpoint checkpoint(std::string_view last_entry) const;

    const LogId& log() const { return at_.log; }
    Offset offset() const { return at_.offset; }   // fed last
    const Term& term() const { return at_.term; }  // current; number 0 before the first claim
    std::uint64_t seq() const { return at_.seq; }  // of the last valid record of the current term
    Time time() const { return at_.time; }
    std::int64_t schema_level() const { return at_.schema_level; }

  private:
    Verdict feed_claim(const EntryHead& head);
    Verdict feed_record(const EntryHead& head);

    Checkpoint at_;  // its sha256 is not kept up to date
};

}  // namespace shop
