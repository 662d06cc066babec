// How a partition that is out of office comes to know what its log holds: from the state store's
// checkpoint, verified, on through the reader rules, saving as it goes.
//
// Stateless; the seat belongs to the calling thread, and its shard is not in office.
#pragma once

#include "events/engine_options.hpp"
#include "events/seat.hpp"
#include "events/slot_map.hpp"

namespace shop {

class Folding {
  public:
    Folding(const EngineParts& parts, LogIdentity identity)
        : parts_(parts), identity_(std::move(identity)) {}

    // Takes in what comes next, a thousand entries at most. False at the log's end.
    //
    // Errors: the log's and the state store's; kConflict "other-log" or "newer-log"; kCorrupt for a
    // record that cannot be read. After each the seat starts over: without its reader, its shard
    // suspended.
    Result<bool> read_on(Seat& seat) const;
    // Up to the log's end.
    Status catch_up(Seat& seat) const;
    // What was taken in goes to the state store, so that it need not be folded again.
    Status save(Seat& seat) const;

    const LogIdentity& identity() const { return identity_; }

  private:
    Status open_reader(Seat& seat) const;
    Status take_in(Seat& seat, const LogEntry& entry) const;

    const EngineParts parts_;
    const LogIdentity identity_;
};

}  // namespace shop
