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

// Durations, in buckets from 100 µs to 10 s.
class Histogram {
  public:
    static constexpr std::array<double, 16> kBounds = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
        0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
    void observe(Duration took);

  private:
    friend class Metrics;
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
    std::atomic<std::int64_t> sum_us_ = 0;
};

class Metrics {
  public:
    using Labels = std::vector<std::pair<std::string, std::string>>;

    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {});
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
    Series& series_of(std::string_view name, std::string_view help, const Labels& labels,
                      Kind kind);

    mutable std::mutex mutex_;
    std::map<std::string, Family, std::less<>> families_;  // guarded by mutex_
};

}  // namespace shop::api
