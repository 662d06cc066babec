// What every entry of the log begins with, as far as the reader rules look (reader_rules.hpp).
//
//   record   {"term":"3-k2f9x0a7mb4c","seq":17,"time":"2026-11-24T01:54:10.123456Z", …}
//   claim    {"claim":"4-7m2q9c1xw0zt","time":"…","address":"127.0.0.1:8080","schema":1,
//             "log":{"id":"log_…","catalog":1,"commerce":8,"clicks":8,"slot_map":"…"}}
//
// These beginnings are the same in every version of the program, for all readers of all times must
// agree on which entries count. Later members may be added. Anything else is *foreign*: passed
// over, never an error.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/log.hpp"

namespace shop {

namespace json {
class Decoding;
class Value;
class Writer;
}  // namespace json

using LogId = Id<"log">;

// One writer's time in office over one partition. The number orders terms; the nonce makes each
// claim's term its own, so that two writers who claim the same number are told apart.
struct Term {
    std::uint64_t number = 0;  // from 1; below 10^15
    std::string nonce;         // 1–32 characters a–z, 0–9
    auto operator<=>(const Term&) const = default;
    void append_to(std::string& out) const;  // "3-k2f9x0a7mb4c"
    std::string to_string() const;
    static std::optional<Term> parse(std::string_view text);
    void write_json(json::Writer& writer) const;  // its text, or null
    void read_json(const json::Value& value, json::Decoding& decoding);
};

// A nonce for a new term, of 60 bits: the same for the same `random` bytes, of which 16 are enough.
std::string nonce_of(std::string_view random);

// Which log it is, and how its streams are spread; fixed when the log is made.
struct LogIdentity {
    LogId id;
    Partitions partitions;
    std::string slot_map;  // fingerprint (slot_map.hpp)
    bool operator==(const LogIdentity&) const = default;
};

// A claim makes its term current if its number is greater than that of the term before.
struct Claim {
    Term term;
    Time time;                      // stamped like a record's
    std::string address;            // where the claimant is reached
    std::int64_t schema_level = 0;  // of events (record.hpp); an older program refuses a higher one
    LogIdentity log;
    bool operator==(const Claim&) const = default;
};

// The claim as an entry of the log, appended to `out`.
void append_claim(std::string& out, const Claim& claim);
// kCorrupt if `entry` is no claim.
Result<Claim> read_claim(std::string_view entry);

enum class EntryKind : std::uint8_t { kForeign, kClaim, kRecord };

struct EntryHead {
    EntryKind kind = EntryKind::kForeign;
    Term term;
    std::uint64_t seq = 0;  // records: from 1
    Time time;
    LogId log;                      // claims
    std::int64_t schema_level = 0;  // claims
};

// Cheap for records: looks at the first members only (and that the last byte closes the object). A
// claim is read whole. Bytes that are neither are foreign.
EntryHead read_head(std::string_view entry);

}  // namespace shop
