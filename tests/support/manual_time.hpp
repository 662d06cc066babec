// Time and threads in the hand of a test: a clock that stands still until it is told to move, and
// an executor that runs what was posted when it is told to run.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "events/executor.hpp"

namespace shop::tests {

// Thread-safe.
class ManualClock final : public Clock {
  public:
    static constexpr std::int64_t kStart = 1'795'000'000'000'000;  // a day in November 2026

    Time now() const override { return {wall_us_}; }
    Duration steady() const override { return {steady_us_}; }

    void advance(Duration by) {
        wall_us_ += by.us;
        steady_us_ += by.us;
    }
    // Somebody sets the wall clock.
    void jump(Duration by) { wall_us_ += by.us; }

  private:
    std::atomic<std::int64_t> wall_us_ = kStart;
    std::atomic<std::int64_t> steady_us_ = 0;
};

// Posting is thread-safe; running is for one thread.
class ManualExecutor final : public Executor {
  public:
    explicit ManualExecutor(const Clock& clock) : clock_(clock) {}

    void post(Function function) override {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(function));
    }
    void post_after(Duration delay, Function function) override {
        const std::lock_guard lock(mutex_);
        delayed_.emplace(clock_.steady().us + delay.us, std::move(function));
    }

    // Runs one function that is due; false if there is none.
    bool run_one() {
        Function function;
        {
            const std::lock_guard lock(mutex_);
            while (!delayed_.empty() && delayed_.begin()->first <= clock_.steady().us) {
                posted_.push_back(std::move(delayed_.begin()->second));
                delayed_.erase(delayed_.begin());
            }
            if (posted_.empty()) return false;
            function = std::move(posted_.front());
            posted_.pop_front();
        }
        function();
        return true;
    }
    void run() {
        while (run_one()) {
        }
    }

  private:
    const Clock& clock_;
    std::mutex mutex_;
    std::deque<Function> posted_;                    // guarded by mutex_
    std::multimap<std::int64_t, Function> delayed_;  // guarded by mutex_; by steady time
};

}  // namespace shop::tests
