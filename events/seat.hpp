// A partition as the committer sees it: its shard, and how far its log is known. The committer's
// thread alone, but while it is warmed (warmer.hpp), and for what the shard allows and the atomic
// members.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/log_reader.hpp"
#include "events/shard.hpp"

namespace shop {

enum class SeatState : std::uint8_t {
    kDoubt,    // what the log holds is not known; to be taken over
    kServing,  // in office
    kLost,     // somebody else is in office
    kLeft,     // nobody asked this process to be in office (any more)
    kWarming,  // asked for; the warmer folds it, and all but is_wanted is the warmer's meanwhile
};

struct Seat {
    Seat(Partition partition, const SlotMap& map, const EngineParts& parts,
         const TrustedClock& clock, const EngineOptions& options)
        : shard(partition, map, parts, clock, options) {}

    Partition partition() const { return shard.partition(); }

    Shard shard;
    Group spare;  // empty; its buffers are used again by the next group
    SeatState state = SeatState::kDoubt;
    bool is_wanted = true;      // false: to be left, once what was decided is durable
    bool is_in_flight = false;  // a group of it is on its way to the log

    // In office: the term, and the fold of the reader rules behind the last durable entry. The hash
    // is made from `last_entry` when a save needs it, unless no entry came since `at` was read.
    Term term;
    Checkpoint at;
    std::string last_entry;

    // In doubt: who waits, how far the log was read, whether the own claim ruled, if only for a
    // while, and the seq the term came to if all that was appended counts.
    WaiterList held;
    std::unique_ptr<LogReader> reader;
    bool was_in_office = false;
    std::uint64_t seq_sent = 0;
    bool must_claim = true;
    // Since the office was asked for: the number of the last term served, if any, and the claims
    // that were sent since, any of which may still come to rule.
    std::optional<std::uint64_t> served;
    std::vector<Term> claims;

    // Entries that do not count, found since the start; up to `judged` they have been.
    Offset judged = -1;
    std::atomic<std::uint64_t> void_entries = 0;
    std::atomic<std::uint64_t> folded = 0;  // records read from the log rather than decided here

    Duration rests_until;  // steady clock: those who were just answered may ask again
    Duration next_save;    // steady clock
    std::atomic<bool> is_saving = false;
};

}  // namespace shop
