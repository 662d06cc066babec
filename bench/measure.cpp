#include "bench/measure.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>

namespace shop::bench {

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Histogram::quantile_ms(double share) const {
    const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (counts_[i] == 0 || seen < rank) continue;
        const std::size_t shift = i >> kSubBits;
        const std::size_t low = i & ((1U << kSubBits) - 1);
        const std::uint64_t value = shift == 0 ? low : ((1ULL << kSubBits) + low) << (shift - 1);
        return static_cast<double>(value) * 1e-6;
    }
    return 0;
}

void Histogram::merge(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
}

Row::Row(std::string_view name) : json_(fmt::format("{{\"row\":\"{}\"", name)) {}

Row::~Row() {
    fmt::print("{}}}\n", json_);
    std::fflush(stdout);
}

Row& Row::number(std::string_view name, double value) {
    json_ += fmt::format(",\"{}\":{:.6g}", name, value);
    return *this;
}

Row& Row::text(std::string_view name, std::string_view value) {
    json_ += fmt::format(",\"{}\":\"{}\"", name, value);
    return *this;
}

Row& Row::latencies(const Histogram& histogram, std::string_view prefix) {
    const std::string begin(prefix);
    number(begin + "p50_ms", histogram.quantile_ms(0.5));
    number(begin + "p99_ms", histogram.quantile_ms(0.99));
    number(begin + "p999_ms", histogram.quantile_ms(0.999));
    return number(begin + "max_ms", histogram.quantile_ms(1));
}

}  // namespace shop::bench
