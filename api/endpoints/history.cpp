// What happened to one thing, for staff and auditors: the records of its stream, from the log. Only
// the process that has the embedded log open can tell.
#include "api/endpoints/order_facts.hpp"
#include "api/http/cursor.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/log_history.hpp"
#include "api/services.hpp"
#include "core/json/decode.hpp"
#include "events/engine.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "events/slot_map.hpp"
#include "events/worker.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::int64_t kLimit = 100;

struct HistoryView {
    std::vector<HistoryItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "History";
    bool operator==(const HistoryView&) const = default;
};
SHOP_DESCRIBE(HistoryView, items, next)

// An order's story is told by its cart, checkout, payments and fulfillments too; all in its slot.
Task<Result<std::vector<StreamId>>> streams_of(Services& services, Executor& home, StreamId id) {
    std::vector<StreamId> streams{id};
    if (id.kind != StreamKind::kOrder) co_return streams;
    const auto order = id.as<OrderId>();
    const Result<OrderFacts> facts = co_await load_order(services, home, order);
    if (!facts) co_return std::unexpected(facts.error());
    streams.emplace_back(checkout::cart_of(order));
    streams.emplace_back(checkout::checkout_of(order));
    for (const auto& [payment, _] : facts->payments) streams.emplace_back(payment);
    for (const auto& [fulfillment, _] : facts->fulfillments) streams.emplace_back(fulfillment);
    co_return streams;
}

Result<HistoryQuery> query_of(const Services& services, const Request& request, StreamId id) {
    const SlotMap slots(services.event_log->partitions());
    HistoryQuery query{.partition = slots.partition_of(id), .streams = {}, .from = {}};
    query.limit = static_cast<std::size_t>(request.integer_argument("limit").value_or(kLimit));
    if (const auto cursor = request.argument("cursor")) {
        SHOP_TRY(keys, http::read_cursor(services.secrets, request.path, *cursor));
        SHOP_TRY(from, json::from_json<Checkpoint>(keys.empty() ? "" : keys[0],
                                                   json::Missing::kIsDefault));
        query.from = std::move(from);
    }
    return query;
}

Error unknown_stream() {
    return {ErrorCode::kNotFound, "unknown-stream", "The log holds nothing of that id."};
}

Response answer_of(const Services& services, const Request& request, HistoryPage page) {
    const bool is_nothing = page.items.empty() && !page.next && !request.argument("cursor");
    if (is_nothing) return problem(unknown_stream());
    HistoryView view{std::move(page.items), {}};
    if (page.next)
        view.next = http::make_cursor(services.secrets, request.path,
                                      {json::to_json(*page.next, json::Defaults::kOmit)});
    return http::page_answer(request, view);
}

Task<Response> show(Services& services, Worker& worker, const Request& request) {
    const auto id = StreamId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_stream());
    auto query = query_of(services, request, *id);
    if (!query) co_return problem(query.error());
    auto streams = co_await streams_of(services, *request.home, *id);
    if (!streams) co_return problem(streams.error());
    query->streams = std::move(*streams);
    Result<HistoryPage> page = co_await worker.call<Result<HistoryPage>>(
        *request.home, [&services, query = std::move(*query)] {
            return read_history(*services.event_log, query);
        });
    if (!page) co_return problem(page.error());
    co_return answer_of(services, request, std::move(*page));
}

}  // namespace

void add_history_routes(http::Routes& routes, Services& services) {
    if (services.event_log == nullptr) return;
    // Shared by the handler's copies.
    const auto worker = std::make_shared<Worker>();
    routes.add(
        {.pattern = "/api/v1/admin/history/{id}",
         .summary = "The records of a stream (a product, a stock item, a cart, …), the oldest "
                    "first; of an order with its cart, its checkout and its payments",
         .tag = "log",
         .access = http::Access::kAnyStaff,
         .parameters = {{.name = "cursor", .description = "`next` of the page before"},
                        {.name = "limit",
                         .type = "integer",
                         .description = "records; a page may have fewer, or none, and still "
                                        "have a `next`",
                         .min = 1,
                         .max = 100}},
         .answer = http::schema_of<HistoryView>(),
         .statuses = {200, 400, 401, 403, 404, 422, 503}},
        [&services, worker](const Request& request) { return show(services, *worker, request); });
}

}  // namespace shop::api
