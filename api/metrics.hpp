// Numbers about the running program, in Prometheus's text format.
//
//   Counter& refused = metrics.counter("shopverse_refused_total", "Commands refused.",
//                                      {{"reason", "too-busy"}});
//   refused.add();
//
// Names follow Prometheus's rules: base units, `_total` for counters, `_seconds` for durations.
// Registering is thread-safe and returns a reference that lives as long as the registry; the same
// name and labels give the same one. Counting is thread-safe and takes no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.hpp"

namespace shop::api {

class Counter {
  public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_ = 0;
};

// Durations, in buckets from 100 µs to 10 s; or sizes, from 1 to 10,000.
class Histogram {
  public:
    enum class Of { kDurations, kSizes };
    explicit Histogram(Of of) : of_(of) {}

    void observe(Duration took);
    void observe(std::int64_t size);

  private:
    friend class Metrics;
    static constexpr std::size_t kBuckets = 16;
    using Bounds = std::array<std::int64_t, kBuckets>;
    static constexpr Bounds kDurations = {
        100,    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,
        50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
    static constexpr Bounds kSizes = {1,   2,   3,   5,   10,    20,    30,    50,
                                      100, 200, 300, 500, 1'000, 2'000, 5'000, 10'000};
    const Bounds& bounds() const { return of_ == Of::kDurations ? kDurations : kSizes; }
    // As it is told: seconds, or how many.
    double told(std::int64_t value) const {
        return static_cast<double>(value) / (of_ == Of::kDurations ? 1e6 : 1);
    }
    void add(std::int64_t value);

    const Of of_;
    std::array<std::atomic<std::uint64_t>, kBuckets + 1> buckets_{};
    std::atomic<std::int64_t> sum_ = 0;
};

class Metrics {
  public:
    using Labels = std::vector<std::pair<std::string, std::string>>;

    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {});
    // The same of sizes.
    Histogram& sizes(std::string_view name, std::string_view help, Labels labels = {});
    // Asked at each scrape, on the scraping thread; must not block. A counter that is kept
    // elsewhere is told by `is_counter`.
    void ask(std::string_view name, std::string_view help, Labels labels,
             std::function<double()> value, bool is_counter = false);
    // Whatever asked values read is about to go.
    void forget_asked();

    // The whole text; content type kTextType.
    std::string text() const;
    static constexpr std::string_view kTextType = "text/plain; version=0.0.4; charset=utf-8";

  private:
    enum class Kind { kCounter, kGauge, kHistogram };
    struct Series {
        std::unique_ptr<Counter> counter;
        std::unique_ptr<Histogram> histogram;
        std::function<double()> asked;
    };
    struct Family {
        Kind kind = Kind::kCounter;
        std::string help;
        std::map<std::string, Series> series;  // by their labels as text
    };
    Histogram& histogram_of(std::string_view name, std::string_view help, const Labels& labels,
                            Histogram::Of of);
    Series& series_of(std::string_view name, std::string_view help, const Labels& labels,
                      Kind kind);

    mutable std::mutex mutex_;
    std::map<std::string, Family, std::less<>> families_;  // guarded by mutex_
};

}  // namespace shop::api
