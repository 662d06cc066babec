// Counts every answer by route and status, times it by route, and logs what deserves it: always
// what callers are not told. One per loop; one thread.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "api/http/dispatcher.hpp"
#include "api/log_lines.hpp"
#include "api/metrics.hpp"

namespace shop::api {

enum class AccessLog {
    kFailed,  // answers of 500 and more, refused keys, and what took over a second
    kAll,
    kNone,
};
SHOP_DESCRIBE_ENUM(AccessLog, kFailed, kAll, kNone)

class RequestWitness final : public http::Witness {
  public:
    // All must outlive it; the routes are complete.
    RequestWitness(const http::Routes& routes, Metrics& metrics, LogLines& log, AccessLog access);

    void on_answer(const http::Request& request, const http::Routes::Entry* entry,
                   const http::Response& response, Duration took) override;

  private:
    struct Series {
        std::string method;
        std::string route;
        std::array<Counter*, 6> by_class{};  // 2xx at 2, …; made when first needed
        Histogram* times = nullptr;
    };
    void log(const http::Request& request, const Series& series, int status, Duration took);

    Metrics& metrics_;
    LogLines& log_;
    const AccessLog access_;
    std::vector<Series> series_;  // by Entry::number; the last is for what no route serves
};

}  // namespace shop::api
