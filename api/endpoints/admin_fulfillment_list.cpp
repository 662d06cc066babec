// The list of fulfillments of all orders.
#include "api/endpoints/staff_list.hpp"
#include "api/http/schema_of.hpp"
#include "core/fulfillment/fulfillment.hpp"

namespace shop::api {
namespace {

struct FulfillmentItem {
    FulfillmentId id;
    OrderId order_id;
    std::optional<std::string> order_number;
    std::int64_t number = 0;  // of its order
    fulfillment::Status status = fulfillment::Status::kCreated;
    std::string location;
    std::int64_t items = 0;
    std::optional<std::string> carrier;
    std::vector<std::string> tracking;
    std::string reason;  // of whoever changed it last
    std::string note;
    Time created_at;
    std::optional<Time> shipped_at;
    std::optional<Time> ended_at;
    static constexpr std::string_view kSchemaName = "FulfillmentItem";
    bool operator==(const FulfillmentItem&) const = default;
};
SHOP_DESCRIBE(FulfillmentItem, id, order_id, order_number, number, status, location, items, carrier,
              tracking, reason, note, created_at, shipped_at, ended_at)

struct FulfillmentListView {
    std::vector<FulfillmentItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "FulfillmentList";
    bool operator==(const FulfillmentListView&) const = default;
};
SHOP_DESCRIBE(FulfillmentListView, items, next)

std::vector<http::Parameter> parameters() {
    std::vector<http::Parameter> all{
        {.name = "status", .one_of = http::names_of<fulfillment::Status>()},
        {.name = "order", .description = "the order's id", .min = 1, .max = 40},
        {.name = "location", .min = 1, .max = 60},
        {.name = "q",
         .description = "an order's number, or one of tracking",
         .min = 1,
         .max = 200}};
    for (http::Parameter& time : time_parameters("created at or after")) all.push_back(time);
    return all;
}

}  // namespace

void add_admin_fulfillment_list_routes(http::Routes& routes, Services& services) {
    routes.add(staff_list_route({.pattern = "/api/v1/admin/fulfillments",
                                 .summary = "Fulfillments, the newest first",
                                 .tag = "fulfillments (staff)",
                                 .parameters = parameters(),
                                 .answer = http::schema_of<FulfillmentListView>()}),
               [&services](const http::Request& request) {
                   return answer_list(services, request,
                                      projections::storefront::list_fulfillments);
               });
}

}  // namespace shop::api
