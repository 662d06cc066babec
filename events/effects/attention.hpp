// What operators must look at: effects that are parked, payments that need a person, stock that is
// not there or is held too long, money that is not held much longer, steps that the domain refuses.
// Derived: the runner finds all of it again after a restart. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/effect.hpp"

namespace shop {

struct AttentionItem {
    StreamId stream;
    std::string reason;            // a sentence
    std::vector<EffectId> parked;  // effects that are not sent any more
    Time since;
    ConcernKind kind = ConcernKind::kWrong;
    bool operator==(const AttentionItem&) const = default;
};
SHOP_DESCRIBE(AttentionItem, stream, reason, parked, since, kind)

class Attention {
  public:
    // Hears of each item that is new or has another reason, on the thread that sets it.
    using Tell = std::function<void(const AttentionItem&)>;
    explicit Attention(Tell tell = {}) : tell_(std::move(tell)) {}

    // Replaces what is known of the stream; an item without a reason removes it.
    void set(AttentionItem item);
    void forget(const StreamId& stream) { set({.stream = stream}); }

    // Up to `limit` items behind the stream `after` (empty: from the first), in the order of ids.
    std::vector<AttentionItem> list(const StreamId& after, std::size_t limit) const;
    std::size_t size() const { return size_.load(std::memory_order_relaxed); }
    // … of that kind.
    std::size_t count(ConcernKind kind) const;

  private:
    const Tell tell_;
    mutable std::mutex mutex_;
    std::map<StreamId, AttentionItem> items_;  // guarded by mutex_
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace shop
