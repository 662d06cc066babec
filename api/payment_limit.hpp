// How many payments that did not succeed an address may make: so that nobody tries out stolen
// cards here. A payment takes one of the address's tries when it is asked for, and gives it back
// unless it was declined, or is still undecided; used tries come back over an hour. Remembers a
// bounded number of addresses. Thread-safe: one for all loops.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "api/rate_limit.hpp"

namespace shop::api {

class PaymentLimit {
  public:
    // `tries_an_hour` 0: no limit.
    PaymentLimit(const Clock& clock, std::int64_t tries_an_hour)
        : is_limited_(tries_an_hour > 0),
          tries_(clock, static_cast<double>(tries_an_hour),
                 static_cast<double>(tries_an_hour) / kSecondsAnHour) {}

    // Nothing: one was taken. Else how long until there is one again.
    std::optional<Duration> take(std::string_view address) {
        if (!is_limited_) return std::nullopt;
        const std::lock_guard lock(mutex_);
        if (tries_.take(address)) return std::nullopt;
        return std::max(tries_.until_next(address), seconds(1));
    }
    void give_back(std::string_view address) {
        if (!is_limited_) return;
        const std::lock_guard lock(mutex_);
        tries_.give_back(address);
    }

  private:
    static constexpr double kSecondsAnHour = 3'600;
    const bool is_limited_;
    std::mutex mutex_;
    RateLimit tries_;  // guarded by mutex_
};

}  // namespace shop::api
