// Stock of all SKUs, and how that of one has moved.
#include "api/endpoints/staff_list.hpp"
#include "api/http/schema_of.hpp"
#include "core/stock/stock.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::api {
namespace {

using http::Request;
using http::Response;

struct StockItemView {
    std::string sku;
    std::string title;
    ProductId product_id;
    VariantId variant_id;
    std::int64_t on_hand = 0;
    std::int64_t held = 0;       // by checkouts that are not decided
    std::int64_t allocated = 0;  // sold, not shipped
    std::int64_t reserved = 0;   // held + allocated
    std::int64_t available = 0;
    bool tracked = true;
    std::int64_t backorder_limit = 0;  // -1: unlimited
    std::int64_t safety_stock = 0;
    static constexpr std::string_view kSchemaName = "StockItem";
    bool operator==(const StockItemView&) const = default;
};
SHOP_DESCRIBE(StockItemView, sku, title, product_id, variant_id, on_hand, held, allocated, reserved,
              available, tracked, backorder_limit, safety_stock)

struct StockListView {
    std::vector<StockItemView> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "StockList";
    bool operator==(const StockListView&) const = default;
};
SHOP_DESCRIBE(StockListView, items, next)

enum class MovementKind { kReceived, kAdjusted, kShipped, kRestocked };
SHOP_DESCRIBE_ENUM(MovementKind, kReceived, kAdjusted, kShipped, kRestocked)

struct MovementView {
    StockId stock_id;
    std::optional<std::string> sku;  // none: no product has it any more
    MovementKind kind = MovementKind::kReceived;
    std::int64_t units = 0;           // negative: out of the house
    std::int64_t on_hand_change = 0;  // 0 if not tracked, or it came back damaged
    std::optional<std::int64_t> counted;
    std::optional<std::string> reason;
    std::optional<std::string> note;
    std::optional<std::string> document;
    std::optional<OrderId> order_id;
    ActorView actor;
    Time moved_at;
    static constexpr std::string_view kSchemaName = "StockMovement";
    bool operator==(const MovementView&) const = default;
};
SHOP_DESCRIBE(MovementView, stock_id, sku, kind, units, on_hand_change, counted, reason, note,
              document, order_id, actor, moved_at)

struct MovementListView {
    std::vector<MovementView> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "StockMovementList";
    bool operator==(const MovementListView&) const = default;
};
SHOP_DESCRIBE(MovementListView, items, next)

Task<Response> list_item_movements(Services& services, const Request& request) {
    const auto product = services.catalog_fold.find_any_sku(request.parameter("sku"));
    const auto* found = product ? product->state.find_sku(request.parameter("sku")) : nullptr;
    if (found == nullptr)
        return ready(
            http::problem({ErrorCode::kNotFound, "unknown-sku", "No product has this SKU."}));
    projections::storefront::ItemMovementFilters fixed;
    fixed.stock = stock::stock_of(found->variant.inventory_item).to_string();
    return answer_list(services, request, projections::storefront::list_item_movements,
                       std::move(fixed));
}

std::vector<http::Parameter> movement_parameters() {
    std::vector<http::Parameter> all{
        {.name = "kind", .one_of = http::names_of<MovementKind>()},
        {.name = "order", .description = "the order's id", .min = 1, .max = 40}};
    for (http::Parameter& time : time_parameters("moved at or after")) all.push_back(time);
    return all;
}

// Of one item's movements, and those that a list over all items has besides.
std::vector<http::Parameter> all_movement_parameters() {
    std::vector<http::Parameter> all = movement_parameters();
    all.push_back({.name = "document",
                   .description = "the fulfillment's or credit note's id, or a receipt's reference",
                   .min = 1,
                   .max = 200});
    all.push_back({.name = "actor",
                   .description = "who recorded it: an id, or a kind such as staff",
                   .min = 1,
                   .max = 200});
    return all;
}

}  // namespace

void add_admin_stock_list_routes(http::Routes& routes, Services& services) {
    routes.add(
        staff_list_route(
            {.pattern = "/api/v1/admin/stock",
             .summary = "The stock of every SKU, drafts too, by SKU",
             .tag = "stock (staff)",
             .parameters =
                 {{.name = "available_max",
                   .type = "integer",
                   .description = "only what is tracked and has no more to sell",
                   .min = -stock::kQuantityMax,
                   .max = stock::kQuantityMax},
                  {.name = "q", .description = "part of SKU or title", .min = 1, .max = 200}},
             .answer = http::schema_of<StockListView>()}),
        [&services](const Request& request) {
            return answer_list(services, request, projections::storefront::list_stock);
        });
    http::Route movements = staff_list_route(
        {.pattern = "/api/v1/admin/stock/{sku}/movements",
         .summary = "What came in, was counted, left or came back, the newest first",
         .tag = "stock (staff)",
         .parameters = movement_parameters(),
         .answer = http::schema_of<MovementListView>()});
    movements.statuses.push_back(404);
    routes.add(std::move(movements), [&services](const Request& request) {
        return list_item_movements(services, request);
    });
    routes.add(
        staff_list_route(
            {.pattern = "/api/v1/admin/stock-movements",
             .summary = "What came in, was counted, left or came back, of all SKUs, newest first",
             .tag = "stock (staff)",
             .parameters = all_movement_parameters(),
             .answer = http::schema_of<MovementListView>()}),
        [&services](const Request& request) {
            return answer_list(services, request, projections::storefront::list_movements);
        });
}

}  // namespace shop::api
