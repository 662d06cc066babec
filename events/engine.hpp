// The engine as the outside sees it: commands in, durable facts out. One per process.
//
// submit() decides the command on its stream's partition, and hands back only once the record is
// durable and valid (DESIGN: writer). Reads are durable too: nothing that could still be lost is
// ever shown. Tasks resume on `home`, the executor of the caller's loop, never inside the call.
//
// Thread-safe; everything may be called from any loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/any_command.hpp"
#include "core/any_state.hpp"
#include "core/base/actor.hpp"
#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/decision.hpp"
#include "core/effect.hpp"
#include "events/entry.hpp"
#include "events/executor.hpp"
#include "events/log.hpp"
#include "events/task.hpp"

namespace shop {

// A command and where it comes from.
struct Submission {
    AnyCommand command;
    CommandId id;                         // the same id again is the same command
    bool id_is_new = false;               // drawn at random for this one: no record can bear it yet
    std::optional<Error> refusal_if_new;  // the answer, unless it was decided before
    std::string fingerprint;  // of the request; another one under the same id is refused
    Actor actor;
    std::string correlation;
    std::string causation;
    std::string trace;
    Time not_before;  // time of the record that caused it; the new record is not older
};

// What a durable command came to.
struct Receipt {
    Position position;      // of its record; if it made no event, of the state it was decided on
    Time time;              // of its record
    bool replayed = false;  // this id was decided before; position and time are the first one's
    bool changed = false;   // it made events
    bool operator==(const Receipt&) const = default;
};
SHOP_DESCRIBE(Receipt, position, time, replayed, changed)

// What a command would do: nothing of it was recorded.
struct Trial {
    std::vector<NewEvent> events;  // as its record would have them
    std::vector<Effect> owed;      // what their streams would owe then, and do not now
    Position position;             // of the state it was decided on
};

// A stream at a durable moment.
struct Snapshot {
    std::shared_ptr<const AnyState> state;  // nullptr: the stream has no event
    std::uint64_t version = 0;              // events so far
    Position position;                      // of its last event
};

// What became of an effect's call to a stream.
struct Called {
    std::optional<Outcome> outcome;  // nothing: its state does not say yet
    Time time;                       // of the command's record; 0: it was refused
};

// What the engine tells of durable changes; set once, before the start. Called on the committer's
// thread with no lock held; must return soon and never call back into the engine from inside.
class CommitObserver {
  public:
    virtual ~CommitObserver() = default;
    // Streams of `partition` that are open (core/effect.hpp: is_open) or just ceased to be, and
    // were touched by records that are durable now.
    virtual void on_commit(Partition partition, std::span<const StreamId> streams) = 0;
    // Everything up to `end` (exclusive) is durable: whoever tails the log may read on.
    virtual void on_advance(Partition partition, Offset end) = 0;
    // This process came into office over the partition with that term, or left it, or lost it to
    // somebody else: then the term may be one that never ruled. May be told again what it knows.
    virtual void on_office(Partition, const Term&, bool /*is_held*/) {}
};

class Engine {
  public:
    virtual ~Engine() = default;

    // Errors: the decision's own; kInvalid "idempotency-key-reused"; kUnavailable "too-busy",
    // "not-owner" or "in-doubt" (ask again with the same id).
    virtual Task<Result<Receipt>> submit(Executor& home, Submission submission) = 0;

    // Decides the command without recording it; whether its id is known makes no difference.
    // Errors: those of submit().
    virtual Task<Result<Trial>> try_out(Executor& home, Submission submission) = 0;

    // The stream as it is now.
    virtual Task<Result<Snapshot>> read(Executor& home, StreamId id) = 0;

    // The stream as it was behind the record at `position` (of its own partition): what the answer
    // to a repeated command shows.
    virtual Task<Result<Snapshot>> read_at(Executor& home, StreamId id, Position position) = 0;

    // The stream once its version is greater than `version`, or as it is after `timeout`.
    virtual Task<Result<Snapshot>> wait(Executor& home, StreamId id, std::uint64_t version,
                                        Duration timeout) = 0;

    // Submits the command of an effect's call to a stream, and asks the stream's state what came of
    // it, whoever decided the command, and however often; the state may say so too of a command
    // that is refused. Errors: kUnavailable as of submit(); those of read().
    virtual Task<Result<Called>> call(Executor& home, Submission submission, AnyCall call);

    // Streams that are open (core/effect.hpp: is_open), from the state store too; asked at the
    // start and once a minute.
    virtual Result<std::vector<StreamId>> open_streams(Partition partition) const = 0;

    // Up to `limit` streams of a kind that are due at `by` (core/effect.hpp: due_of), the earliest
    // first, from the state store: one that was changed within the last seconds may be among them.
    // Errors of both: kUnavailable "not-owner" or "in-doubt" for partitions not served here.
    virtual Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                                      std::size_t limit) const = 0;

    // Whether every partition is served. kUnavailable "not-owner" or "in-doubt", which names the
    // first that is not.
    virtual Status serving() const = 0;

    // The clock records are stamped by, for what is computed outside (quotes, signatures).
    virtual Time now() const = 0;

    // False while the wall clock is more than a minute off the steady one: deadlines must pause,
    // and an operator look at it.
    virtual bool clock_is_sane() const = 0;
};

}  // namespace shop
