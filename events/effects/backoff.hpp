// How long to wait before a thing is tried again: 50 ms, doubling to 60 s, spread by a quarter to
// both sides so that what failed together does not come back together.
#pragma once

#include <cstdint>
#include <random>

#include "core/base/time.hpp"

namespace shop {

inline constexpr Duration kBackoffFirst = milliseconds(50);
inline constexpr Duration kBackoffMax = seconds(60);

class Backoff {
  public:
    explicit Backoff(std::uint64_t seed) : random_(seed) {}

    // Before the next try, after `tries` of them (from 1).
    Duration after(int tries) {
        Duration delay = kBackoffFirst;
        for (int i = 1; i < tries && delay < kBackoffMax; ++i) delay.us *= 2;
        if (delay > kBackoffMax) delay = kBackoffMax;
        std::uniform_int_distribution<std::int64_t> spread(-delay.us / 4, delay.us / 4);
        return {delay.us + spread(random_)};
    }

  private:
    std::mt19937_64 random_;
};

}  // namespace shop
