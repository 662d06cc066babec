// Who serves which partition of the log (cluster_status.hpp): for operators and auditors.
#include "api/cluster_status.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"

namespace shop::api {
namespace {

using http::Request;
using http::Response;

Response show(const Services& services) {
    const auto view = services.cluster_status.look();
    if (!view) return http::problem(view.error());
    return http::json_answer(200, *view).with("Cache-Control", "no-store");
}

}  // namespace

void add_cluster_routes(http::Routes& routes, Services& services) {
    routes.add({.pattern = "/api/v1/admin/cluster",
                .summary = "Which process serves each partition of the log, as far as this one "
                           "knows, and how far its own copies are behind",
                .tag = "log",
                .access = http::Access::kAnyStaff,
                .answer = http::schema_of<ClusterView>(),
                .statuses = {200, 401, 403, 503}},
               [&services](const Request&) { return ready(show(services)); });
}

}  // namespace shop::api
