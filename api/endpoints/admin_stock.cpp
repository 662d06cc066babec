// Stock by SKU, as staff keeps it.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "core/stock/stock.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;
using http::Route;

constexpr std::string_view kStock = "/api/v1/admin/stock/{sku}";
constexpr std::string_view kReceive = "/api/v1/admin/stock/{sku}/receive";
constexpr std::string_view kAdjust = "/api/v1/admin/stock/{sku}/adjust";
constexpr std::string_view kPolicy = "/api/v1/admin/stock/{sku}/policy";

struct StockView {
    std::string sku;
    std::int64_t on_hand = 0;
    std::int64_t held = 0;       // by checkouts that are not decided
    std::int64_t allocated = 0;  // sold, not shipped
    std::int64_t reserved = 0;   // held + allocated
    std::int64_t available = 0;
    std::int64_t short_by = 0;  // promised, not there, and more than may be oversold
    bool tracked = true;
    std::int64_t backorder_limit = 0;  // -1: unlimited
    std::int64_t safety_stock = 0;
    static constexpr std::string_view kSchemaName = "Stock";
    bool operator==(const StockView&) const = default;
};
SHOP_DESCRIBE(StockView, sku, on_hand, held, allocated, reserved, available, short_by, tracked,
              backorder_limit, safety_stock)

struct ReceiveBody {
    std::int64_t quantity = 0;
    stock::ReceiveReason reason = stock::ReceiveReason::kPurchase;
    std::optional<std::string> reference;
    std::optional<std::string> note;
    static constexpr std::array kLimits = {
        http::Limit{.member = "quantity", .min = 1, .max = stock::kQuantityMax},
        http::Limit{.member = "reference", .max = 200},
        http::Limit{.member = "note", .max = 200},
    };
    bool operator==(const ReceiveBody&) const = default;
};
SHOP_DESCRIBE(ReceiveBody, quantity, reason, reference, note)

struct AdjustBody {
    std::int64_t on_hand = 0;
    stock::AdjustReason reason = stock::AdjustReason::kCount;
    std::optional<std::string> note;
    std::optional<std::int64_t> expected;  // refused if this is not what is on hand now
    static constexpr std::array kLimits = {
        http::Limit{.member = "on_hand", .min = 0, .max = stock::kQuantityMax},
        http::Limit{.member = "note", .max = 200},
    };
    bool operator==(const AdjustBody&) const = default;
};
SHOP_DESCRIBE(AdjustBody, on_hand, reason, note, expected)

struct PolicyBody {
    bool tracked = true;
    std::int64_t backorder_limit = 0;
    std::int64_t safety_stock = 0;
    std::optional<ReasonBody> reason;
    static constexpr std::array kLimits = {
        http::Limit{.member = "backorder_limit", .min = -1, .max = stock::kQuantityMax},
        http::Limit{.member = "safety_stock", .min = 0, .max = stock::kQuantityMax},
    };
    bool operator==(const PolicyBody&) const = default;
};
SHOP_DESCRIBE(PolicyBody, tracked, backorder_limit, safety_stock, reason)

// The stock item that the SKU of the path draws on.
struct Item {
    std::string sku;
    VariantId variant;
    std::string inventory_item;
    StockId stock;
};

Result<Item> item_of(const Services& services, const Request& request) {
    const std::string sku(request.parameter("sku"));
    const auto product = services.catalog_fold.find_any_sku(sku);
    const auto* found = product ? product->state.find_sku(sku) : nullptr;
    if (found == nullptr)
        return fail(ErrorCode::kNotFound, "unknown-sku", "No product has this SKU.");
    const std::string& item = found->variant.inventory_item;
    return Item{sku, found->variant.variant_id, item, stock::stock_of(item)};
}

StockView view_of(const Item& item, const stock::State& state) {
    return {.sku = item.sku,
            .on_hand = state.on_hand,
            .held = state.held_total,
            .allocated = state.allocated_total,
            .reserved = state.reserved(),
            .available = state.available(),
            .short_by = state.short_by(),
            .tracked = state.tracked,
            .backorder_limit = state.backorder_limit,
            .safety_stock = state.safety_stock};
}

Response answer(const Item& item, const Result<Snapshot>& read) {
    if (!read) return problem(read.error());
    const auto* state = state_in<stock::State>(*read);
    Response response =
        http::json_answer(200, view_of(item, state == nullptr ? stock::State{} : *state));
    response.with("ETag", http::etag_of(read->version));
    return response;
}

Task<Response> show(Services& services, const Request& request) {
    const auto item = item_of(services, request);
    if (!item) co_return problem(item.error());
    co_return answer(*item, co_await services.engine.read(*request.home, item->stock));
}

// What makes the item of a new variant known, with the first that is done with it.
stock::Open opening(const Item& item) {
    return {item.stock, item.variant, item.inventory_item};
}

Task<Response> change(Services& services, const Request& request, std::string_view pattern,
                      Item item, AnyCommand command) {
    if (is_dry_run(request)) {
        auto submission = http::submission_of(request, pattern, services.secrets);
        if (!submission) co_return problem(submission.error());
        submission->command = std::move(command);
        co_return co_await answer_dry_run(services, *request.home, std::move(*submission),
                                          item.sku);
    }
    const auto receipt = co_await submit_call(services, request, pattern, std::move(command));
    if (!receipt) co_return problem(receipt.error());
    Response response = answer(item, co_await read_behind(services, request, item.stock, *receipt));
    http::tell_receipt(response, *receipt);
    co_return response;
}

Task<Response> receive(Services& services, const Request& request) {
    auto body = http::body_of<ReceiveBody>(request);
    if (!body) return ready(problem(body.error()));
    const auto version = http::if_match_of(request);
    if (!version) return ready(problem(version.error()));
    auto item = item_of(services, request);
    if (!item) return ready(problem(item.error()));
    stock::Receive command{item->stock, body->quantity, body->reason, body->reference.value_or(""),
                           body->note.value_or("")};
    command.opens = opening(*item);
    command.expected_version = *version;
    return change(services, request, kReceive, std::move(*item), std::move(command));
}

Task<Response> adjust(Services& services, const Request& request) {
    auto body = http::body_of<AdjustBody>(request);
    if (!body) return ready(problem(body.error()));
    const auto version = http::if_match_of(request);
    if (!version) return ready(problem(version.error()));
    auto item = item_of(services, request);
    if (!item) return ready(problem(item.error()));
    stock::Count command{.stock = item->stock,
                         .counted = body->on_hand,
                         .expected = body->expected,
                         .reason = body->reason,
                         .note = body->note.value_or(""),
                         .opens = opening(*item),
                         .expected_version = *version};
    return change(services, request, kAdjust, std::move(*item), std::move(command));
}

Task<Response> set_policy(Services& services, const Request& request) {
    auto body = http::body_of<PolicyBody>(request);
    if (!body) return ready(problem(body.error()));
    const auto version = http::if_match_of(request);
    if (!version) return ready(problem(version.error()));
    auto item = item_of(services, request);
    if (!item) return ready(problem(item.error()));
    stock::SetPolicy command{item->stock,
                             body->tracked,
                             body->backorder_limit,
                             body->safety_stock,
                             reason_of(body->reason),
                             opening(*item),
                             *version};
    return change(services, request, kPolicy, std::move(*item), std::move(command));
}

Route route_of(Method method, std::string_view pattern, std::string_view summary) {
    const bool reads = method == Method::kGet;
    Route route{.method = method,
                .pattern = pattern,
                .summary = summary,
                .tag = "stock (staff)",
                .access = reads ? http::Access::kAnyStaff : http::Access::kStaff,
                .answer = http::schema_of<StockView>(),
                .statuses = {200, 404, 409},
                .idempotent = !reads};
    if (reads) return route;
    route.parameters.push_back(if_match_parameter());
    route.statuses.push_back(412);
    return route;
}

template <class Body>
Route taking(Route route) {
    route.body = http::body_schema_of<Body>();
    return route;
}

Route moving(Route route) {
    may_run_dry(route);
    return route;
}

}  // namespace

void add_admin_stock_routes(http::Routes& routes, Services& services) {
    const auto add = [&](Route route, Task<Response> (*handler)(Services&, const Request&)) {
        routes.add(std::move(route), [&services, handler](const Request& request) {
            return handler(services, request);
        });
    };
    add(route_of(Method::kGet, kStock, "The stock of a SKU"), &show);
    add(moving(taking<ReceiveBody>(route_of(Method::kPost, kReceive, "Goods came in"))), &receive);
    add(moving(taking<AdjustBody>(route_of(Method::kPost, kAdjust, "Goods were counted"))),
        &adjust);
    add(taking<PolicyBody>(
            route_of(Method::kPut, kPolicy, "Whether stock is tracked, and what may be oversold")),
        &set_policy);
}

}  // namespace shop::api
