#include "api/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/assert.hpp"

namespace shop::api {
namespace {

// `route="/carts",status="200"`
std::string text_of(const Metrics::Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        text += (text.empty() ? "" : ",") + name + "=\"";
        for (const char c : value) {
            if (c == '\\' || c == '"') text.push_back('\\');
            text += c == '\n' ? std::string("\\n") : std::string(1, c);
        }
        text.push_back('"');
    }
    return text;
}

std::string in_braces(const std::string& labels) {
    return labels.empty() ? std::string() : "{" + labels + "}";
}

}  // namespace

void Histogram::observe(Duration took) {
    SHOP_ASSERT(of_ == Of::kDurations);
    add(took.us);
}

void Histogram::observe(std::int64_t size) {
    SHOP_ASSERT(of_ == Of::kSizes);
    add(size);
}

void Histogram::add(std::int64_t value) {
    const auto bound = std::ranges::lower_bound(bounds(), value);
    buckets_[static_cast<std::size_t>(bound - bounds().begin())].fetch_add(
        1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Metrics::Series& Metrics::series_of(std::string_view name, std::string_view help,
                                    const Labels& labels, Kind kind) {
    auto [family, fresh] = families_.try_emplace(std::string(name));
    if (fresh) family->second = {kind, std::string(help), {}};
    SHOP_ASSERT(family->second.kind == kind);
    return family->second.series[text_of(labels)];
}

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
    const std::scoped_lock lock(mutex_);
    Series& series = series_of(name, help, labels, Kind::kCounter);
    if (!series.counter) series.counter = std::make_unique<Counter>();
    return *series.counter;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, Labels labels) {
    return histogram_of(name, help, labels, Histogram::Of::kDurations);
}

Histogram& Metrics::sizes(std::string_view name, std::string_view help, Labels labels) {
    return histogram_of(name, help, labels, Histogram::Of::kSizes);
}

Histogram& Metrics::histogram_of(std::string_view name, std::string_view help, const Labels& labels,
                                 Histogram::Of of) {
    const std::scoped_lock lock(mutex_);
    Series& series = series_of(name, help, labels, Kind::kHistogram);
    if (!series.histogram) series.histogram = std::make_unique<Histogram>(of);
    return *series.histogram;
}

void Metrics::ask(std::string_view name, std::string_view help, Labels labels,
                  std::function<double()> value, bool is_counter) {
    const std::scoped_lock lock(mutex_);
    series_of(name, help, labels, is_counter ? Kind::kCounter : Kind::kGauge).asked =
        std::move(value);
}

void Metrics::forget_asked() {
    const std::scoped_lock lock(mutex_);
    for (auto& [name, family] : families_)
        std::erase_if(family.series, [](const auto& one) { return one.second.asked != nullptr; });
    std::erase_if(families_, [](const auto& family) { return family.second.series.empty(); });
}

std::string Metrics::text() const {
    static constexpr std::array<std::string_view, 3> kTypes = {"counter", "gauge", "histogram"};
    std::string out;
    const auto back = std::back_inserter(out);
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, family] : families_) {
        fmt::format_to(back, "# HELP {} {}\n# TYPE {} {}\n", name, family.help, name,
                       kTypes[static_cast<std::size_t>(family.kind)]);
        for (const auto& [labels, series] : family.series) {
            if (series.counter)
                fmt::format_to(back, "{}{} {}\n", name, in_braces(labels), series.counter->value());
            if (series.asked)
                fmt::format_to(back, "{}{} {}\n", name, in_braces(labels), series.asked());
            if (!series.histogram) continue;
            const Histogram& histogram = *series.histogram;
            const std::string before = labels.empty() ? "" : labels + ",";
            std::uint64_t count = 0;
            for (std::size_t i = 0; i <= Histogram::kBuckets; ++i) {
                count += histogram.buckets_[i].load(std::memory_order_relaxed);
                const std::string bound =
                    i < Histogram::kBuckets
                        ? fmt::format("{}", histogram.told(histogram.bounds()[i]))
                        : std::string("+Inf");
                fmt::format_to(back, "{}_bucket{{{}le=\"{}\"}} {}\n", name, before, bound, count);
            }
            const auto sum = histogram.sum_.load(std::memory_order_relaxed);
            fmt::format_to(back, "{}_sum{} {}\n{}_count{} {}\n", name, in_braces(labels),
                           histogram.told(sum), name, in_braces(labels), count);
        }
    }
    return out;
}

}  // namespace shop::api
