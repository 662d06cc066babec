// What Prometheus scrapes.
#include "api/metrics.hpp"

#include <catch2/catch.hpp>

namespace shop {
namespace {

TEST_CASE("counters, gauges and times are told in Prometheus's words") {
    api::Metrics metrics;
    metrics.counter("shop_sold_total", "Units sold.", {{"sku", "a\"b"}}).add(3);
    metrics.counter("shop_sold_total", "Units sold.", {{"sku", "a\"b"}}).add();
    metrics.ask("shop_lag_seconds", "Lag.", {}, [] { return 0.5; });
    auto& times = metrics.histogram("shop_took_seconds", "Time.", {{"route", "/"}});
    times.observe(milliseconds(1));
    times.observe(milliseconds(2));
    times.observe(seconds(60));
    auto& sizes = metrics.sizes("shop_group_records", "Records of a group.");
    for (const std::int64_t size : {0, 1, 7, 20'000}) sizes.observe(size);
    const std::string text = metrics.text();
    for (const char* line :
         {"# TYPE shop_sold_total counter\n", "shop_sold_total{sku=\"a\\\"b\"} 4\n",
          "# TYPE shop_lag_seconds gauge\n", "shop_lag_seconds 0.5\n",
          "shop_took_seconds_bucket{route=\"/\",le=\"0.001\"} 1\n",
          "shop_took_seconds_bucket{route=\"/\",le=\"10\"} 2\n",
          "shop_took_seconds_bucket{route=\"/\",le=\"+Inf\"} 3\n",
          "shop_took_seconds_count{route=\"/\"} 3\n", "shop_took_seconds_sum{route=\"/\"} 60.003\n",
          "shop_group_records_bucket{le=\"1\"} 2\n", "shop_group_records_bucket{le=\"10\"} 3\n",
          "shop_group_records_bucket{le=\"10000\"} 3\n",
          "shop_group_records_bucket{le=\"+Inf\"} 4\n", "shop_group_records_sum 20008\n"})
        CHECK(text.find(line) != text.npos);
    metrics.forget_asked();
    CHECK(metrics.text().find("shop_lag_seconds") == std::string::npos);
}

}  // namespace
}  // namespace shop
