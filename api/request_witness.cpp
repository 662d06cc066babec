#include "api/request_witness.hpp"

namespace shop::api {
namespace {

constexpr Duration kSlow = seconds(1);

}  // namespace

RequestWitness::RequestWitness(const http::Routes& routes, Metrics& metrics, LogLines& log,
                               AccessLog access)
    : metrics_(metrics), log_(log), access_(access) {
    const auto add = [&](std::string method, std::string route) {
        Histogram& times = metrics.histogram("shopverse_http_request_duration_seconds",
                                             "Time from a request's header to its answer.",
                                             {{"method", method}, {"route", route}});
        series_.push_back({std::move(method), std::move(route), {}, &times});
    };
    for (const auto& entry : routes.all())
        add(std::string(name_of(entry->route.method)), std::string(entry->route.pattern));
    add("other", "other");
}

void RequestWitness::on_answer(const http::Request& request, const http::Routes::Entry* entry,
                               const http::Response& response, Duration took) {
    const int status = response.status;
    Series& series = entry == nullptr ? series_.back() : series_[entry->number];
    Counter*& counter = series.by_class[static_cast<std::size_t>(status / 100)];
    if (counter == nullptr)
        counter = &metrics_.counter("shopverse_http_requests_total", "Answers given.",
                                    {{"method", series.method},
                                     {"route", series.route},
                                     {"status", std::to_string(status / 100) + "xx"}});
    counter->add();
    series.times->observe(took);
    const bool failed = status >= 500 || status == 401 || status == 403 || status == 429;
    const bool wanted =
        access_ == AccessLog::kAll || (access_ == AccessLog::kFailed && (failed || took > kSlow));
    if (wanted) log(request, series, status, took);
    if (!response.cause.empty())
        log_.error("A request failed: " + response.cause, {{"http.request.id", request.id}});
}

// The route, not the path: a path may hold what is nobody's business (a search, a link's token).
void RequestWitness::log(const http::Request& request, const Series& series, int status,
                         Duration took) {
    log_.line(status >= 500 ? LogLevel::kError : LogLevel::kInfo, "http request",
              {{"http.request.method", name_of(request.method)},
               {"http.route", series.route},
               {"http.response.status_code", status},
               {"event.duration", took.us * 1'000},
               {"http.request.id", request.id},
               {"trace.id", request.trace},
               {"user.id", request.caller.actor.id}});
}

}  // namespace shop::api
