#include "events/trusted_clock.hpp"

#include <cstdlib>

namespace shop {
namespace {

// What corrections by the system's time service stay below between two looks.
constexpr Duration kSlew = seconds(1);

}  // namespace

TrustedClock::TrustedClock(const Clock& clock)
    : clock_(clock), ahead_us_(clock.now().us - clock.steady().us) {}

Time TrustedClock::now() const {
    const std::int64_t steady = clock_.steady().us;
    const std::int64_t believed = steady + ahead_us_.load(std::memory_order_relaxed);
    const Time wall = clock_.now();
    return std::abs(wall.us - believed) > kClockTolerance.us ? Time{believed} : wall;
}

bool TrustedClock::is_sane() const {
    const std::int64_t believed = clock_.steady().us + ahead_us_.load(std::memory_order_relaxed);
    return std::abs(clock_.now().us - believed) <= kClockTolerance.us;
}

void TrustedClock::follow() {
    const std::int64_t ahead = clock_.now().us - clock_.steady().us;
    if (std::abs(ahead - ahead_us_.load(std::memory_order_relaxed)) <= kSlew.us)
        ahead_us_.store(ahead, std::memory_order_relaxed);
}

}  // namespace shop
