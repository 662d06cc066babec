// What happened to one thing, for staff and auditors: the records of its stream, from the log. Only
// the process that has the embedded log open can tell.
#include <algorithm>

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

// An order's story is told by its cart, checkout, payments, fulfillments and credit notes too.
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
    if (facts->order)
        for (const CreditNoteId& note : facts->order->credit_notes) streams.emplace_back(note);
    co_return streams;
}

// The streams of one partition, which are told together. All of an order are on its own but the
// credit notes over several orders.
struct Chapter {
    Partition partition;
    std::vector<StreamId> streams;
};

// That of the first stream first.
std::vector<Chapter> chapters_of(const Services& services, const std::vector<StreamId>& streams) {
    const SlotMap slots(services.event_log->partitions());
    std::vector<Chapter> chapters;
    for (const StreamId& stream : streams) {
        const Partition partition = slots.partition_of(stream);
        const auto at = std::ranges::find(chapters, partition, &Chapter::partition);
        if (at == chapters.end())
            chapters.push_back({partition, {stream}});
        else
            at->streams.push_back(stream);
    }
    return chapters;
}

// Where a page begins.
struct Place {
    std::size_t chapter = 0;
    Checkpoint from;
};

Result<Place> place_of(const Services& services, const Request& request,
                       const std::vector<Chapter>& chapters) {
    const auto cursor = request.argument("cursor");
    if (!cursor) return Place{};
    SHOP_TRY(keys, http::read_cursor(services.secrets, request.path, *cursor));
    const auto partition = Partition::parse(keys.empty() ? "" : keys[0]);
    const auto at = std::ranges::find_if(
        chapters, [&](const Chapter& chapter) { return chapter.partition == partition; });
    if (keys.size() != 2 || at == chapters.end())
        return fail_field("cursor", "is not a cursor of this history");
    SHOP_TRY(from, json::from_json<Checkpoint>(keys[1], json::Missing::kIsDefault));
    return Place{static_cast<std::size_t>(at - chapters.begin()), std::move(from)};
}

// Where the next page begins, if there is one.
std::optional<Place> place_behind(std::size_t chapter, std::size_t chapters,
                                  std::optional<Checkpoint> next) {
    if (next) return Place{chapter, std::move(*next)};
    if (chapter + 1 < chapters) return Place{chapter + 1, {}};
    return std::nullopt;
}

Error unknown_stream() {
    return {ErrorCode::kNotFound, "unknown-stream", "The log holds nothing of that id."};
}

Response answer_of(const Services& services, const Request& request, std::size_t chapter,
                   const std::vector<Chapter>& chapters, HistoryPage page) {
    const auto next = place_behind(chapter, chapters.size(), std::move(page.next));
    const bool is_nothing = page.items.empty() && !next && !request.argument("cursor");
    if (is_nothing) return problem(unknown_stream());
    HistoryView view{std::move(page.items), {}};
    if (next)
        view.next = http::make_cursor(services.secrets, request.path,
                                      {chapters[next->chapter].partition.to_string(),
                                       json::to_json(next->from, json::Defaults::kOmit)});
    return http::page_answer(request, view);
}

Task<Response> show(Services& services, Worker& worker, const Request& request) {
    const auto id = StreamId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_stream());
    const auto streams = co_await streams_of(services, *request.home, *id);
    if (!streams) co_return problem(streams.error());
    const std::vector<Chapter> chapters = chapters_of(services, *streams);
    auto place = place_of(services, request, chapters);
    if (!place) co_return problem(place.error());
    const auto limit = static_cast<std::size_t>(request.integer_argument("limit").value_or(kLimit));
    const Chapter& chapter = chapters[place->chapter];
    const HistoryQuery query{chapter.partition, chapter.streams, std::move(place->from), limit};
    Result<HistoryPage> page = co_await worker.call<Result<HistoryPage>>(
        *request.home, [&services, &query] { return read_history(*services.event_log, query); });
    if (!page) co_return problem(page.error());
    co_return answer_of(services, request, place->chapter, chapters, std::move(*page));
}

}  // namespace

void add_history_routes(http::Routes& routes, Services& services) {
    if (services.event_log == nullptr) return;
    // Shared by the handler's copies.
    const auto worker = std::make_shared<Worker>();
    routes.add(
        {.pattern = "/api/v1/admin/history/{id}",
         .summary = "The records of a stream (a product, a stock item, a cart, …), the oldest "
                    "first; of an order with all that followed from it, last the credit notes over "
                    "several orders",
         .tag = "log",
         .access = http::Access::kAnyStaff,
         .parameters = {{.name = "cursor", .description = "`next` of the page before", .min = 1},
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
