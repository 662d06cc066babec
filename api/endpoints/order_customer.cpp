// Whose order it is: staff gives what a guest bought to a customer, so that it is found with theirs
// and erased with them.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/try_again.hpp"
#include "api/http/schema_of.hpp"
#include "core/customer/customer.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kOrderCustomer = "/api/v1/admin/orders/{id}/customer";

struct AssignCustomerBody {
    CustomerId customer_id;
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "AssignOrderCustomer";
};
SHOP_DESCRIBE(AssignCustomerBody, customer_id, reason)

// The customer first: erased at any moment, they take with them what they have. Whoever had it
// before lets go last; were that lost, too much would be erased with them, never too little. So
// nobody lets go for a repetition: the order may be theirs again.
Task<Response> try_assign(Services& services, const Request& request, OrderId id,
                          AssignCustomerBody body) {
    const Reason reason = reason_of(body.reason);
    const auto read = co_await services.engine.read(*request.home, id);
    if (!read) co_return problem(read.error());
    const auto* order = state_in<order::State>(*read);
    if (order == nullptr) co_return problem(unknown_order());
    const Status assignable = order::check_assignable(*order, body.customer_id);
    if (!assignable) co_return problem(assignable.error());
    const CustomerId before = order->customer_id;
    const std::vector<std::string> keys = order->personal_keys();
    const auto taken = co_await give_order(services, request, kOrderCustomer,
                                           {body.customer_id, id, keys, reason});
    if (!taken) co_return problem(taken.error());
    order::AssignCustomer command{id, body.customer_id, keys, reason};
    Response response =
        co_await run_order_call(services, request, {kOrderCustomer, id, std::move(command)});
    const bool is_done = response.status == 200 && response.header("Idempotent-Replayed").empty();
    if (!is_done || before.is_empty() || before == body.customer_id) co_return response;
    const auto left = co_await take_order(services, request, kOrderCustomer, {before, id, reason});
    if (!left) co_return problem(left.error());
    co_return response;
}

// A note that is written at this moment may bring a key of its own: it is theirs in the next try.
Task<Response> assign(Services& services, const Request& request) {
    const auto id = OrderId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_order());
    const auto body = http::body_of<AssignCustomerBody>(request);
    if (!body) co_return problem(body.error());
    co_return co_await try_again_if("order-changed",
                                    [&] { return try_assign(services, request, *id, *body); });
}

}  // namespace

void add_order_customer_routes(http::Routes& routes, Services& services) {
    http::Route route = order_call_route(
        kOrderCustomer,
        "Assigns a guest's order to a customer; it is erased with them from then on");
    route.body = http::body_schema_of<AssignCustomerBody>();
    routes.add(std::move(route),
               [&services](const Request& request) { return assign(services, request); });
}

}  // namespace shop::api
