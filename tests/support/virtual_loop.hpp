// Time and a loop that stand still until a test moves them: a clock and an executor on one thread.
// The same posts in the same order give the same run.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "core/base/time.hpp"
#include "events/executor.hpp"

namespace shop::tests {

class VirtualClock final : public Clock {
  public:
    explicit VirtualClock(Time start) : start_(start) {}
    Time now() const override { return start_ + elapsed_; }
    Duration steady() const override { return elapsed_; }
    void advance_to(Duration steady) { elapsed_ = std::max(elapsed_, steady); }

  private:
    const Time start_;
    Duration elapsed_;
};

class VirtualLoop final : public Executor {
  public:
    explicit VirtualLoop(VirtualClock& clock) : clock_(clock) {}

    void post(Function function) override { ready_.push_back(std::move(function)); }
    void post_after(Duration delay, Function function) override {
        delayed_.emplace(clock_.steady().us + delay.us, std::move(function));
    }

    bool is_idle() const { return ready_.empty(); }
    std::optional<Duration> next_timer() const {
        if (delayed_.empty()) return std::nullopt;
        return Duration{delayed_.begin()->first};
    }

    // Runs one posted function whose time has come; false if there is none.
    bool step() {
        const bool is_due = !delayed_.empty() && delayed_.begin()->first <= clock_.steady().us;
        if (ready_.empty() && !is_due) return false;
        Function function;
        if (!ready_.empty()) {
            function = std::move(ready_.front());
            ready_.pop_front();
        } else {
            function = std::move(delayed_.begin()->second);
            delayed_.erase(delayed_.begin());
        }
        function();
        return true;
    }

    // Runs all that is due for so long, moving the clock from one timer to the next.
    void run_for(Duration duration) {
        const Duration end{clock_.steady().us + duration.us};
        for (;;) {
            while (step()) {
            }
            const auto next = next_timer();
            if (!next || *next > end) break;
            clock_.advance_to(*next);
        }
        clock_.advance_to(end);
    }

  private:
    VirtualClock& clock_;
    std::deque<Function> ready_;
    std::multimap<std::int64_t, Function> delayed_;  // by steady microseconds
};

}  // namespace shop::tests
