// A task that waits until somebody ends the wait or its time is over, whichever comes first.
//
//   co_return co_await callback<bool>([&](auto resume) {
//       add(TimedWait<bool>::begin(home, timeout, false, std::move(resume)));
//   });
//
// Thread-safe. The task resumes once, on `home`, never inside a call.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "events/executor.hpp"

namespace shop {

template <class T>
class TimedWait : public std::enable_shared_from_this<TimedWait<T>> {
  public:
    using Resume = std::move_only_function<void(T)>;

    TimedWait(Executor& home, Resume resume) : home_(home), resume_(std::move(resume)) {}

    // `late` is what it comes to after `timeout`.
    static std::shared_ptr<TimedWait> begin(Executor& home, Duration timeout, T late,
                                            Resume resume) {
        auto wait = std::make_shared<TimedWait>(home, std::move(resume));
        home.post_after(timeout, [wait, late = std::move(late)]() mutable {
            if (!wait->is_over_.exchange(true)) wait->resume_(std::move(late));
        });
        return wait;
    }

    // Nothing, if it is over.
    void end(T value) {
        if (is_over_.exchange(true)) return;
        home_.post([wait = this->shared_from_this(), value = std::move(value)]() mutable {
            wait->resume_(std::move(value));
        });
    }

    bool is_over() const { return is_over_; }

  private:
    Executor& home_;
    Resume resume_;
    std::atomic<bool> is_over_ = false;
};

}  // namespace shop
