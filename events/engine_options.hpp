// What an engine is made of, and its limits.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/any_command.hpp"
#include "core/base/digest.hpp"
#include "events/engine_witness.hpp"
#include "events/executor.hpp"
#include "events/log.hpp"
#include "events/state_store.hpp"

namespace shop {

class Catalog;
class SnapshotLoader;
class Worker;

// decide_any (core/any_command.hpp), or what a test puts in its place.
using Decide = Result<Decision> (*)(const AnyCommand&, const Streams&, const Env&);

// As many bytes as are asked for, for names that nobody else may have (terms, logs).
using RandomBytes = std::function<std::string(std::size_t count)>;

// All of it outlives the engine. The engine alone appends to the log.
struct EngineParts {
    Log& log;
    StateStore& store;
    const Clock& clock;
    const Catalog& catalog;
    Decide decide = nullptr;
    RandomBytes random = random_bytes;
    // For partitions that are taken over; nullptr: they are folded from the log alone.
    SnapshotLoader* snapshots = nullptr;
};

// Of each partition. Beyond them callers are told "too-busy" at once; what effects and providers
// submit may go on into a share of its own, for it ends what holds others up.
struct EngineLimits {
    std::size_t hot_streams = 16'000;      // states in memory
    std::size_t hot_bytes = 24 << 20;      // … and what they take there
    std::size_t pending_records = 2'000;   // decided, and not yet handed to the log
    std::size_t pending_bytes = 1 << 20;   // the same in bytes
    std::size_t waiting = 4'000;           // callers
    std::size_t unsaved_records = 60'000;  // not yet in the state store
    std::size_t percent_owed = 50;         // the share, on top of each limit
};

// What keeps the promise. Only the tests that show why each is needed take one out.
struct Protections {
    bool check_offsets = true;     // an answer needs the expected offset, not any report
    bool answer_in_order = true;   // ... and that of each record before it
    bool hold_speculation = true;  // refusals and reads wait for what they rest on
    bool log_before_state = true;  // the state store never gets what is not durable
    bool prove_office = true;      // reads and refusals wait for a proof (EngineOptions)
    bool warms_aside = true;       // a partition that is taken over does not hold up the others
    bool ids_are_known = true;     // a command whose id has a record is not carried out again
};

struct EngineOptions {
    std::string address;  // where this process is reached, for its claims
    // The name of the log: an empty one gets it, and one that bears another is refused. None: an
    // empty log gets a new name, and any other is taken as it is.
    LogId log_id = {};
    // Whether it takes every partition into office when it opens: it is alone. Else take_office()
    // and leave_office() say which.
    bool takes_all = true;
    // How long a proof that a partition is in office here holds: an own entry found where it was
    // expected, or the log's end found to be the own. Without one, reads and refusals wait for the
    // next. Zero: no other process can take over, and nothing is to be proven.
    Duration proof_life = {};
    Duration save_interval = seconds(1);   // between two saves of a partition to the state store
    std::size_t group_bytes = 4ULL << 20;  // about what one synced write of all partitions holds
    EngineLimits limits = {};
    Protections protections = {};
    EngineWitness* witness = nullptr;  // outlives the engine; nullptr: nothing is timed
    // Reads the log for read_at(), so that no caller's loop waits for it; nullptr: the caller's
    // thread does. It ends before the engine does, when nobody asks that any more.
    Worker* past_reader = nullptr;
};

}  // namespace shop
