// Token buckets by name (an address, a cart): so many at once, refilled at a steady rate. Remembers
// a bounded number of names, those that asked last. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "events/executor.hpp"

namespace shop::api {

class RateLimit {
  public:
    static constexpr std::size_t kNamesMax = 10'000;

    RateLimit(const Clock& clock, double burst, double per_second)
        : clock_(clock), burst_(burst), per_second_(per_second) {}

    // Takes one; false if there was none left.
    bool take(std::string_view name) {
        Bucket& bucket = refilled(name);
        if (bucket.tokens < 1) return false;
        bucket.tokens -= 1;
        return true;
    }

    // One that was taken was not used after all.
    void give_back(std::string_view name) {
        Bucket& bucket = refilled(name);
        bucket.tokens = std::min(burst_, bucket.tokens + 1);
    }

    std::size_t size() const { return buckets_.size(); }

    // How long until take() succeeds.
    Duration until_next(std::string_view name) {
        const double missing = std::max(0.0, 1 - refilled(name).tokens);
        return {static_cast<std::int64_t>(missing / per_second_ * 1e6)};
    }

  private:
    struct Bucket {
        double tokens;
        Duration at;
    };
    Bucket& refilled(std::string_view name) {
        const Duration now = clock_.steady();
        if (buckets_.size() >= kNamesMax) forget_full(now);
        Bucket& bucket = buckets_.try_emplace(std::string(name), Bucket{burst_, now}).first->second;
        bucket.tokens = level(bucket, now);
        bucket.at = now;
        return bucket;
    }
    double level(const Bucket& bucket, Duration now) const {
        const double seconds_passed = static_cast<double>((now - bucket.at).us) / 1e6;
        return std::min(burst_, bucket.tokens + seconds_passed * per_second_);
    }
    // A full bucket says nothing; if all are in use, a flood of names is on and all start anew.
    void forget_full(Duration now) {
        std::erase_if(buckets_,
                      [&](const auto& named) { return level(named.second, now) >= burst_; });
        if (buckets_.size() >= kNamesMax) buckets_.clear();
    }

    const Clock& clock_;
    const double burst_;
    const double per_second_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace shop::api
