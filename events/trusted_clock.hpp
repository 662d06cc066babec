// The wall clock, watched: records are stamped by it, and a stamp can never be taken back. A wall
// clock that moved more than a minute against the steady clock is not believed: time then goes on
// from where it was, deadlines pause, and an operator is told. Thread-safe.
#pragma once

#include <atomic>

#include "events/executor.hpp"

namespace shop {

inline constexpr Duration kClockTolerance = seconds(60);

class TrustedClock {
  public:
    explicit TrustedClock(const Clock& clock);

    // Falls only if the wall clock is set back, by less than the tolerance.
    Time now() const;
    bool is_sane() const;

    // Follows the wall clock where it is slowly corrected; called about once a second.
    void follow();

  private:
    const Clock& clock_;
    std::atomic<std::int64_t> ahead_us_;  // wall clock less steady clock, as believed
};

}  // namespace shop
