// Somebody who waits for an offset to become durable. A waiter lives in the frame of the coroutine
// that waits, so that waiting allocates nothing; lists of them are linked through it.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "core/base/assert.hpp"
#include "events/executor.hpp"
#include "events/log.hpp"

namespace shop {

enum class WaitEnd : std::uint8_t {
    kDurable,  // what it rests on is durable and valid: the answer may leave
    kDropped,  // what it rests on is lost, or may be: decide again
    kInDoubt,  // nobody can say now; the caller asks again with the same id
    kStopped,  // the engine stops
};

struct Waiter {
    Executor* home = nullptr;
    std::coroutine_handle<> handle;
    Offset rests_on = -1;
    WaitEnd end = WaitEnd::kDurable;
    std::optional<Duration> decided_at;  // on the steady clock, if it is timed
    Waiter* next = nullptr;
};

// First in, first out. Not thread-safe.
class WaiterList {
  public:
    WaiterList() = default;
    WaiterList(WaiterList&& other) noexcept
        : first_(std::exchange(other.first_, nullptr)),
          last_(std::exchange(other.last_, nullptr)),
          size_(std::exchange(other.size_, 0)) {}
    WaiterList& operator=(WaiterList&& other) noexcept {
        SHOP_ASSERT(is_empty());
        first_ = std::exchange(other.first_, nullptr);
        last_ = std::exchange(other.last_, nullptr);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }

    bool is_empty() const { return first_ == nullptr; }
    std::size_t size() const { return size_; }
    Waiter* first() const { return first_; }

    void push(Waiter& waiter) {
        waiter.next = nullptr;
        (last_ == nullptr ? first_ : last_->next) = &waiter;
        last_ = &waiter;
        ++size_;
    }
    Waiter* pop() {
        Waiter* waiter = first_;
        if (waiter == nullptr) return nullptr;
        first_ = waiter->next;
        if (first_ == nullptr) last_ = nullptr;
        --size_;
        return waiter;
    }
    // Takes over all of `other`, behind its own.
    void append(WaiterList other) {
        if (other.is_empty()) return;
        (last_ == nullptr ? first_ : last_->next) = other.first_;
        last_ = other.last_;
        size_ += other.size_;
        other.first_ = other.last_ = nullptr;
        other.size_ = 0;
    }

  private:
    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
    std::size_t size_ = 0;
};

// Tells all of them how it ended; each resumes on its own executor, which gets one post for all of
// its waiters.
void resume_all(WaiterList waiters, WaitEnd end);

}  // namespace shop
