// What a writer would otherwise have to fold from the whole log at its start: the states of
// streams, the command ids, the open set. Derived, and may be deleted at any time: a partition
// without a checkpoint is folded from the beginning, and nothing changes but the time that takes.
//
// Adapters: events/memory (tests) and events/rocksdb.
//
// Thread-safe: any thread reads; each partition has one writer at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/any_state.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/log.hpp"
#include "events/reader_rules.hpp"

namespace shop {

// How long a command's id is remembered, in recorded time of its partition.
inline constexpr Duration kCommandsKept = days(7);

struct StoredStream {
    StreamId id;
    std::shared_ptr<const AnyState> state;  // shared with whoever reads it; never changed
    std::uint64_t version = 0;              // events so far
    Offset offset = -1;                     // of the record that holds its last event
    bool open = false;                      // core/effect.hpp: is_open
    Time due =
        {};  // when it must be looked at (core/effect.hpp: due_of), or a little later; 0: never
    Time was_due = {};      // only in a batch: the same, as the store has it so far
    std::size_t bytes = 0;  // memory_of(state), where a shard needs it
};

struct StoredCommand {
    CommandId id;
    std::string fingerprint;
    Offset offset = -1;      // of its record
    Time time;               // of its record
    std::uint64_t term = 0;  // of its record, by its number: what tells one writer from another
    bool operator==(const StoredCommand&) const = default;
};

// That the record at `offset` holds events of `stream`.
struct StreamRecord {
    StreamId stream;
    Offset offset = -1;
};

// What records leave behind beside states, in the order of their offsets.
struct Traces {
    std::vector<StoredCommand> commands;
    std::vector<StreamRecord> records;
};

// Of nothing: one for all, as there is a batch for each partition of each group of records.
inline std::shared_ptr<const Traces> no_traces() {
    static const auto kNone = std::make_shared<const Traces>();
    return kNone;
}

// What a partition's records up to `checkpoint` changed since the last batch. All of them must be
// durable and valid: nothing that could still be lost may enter the store.
struct StateBatch {
    Partition partition;
    Checkpoint checkpoint;
    std::vector<StoredStream> streams;  // each once, as it is at the checkpoint
    std::shared_ptr<const Traces> traces = no_traces();
};

// A partition of a store, as it is at one checkpoint whatever is written meanwhile: the keys and
// values of state_layout.hpp, which only a store of the same state_format() takes. One thread.
class StateImage {
  public:
    virtual ~StateImage() = default;
    virtual const Checkpoint& checkpoint() const = 0;
    // Appends what comes next to `out`, some `bytes` of it; how many entries that are. 0: that was
    // all.
    virtual Result<std::int64_t> read(std::string& out, std::size_t bytes) = 0;
};

// The other way round. Nothing of it is to be seen in the store, now or after a crash, unless
// finish() succeeds. One thread.
class StateRestore {
  public:
    virtual ~StateRestore() = default;
    // A part of an image, as it was read, in that order; how many entries it has. kCorrupt
    // "bad-image" if it is none of that partition.
    virtual Result<std::int64_t> add(std::string_view bytes) = 0;
    // All of it is there, and takes the place of what the store holds of the partition. kCorrupt
    // "bad-image" if it is not the image of that checkpoint.
    virtual Status finish(const Checkpoint& checkpoint) = 0;
};

class StateStore {
  public:
    virtual ~StateStore() = default;

    // How far the partition is folded; at −1 if the store holds nothing of it.
    virtual Result<Checkpoint> checkpoint(Partition partition) const = 0;

    virtual Result<std::optional<StoredStream>> find_stream(Partition partition,
                                                            StreamId id) const = 0;

    // Nothing also for a command recorded more than kCommandsKept before the checkpoint's time.
    virtual Result<std::optional<StoredCommand>> find_command(Partition partition,
                                                              CommandId id) const = 0;

    // Streams whose `open` is set, in the order of their ids.
    virtual Result<std::vector<StreamId>> open_streams(Partition partition) const = 0;

    // Up to `limit` streams of a kind that are due at `by`, the earliest first. Kept by time, so
    // that the many that are not due yet cost nothing.
    virtual Result<std::vector<StreamId>> due_streams(Partition partition, StreamKind kind, Time by,
                                                      std::size_t limit) const = 0;

    // Offsets up to `last` of the records that hold events of the stream, ascending: its history,
    // and by folding it its state at a position.
    virtual Result<std::vector<Offset>> records_of(Partition partition, StreamId id,
                                                   Offset last) const = 0;

    // Calls visit for each stream of a kind, in the order of their ids.
    using Visitor = std::function<void(const StoredStream&)>;
    virtual Status for_each_stream(Partition partition, StreamKind kind,
                                   const Visitor& visit) const = 0;

    // All of it or nothing; need not survive a power cut (the log does).
    virtual Status write(const StateBatch& batch) = 0;

    // Forgets all of a partition, checkpoint included: what it held belongs to another history.
    virtual Status forget(Partition partition) = 0;

    // To be carried to another store (snapshots/). The store outlives both; of a partition one
    // restore at a time, which counts as its writer.
    virtual Result<std::unique_ptr<StateImage>> image(Partition partition) const = 0;
    virtual Result<std::unique_ptr<StateRestore>> restore(Partition partition) = 0;
};

}  // namespace shop
