// The states of a partition's streams that are kept in memory: what was used last, up to a limit of
// their number and one of their bytes, as they were when they were read or saved last.
// A stream that changed since the state store last got it stays, whatever the limit says: memory
// alone knows it. Guarded by its shard's mutex.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/any_state.hpp"
#include "core/base/ids.hpp"
#include "events/log.hpp"
#include "events/state_store.hpp"

namespace shop {

struct HotStream {
    StreamId id;
    std::shared_ptr<const AnyState> state;  // nullptr: no event yet
    std::uint64_t version = 0;              // events so far
    Offset last = -1;                       // of the record that holds the last event
    Offset saved = -1;                      // the same, as the state store has it
    bool open = false;                      // core/effect.hpp: is_open
    Time saved_due;                         // when it is due, as the state store has it
    bool is_listed = false;                 // among those the next save takes
    bool is_own = false;                    // the state was made here, not by the state store
    std::size_t bytes = 0;                  // what counts towards the limit

    HotStream* newer = nullptr;  // in the order of use
    HotStream* older = nullptr;
};

// Folds an event into the stream's state. A state that somebody else holds (a reader, a save under
// way) is never changed: the stream gets a copy of its own first.
void evolve_hot(HotStream& stream, const AnyEvent& event, Time time);

class HotStreams {
  public:
    HotStreams(std::size_t limit, std::size_t limit_bytes)
        : limit_(limit), limit_bytes_(limit_bytes) {}
    HotStreams(const HotStreams&) = delete;
    HotStreams& operator=(const HotStreams&) = delete;

    // The stream, which counts as used now; nullptr if it is not in memory. Stays where it is until
    // evict() or clear().
    HotStream* find(const StreamId& id);
    // The same without counting as use.
    HotStream* peek(const StreamId& id);
    const HotStream* peek(const StreamId& id) const;

    // Puts a stream in memory that is not there (asserted): as the store has it, or without events.
    HotStream& insert(const StreamId& id, std::optional<StoredStream> stored);

    void weigh(HotStream& stream, std::size_t bytes);

    // Forgets the streams used longest ago, down to the limit, as far as they are saved and durable
    // up to `durable`; tells which.
    void evict(Offset durable, std::vector<StreamId>& evicted);

    void clear();
    std::size_t size() const { return streams_.size(); }
    bool is_over_limit() const { return streams_.size() > limit_ || bytes_ > limit_bytes_; }
    // So full of unsaved streams that nothing more may come in.
    bool is_full() const { return streams_.size() > 2 * limit_ + 1'024; }

  private:
    void link(HotStream& stream);
    void unlink(HotStream& stream);

    const std::size_t limit_;
    const std::size_t limit_bytes_;
    std::size_t bytes_ = 0;
    std::unordered_map<StreamId, HotStream> streams_;
    HotStream* newest_ = nullptr;
    HotStream* oldest_ = nullptr;
};

}  // namespace shop
