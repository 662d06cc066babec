// For operators: the versions of views.
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"
#include "events/worker.hpp"
#include "projections/postgres/pipeline.hpp"
#include "projections/projectors.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;
using projections::Projector;
using projections::VersionStatus;
using projections::ViewVersions;

// Which version is meant; 0: the one that is being built, or that stopped, where that makes sense.
struct VersionBody {
    std::int64_t version = 0;
    static constexpr std::string_view kSchemaName = "ViewVersion";
    static constexpr std::array kLimits = {
        http::Limit{.member = "version", .min = 0, .max = 1'000'000}};
    bool operator==(const VersionBody&) const = default;
};
SHOP_DESCRIBE(VersionBody, version)

Error no_views() {
    return {ErrorCode::kUnavailable, "no-views", "This shop runs without Postgres."};
}

// Does it, then tells how all versions stand. The desk's thread waits for Postgres as long as it
// takes, and others wait for it: nobody goes there while Postgres says nothing.
Task<Response> run_on_desk(Services& services, std::function<Status()> work) {
    if (const Status answers = co_await services.reads->pulse(); !answers)
        co_return problem(answers.error());
    using Statuses = Result<std::vector<VersionStatus>>;
    const std::function<Statuses()> job = [&services, work = std::move(work)]() -> Statuses {
        if (auto done = work(); !done) return std::unexpected(done.error());
        return services.views->status();
    };
    auto statuses = co_await services.view_worker->call<Statuses>(services.home, job);
    if (!statuses) co_return problem(statuses.error());
    co_return http::json_answer(200, ViewVersions{std::move(*statuses)});
}

Task<Response> show_views(Services& services) {
    if (services.views == nullptr) return ready(problem(no_views()));
    return run_on_desk(services, [] { return Status{}; });
}

Task<Response> change_view(Services& services, const Request& request, bool has_version,
                           std::function<Status(Projector&, int)> change) {
    if (services.views == nullptr) return ready(problem(no_views()));
    Projector* projector = services.views->find(request.parameter("view"));
    if (projector == nullptr)
        return ready(problem({ErrorCode::kNotFound, "unknown-view", "There is no such view."}));
    int version = 0;
    if (has_version) {
        auto body = http::body_of<VersionBody>(request);
        if (!body) return ready(problem(body.error()));
        version = static_cast<int>(body->version);
    }
    return run_on_desk(services, [change = std::move(change), projector, version] {
        return change(*projector, version);
    });
}

http::Route about_view(http::Method method, std::string_view pattern, std::string_view summary) {
    return {
        .method = method,
        .pattern = pattern,
        .summary = summary,
        .tag = "projections (staff)",
        .access = method == http::Method::kGet ? http::Access::kAnyStaff : http::Access::kOperator,
        .answer = http::schema_of<ViewVersions>(),
        .statuses = {200, 400, 401, 403, 404, 409, 422, 503}};
}

}  // namespace

void add_view_admin_routes(http::Routes& routes, Services& services) {
    routes.add(about_view(http::Method::kGet, "/api/v1/admin/projections",
                          "How far each version of each view has read, and whether it stopped"),
               [&services](const Request&) { return show_views(services); });
    routes.add(about_view(http::Method::kPost, "/api/v1/admin/projections/{view}/rebuild",
                          "Builds the next version beside the live one"),
               [&services](const Request& request) {
                   return change_view(services, request, false, [](Projector& projector, int) {
                       auto version = projector.rebuild();
                       return version ? Status{} : std::unexpected(version.error());
                   });
               });
    const auto add = [&](std::string_view pattern, std::string_view summary,
                         Status (Projector::*change)(int)) {
        http::Route route = about_view(http::Method::kPost, pattern, summary);
        route.body = http::body_schema_of<VersionBody>();
        routes.add(std::move(route), [&services, change](const Request& request) {
            return change_view(services, request, true,
                               [change](Projector& projector, int version) {
                                   return (projector.*change)(version);
                               });
        });
    };
    add("/api/v1/admin/projections/{view}/swap",
        "Makes a version live; the one before stays, for the way back", &Projector::swap);
    add("/api/v1/admin/projections/{view}/drop", "Drops a version that is not live",
        &Projector::drop);
    add("/api/v1/admin/projections/{view}/resume", "A version that stopped goes on",
        &Projector::resume);
}

}  // namespace shop::api
