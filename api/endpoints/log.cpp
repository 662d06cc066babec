// The log itself, for operators and auditors: its entries as they are stored, and a backup of all a
// shop must not lose. Only the process that has the embedded log open can do either.
#include <algorithm>

#include "api/backup.hpp"
#include "api/event_log.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/log_page.hpp"
#include "api/services.hpp"
#include "events/engine.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "events/worker.hpp"

namespace shop::api {
namespace {

using http::Access;
using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::int64_t kPageDefault = 100;

struct BackupBody {
    std::string folder;
    static constexpr std::array kLimits = {
        http::Limit{.member = "folder", .min = 2, .max = 4'000, .pattern = "^/"}};
};
SHOP_DESCRIBE(BackupBody, folder)

template <class T>
Response answer(int status, const Result<T>& value) {
    if (!value) return problem(value.error());
    Response response = http::json_answer(status, *value);
    response.with("Cache-Control", "no-store");
    return response;
}

Task<Response> list(const Services& services, Worker& worker, const Request& request) {
    const Log& log = *services.event_log;
    const Result<LogPartitions> partitions = co_await worker.call<Result<LogPartitions>>(
        *request.home, [&log] { return read_log_partitions(log); });
    co_return answer(200, partitions);
}

Task<Response> show(const Services& services, Worker& worker, const Request& request) {
    const Log& log = *services.event_log;
    const auto partition = Partition::parse(request.parameter("partition"));
    const auto all = log.partitions().all();
    if (!partition || std::ranges::find(all, *partition) == all.end())
        co_return problem({ErrorCode::kNotFound, "unknown-partition",
                           "The log has no such partition; GET /api/v1/admin/log lists them."});
    const Offset from = request.integer_argument("from").value_or(0);
    const auto limit =
        static_cast<std::size_t>(request.integer_argument("limit").value_or(kPageDefault));
    const Result<LogPage> page = co_await worker.call<Result<LogPage>>(
        *request.home,
        [&log, partition, from, limit] { return read_log_page(log, *partition, from, limit); });
    co_return answer(200, page);
}

// Whoever has an operator's key decides where on this machine secrets are copied to.
Result<std::filesystem::path> folder_of(const BackupBody& body,
                                        const std::filesystem::path& below) {
    const std::filesystem::path folder = std::filesystem::path(body.folder).lexically_normal();
    const std::filesystem::path inside =
        folder.lexically_relative(std::filesystem::absolute(below).lexically_normal());
    if (!inside.empty() && *inside.begin() != "..") return folder;
    return fail_field("/folder", "must lie below " + below.string() + " (serve --backups)");
}

Task<Response> make_backup(const Services& services, Worker& worker, const Request& request) {
    const auto body = http::body_of<BackupBody>(request);
    if (!body) co_return problem(body.error());
    if (services.embedded_log == nullptr) co_return problem(no_backup());
    const auto folder = folder_of(*body, services.backups);
    if (!folder) co_return problem(folder.error());
    const Time now = services.engine.now();
    const Result<BackupManifest> made = co_await worker.call<Result<BackupManifest>>(
        *request.home, [&services, now, folder = *folder] {
            return back_up({services.data, *services.embedded_log, services.erasures}, now, folder);
        });
    co_return answer(201, made);
}

}  // namespace

void add_log_routes(http::Routes& routes, Services& services) {
    if (services.event_log == nullptr) return;
    // Shared by the handlers, which are copied.
    const auto worker = std::make_shared<Worker>();
    routes.add({.method = Method::kGet,
                .pattern = "/api/v1/admin/log",
                .summary = "The partitions of the event log",
                .tag = "log",
                .access = Access::kAnyStaff,
                .answer = http::schema_of<LogPartitions>(),
                .statuses = {200, 401, 403}},
               [&services, worker](const Request& r) { return list(services, *worker, r); });
    routes.add({.method = Method::kGet,
                .pattern = "/api/v1/admin/log/{partition}",
                .summary = "Entries of a partition as they are stored",
                .tag = "log",
                .access = Access::kAnyStaff,
                .parameters = {{.name = "from",
                                .type = "integer",
                                .description = "offset of the first entry",
                                .min = 0},
                               {.name = "limit",
                                .type = "integer",
                                .description = "entries at most",
                                .min = 1,
                                .max = kLogPageEntriesMax}},
                .answer = http::schema_of<LogPage>(),
                .statuses = {200, 400, 401, 403, 404}},
               [&services, worker](const Request& r) { return show(services, *worker, r); });
    routes.add({.method = Method::kPost,
                .pattern = "/api/v1/admin/backups",
                .summary = "Copies what must not be lost into a new folder of the shop's machine",
                .tag = "log",
                .access = Access::kOperator,
                .body = http::body_schema_of<BackupBody>(),
                .answer = http::schema_of<BackupManifest>(),
                .statuses = {201, 400, 401, 403, 409, 503}},
               [&services, worker](const Request& r) { return make_backup(services, *worker, r); });
}

}  // namespace shop::api
