// /livez: the process answers. /readyz: it can serve. /metrics: what it counts.
//
// Ready is whoever can sell: every partition is served, the prices are those of the log, Postgres
// answers. A view that stands still is an alarm (`project status`, metrics), but no reason to send
// shoppers away: what it shows is old, and carts and orders do not come from it.
#include "api/http/message.hpp"
#include "api/http/route.hpp"
#include "api/metrics.hpp"
#include "api/services.hpp"
#include "events/catalog/catalog_fold.hpp"
#include "events/engine.hpp"
#include "projections/postgres/pipeline.hpp"

namespace shop::api {
namespace {

using http::Request;
using http::Response;

Response text(std::string body) {
    return Response{.content_type = "text/plain", .body = std::move(body)}.with("Cache-Control",
                                                                                "no-store");
}

// Whether the partitions are served and the catalog follows the log. Asks the state store for a
// stream that is not there, and Postgres for a row. Of several processes none is worse for another
// one that has died.
Task<Response> be_ready(Services& services) {
    if (const Status serving = services.engine.serving(); !serving)
        co_return http::problem(serving.error());
    if (!services.is_one_of_several) {
        const auto nothing = CartId::derive({"readyz"});
        const Result<Snapshot> read = co_await services.engine.read(services.home, nothing);
        if (!read) co_return http::problem(read.error());
    }
    if (services.catalog_fold.failure())
        co_return http::problem({ErrorCode::kUnavailable, "catalog-stopped",
                                 "The catalog cannot be read on; the shop's log says why."});
    if (services.reads != nullptr) {
        const Status answers = co_await services.reads->pulse();
        if (!answers) co_return http::problem(answers.error());
    }
    co_return text("ok\n");
}

}  // namespace

void add_health_routes(http::Routes& routes, Services& services) {
    routes.add({.pattern = "/livez",
                .summary = "Answers as long as the process does",
                .tag = "operation",
                .answer_type = "text/plain"},
               [](const Request&) { return ready(text("ok\n")); });
    routes.add({.pattern = "/readyz",
                .summary = "Answers 200 if the shop can serve: its log and its views",
                .tag = "operation",
                .statuses = {200, 503},
                .answer_type = "text/plain"},
               [&services](const Request&) { return be_ready(services); });
    routes.add(
        {.pattern = "/metrics",
         .summary = "Counters and times, for Prometheus",
         .tag = "operation",
         .answer_type = Metrics::kTextType},
        [&services](const Request&) {
            return ready(
                Response{.content_type = Metrics::kTextType, .body = services.metrics.text()}.with(
                    "Cache-Control", "no-store"));
        });
}

}  // namespace shop::api
