// The list of orders, with how each stands with its money and its goods.
#include "api/endpoints/order_view.hpp"
#include "api/endpoints/staff_list.hpp"
#include "api/http/schema_of.hpp"

namespace shop::api {
namespace {

enum class Balance { kNegative, kZero, kPositive };
SHOP_DESCRIBE_ENUM(Balance, kNegative, kZero, kPositive)

struct OrderItem {
    OrderId id;
    std::string number;
    std::string status;
    std::string payment_status;
    std::string fulfillment_status;
    std::string return_status;
    std::optional<std::string> hold;  // why nothing of it is shipped
    Time placed_at;
    std::string source;
    std::optional<sale::External> external;
    std::optional<CustomerId> customer_id;
    std::string country;
    std::int64_t items = 0;
    Money total;
    Money due;  // total - canceled - credited
    Money captured;
    Money refunded;
    Money balance;  // due - (captured - refunded); negative: owed to the buyer
    static constexpr std::string_view kSchemaName = "OrderItem";
    bool operator==(const OrderItem&) const = default;
};
SHOP_DESCRIBE(OrderItem, id, number, status, payment_status, fulfillment_status, return_status,
              hold, placed_at, source, external, customer_id, country, items, total, due, captured,
              refunded, balance)

struct OrderListView {
    std::vector<OrderItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "OrderList";
    bool operator==(const OrderListView&) const = default;
};
SHOP_DESCRIBE(OrderListView, items, next)

std::vector<http::Parameter> parameters() {
    std::vector<http::Parameter> all{
        {.name = "status", .one_of = http::names_of<order::Status>()},
        {.name = "payment_status", .one_of = http::names_of<order::PaymentStatus>()},
        {.name = "fulfillment_status",
         .one_of = {"unfulfilled", "partially_fulfilled", "fulfilled", "delivered"}},
        {.name = "balance",
         .description = "what is still to be paid; negative: owed to the buyer",
         .one_of = http::names_of<Balance>()},
        {.name = "customer", .description = "the customer's id", .min = 1, .max = 40},
        {.name = "country", .description = "where the goods go", .min = 2, .max = 2},
        {.name = "number", .description = "or its beginning", .min = 1},
        {.name = "email", .description = "the contact's address, whole", .min = 1},
        {.name = "q",
         .description = "a number or its beginning, an id of another system, or an e-mail address",
         .min = 1,
         .max = 254}};
    for (http::Parameter& time : time_parameters("placed at or after")) all.push_back(time);
    return all;
}

}  // namespace

void add_admin_order_list_routes(http::Routes& routes, Services& services) {
    routes.add(staff_list_route({.pattern = "/api/v1/admin/orders",
                                 .summary = "Orders, the newest first",
                                 .tag = "orders (staff)",
                                 .parameters = parameters(),
                                 .answer = http::schema_of<OrderListView>()}),
               [&services](const http::Request& request) {
                   return answer_list(services, request, projections::storefront::list_sales);
               });
}

}  // namespace shop::api
