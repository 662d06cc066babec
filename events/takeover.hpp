// How a process comes into office: it folds what the log holds, claims the partitions, and reads on
// to its own claim. The same at the start and when an append is in doubt, for then, too, nobody
// knows what the log holds until it has been read.
//
//   resolve    fold to the log's end (folding.hpp); go on if the own term still rules and all that
//              was appended counts; give way to a newer claim; else claim, and fold again
//
// Everybody waits meanwhile, so a partition that is not in office yet is warmed first (warmer.hpp).
// One thread: the committer's. Afterwards each seat is serving or lost; after an error all of them
// are in doubt still, and resolve() may be called again.
#pragma once

#include <span>

#include "events/appender.hpp"
#include "events/folding.hpp"
#include "events/seat.hpp"
#include "events/state_writer.hpp"

namespace shop {

class Takeover {
  public:
    Takeover(const EngineParts& parts, const TrustedClock& clock, Appender& appender,
             LogIdentity identity, std::string address);

    // All of them in doubt, and suspended. Errors: the log's and the state store's; kConflict
    // "other-log" or "newer-log"; kCorrupt for a record that cannot be read.
    Status resolve(std::span<Seat* const> seats);

  private:
    Status claim(std::vector<Seat*> seats);
    Status append_claims(std::span<Seat* const> seats);
    static bool is_put_out(const Seat& seat);
    bool settle(Seat& seat);
    void serve(Seat& seat);

    const EngineParts parts_;
    const TrustedClock& clock_;
    Appender& appender_;
    const Folding folding_;
    const std::string address_;
};

}  // namespace shop
