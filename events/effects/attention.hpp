// What operators must look at: effects that are parked, payments that need a person, steps that the
// domain refuses. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace shop {

struct AttentionItem {
    StreamId stream;
    std::string reason;            // one sentence each
    std::vector<EffectId> parked;  // effects that are not sent any more
    Time since;
    bool operator==(const AttentionItem&) const = default;
};
SHOP_DESCRIBE(AttentionItem, stream, reason, parked, since)

class Attention {
  public:
    // Replaces what is known of the stream; an item that says nothing removes it.
    void set(AttentionItem item);

    // Up to `limit` items behind the stream `after` (empty: from the first), in the order of ids.
    std::vector<AttentionItem> list(const StreamId& after, std::size_t limit) const;
    std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  private:
    mutable std::mutex mutex_;
    std::map<StreamId, AttentionItem> items_;  // guarded by mutex_
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace shop
