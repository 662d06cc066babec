// Who waits for a stream to change. A watch ends once: by the change, or by its time-out, whichever
// comes first; the time-out may come after the engine is gone, so it holds a weak pointer here.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "core/base/ids.hpp"
#include "events/waiter.hpp"

namespace shop {

using WatchId = std::uint64_t;

class Watchers {
  public:
    void add(const StreamId& id, WatchId watch, Waiter& waiter);
    // Hands over who watches the stream.
    WaiterList take(const StreamId& id);
    WaiterList take_all();
    // Takes a watch back; nullptr if it has ended.
    Waiter* remove(const StreamId& id, WatchId watch);
    // Cheap: may miss a watch that is being added.
    bool is_empty() const { return size_.load(std::memory_order_relaxed) == 0; }

  private:
    struct Watch {
        WatchId id = 0;
        Waiter* waiter = nullptr;
    };
    std::mutex mutex_;
    std::unordered_multimap<StreamId, Watch> watches_;  // guarded by mutex_
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace shop
