// Whose order it is: staff gives what a guest bought to a customer, so that it is found with theirs
// and erased with them.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
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

// The command to a customer's stream, as part of this call: the call's repetition repeats it.
template <class Command>
Task<Result<Receipt>> submit_part(Services& services, const Request& request, Command command) {
    auto submission = http::submission_of(request, kOrderCustomer, services.secrets);
    if (!submission) co_return std::unexpected(submission.error());
    const StreamId customer = command.customer;
    submission->id = CommandId::derive(
        customer.slot(),
        {"part", submission->id.to_string(), std::string(Command::kType), customer.to_string()});
    submission->command = std::move(command);
    co_return co_await services.engine.submit(*request.home, std::move(*submission));
}

// The customer first: erased at any moment, they take with them what they have. Whoever had it
// before lets go last; were that lost, too much would be erased with them, never too little.
Task<Response> assign(Services& services, const Request& request) {
    const auto id = OrderId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_order());
    const auto body = http::body_of<AssignCustomerBody>(request);
    if (!body) co_return problem(body.error());
    const Reason reason = reason_of(body->reason);
    const auto read = co_await services.engine.read(*request.home, *id);
    if (!read) co_return problem(read.error());
    const auto* order = state_in<order::State>(*read);
    if (order == nullptr) co_return problem(unknown_order());
    const Status assignable = order::check_assignable(*order, body->customer_id);
    if (!assignable) co_return problem(assignable.error());
    const CustomerId before = order->customer_id;
    const auto taken = co_await submit_part(
        services, request,
        customer::AssignOrder{body->customer_id, *id, order->personal_keys(), reason});
    if (!taken) co_return problem(taken.error());
    Response response = co_await run_order_call(
        services, request,
        {kOrderCustomer, *id, order::AssignCustomer{*id, body->customer_id, reason}});
    if (response.status != 200 || before.is_empty() || before == body->customer_id)
        co_return response;
    const auto left =
        co_await submit_part(services, request, customer::UnassignOrder{before, *id, reason});
    if (!left) co_return problem(left.error());
    co_return response;
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
