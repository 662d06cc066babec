// What is measured, and how it is told.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shop::bench {

inline std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// CPU time of this process.
double cpu_seconds();

// Latencies in buckets of at most 1.6 % width. One thread.
class Histogram {
  public:
    void add(std::int64_t ns) {
        ++counts_[bucket_of(static_cast<std::uint64_t>(ns < 0 ? 0 : ns))];
        ++count_;
    }
    std::uint64_t count() const { return count_; }
    // The value below which that share of all lies, in milliseconds.
    double quantile_ms(double share) const;
    void merge(const Histogram& other);

  private:
    static constexpr unsigned kSubBits = 6;
    static std::size_t bucket_of(std::uint64_t value) {
        if (value < (1U << kSubBits)) return value;
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - kSubBits - 1;
        return (static_cast<std::size_t>(shift + 1) << kSubBits) +
               ((value >> shift) & ((1U << kSubBits) - 1));
    }
    std::array<std::uint64_t, 60U << kSubBits> counts_{};
    std::uint64_t count_ = 0;
};

// A line of the result: {"row":"…", "per_second":…, …}, printed by the destructor.
class Row {
  public:
    explicit Row(std::string_view name);
    ~Row();
    Row(const Row&) = delete;
    Row& operator=(const Row&) = delete;
    Row& number(std::string_view name, double value);
    Row& text(std::string_view name, std::string_view value);
    // p50, p99, p99.9 and max.
    Row& latencies(const Histogram& histogram, std::string_view prefix = "");

  private:
    std::string json_;
};

// Runs `step()` over and over for that long; the mean time of one in ns. `step` does `batch`
// things.
template <class Step>
double nanoseconds_each(double seconds, int batch, Step step) {
    const std::int64_t begin = now_ns();
    const auto until = begin + static_cast<std::int64_t>(seconds * 1e9);
    std::int64_t steps = 0;
    std::int64_t at = begin;
    for (; at < until; at = now_ns(), ++steps) step();
    return static_cast<double>(at - begin) / static_cast<double>(steps * batch);
}

}  // namespace shop::bench
