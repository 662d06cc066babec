// What a partition's records leave behind beside states, until the state store has it: what has
// come since the last save, and what a save under way is storing. A save takes all there is without
// copying it, and gives it up without looking at it again: the mutex of the shard, which guards
// this, is held for a moment only.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/base/ids.hpp"
#include "events/state_store.hpp"

namespace shop {

class Unsaved {
  public:
    class Part;

    Unsaved();
    ~Unsaved();
    Unsaved(const Unsaved&) = delete;
    Unsaved& operator=(const Unsaved&) = delete;

    void add(StoredCommand command);
    void add(StreamRecord record);

    // The newest with that id; nullptr if there is none. Good until something is added or saved.
    const StoredCommand* find_command(const CommandId& id) const;
    std::size_t commands() const;
    // Offsets up to `last` of the records that hold events of the stream, ascending.
    std::vector<Offset> records_of(const StreamId& id, Offset last) const;

    // All there is, for a save; none is under way. None of it changes any more.
    std::shared_ptr<const Traces> capture();
    // Room for as much as that, for saved(): made outside the mutex.
    static std::shared_ptr<Part> room_like(const Traces& traces);
    // The save has ended; what was not stored is part of the next. `room` is for what comes behind
    // the next capture. Returns what is not needed any more, for the caller to drop outside the
    // mutex: that takes longer than all else here.
    [[nodiscard]] std::shared_ptr<const Part> saved(bool is_stored, std::shared_ptr<Part> room);

    void clear();

  private:
    const std::shared_ptr<Part> none_;  // nothing is ever added to it
    std::shared_ptr<Part> coming_;
    std::shared_ptr<Part> saving_;  // none_ unless a save is under way
    std::shared_ptr<Part> room_;    // nullptr before the first save has ended
};

}  // namespace shop
