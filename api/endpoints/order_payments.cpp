// Money for an order that came after the sale, outside of any provider: recorded by staff.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/person_views.hpp"
#include "api/http/schema_of.hpp"
#include "core/order/order.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kPayments = "/api/v1/admin/orders/{id}/payments";

// Without an amount it is all that is still to be paid. The same external id is the same payment;
// without one, the same reference is.
struct RecordPaymentBody {
    std::string method;
    std::optional<Money> amount;
    std::optional<std::string> reference;
    std::optional<Time> paid_at;  // if that was before now
    std::optional<ExternalView> external;
    std::optional<bool> beyond_due;  // true: more came than is still to be paid
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "RecordPayment";
    static constexpr std::array kLimits = {
        http::Limit{.member = "method", .min = 1, .max = 40},
        http::Limit{.member = "reference", .min = 1, .max = 200},
    };
};
SHOP_DESCRIBE(RecordPaymentBody, method, amount, reference, paid_at, external, beyond_due, reason)

order::RecordPayment command_of(const OrderId& order, const RecordPaymentBody& body) {
    order::RecordPayment command{.order = order,
                                 .payment = {},
                                 .method = {body.method, "", ""},
                                 .reference = body.reference.value_or(""),
                                 .amount = body.amount,
                                 .paid_at = body.paid_at,
                                 .external = {},
                                 .beyond_due = body.beyond_due.value_or(false),
                                 .reason = reason_of(body.reason)};
    if (body.external) command.external = external_of(*body.external);
    return command;
}

Task<Response> record_payment(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    const auto body = http::body_of<RecordPaymentBody>(request);
    if (!body) return ready(problem(body.error()));
    const Status amount = check_money("/amount", body->amount);
    if (!amount) return ready(problem(amount.error()));
    const auto submission = http::submission_of(request, kPayments, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    order::RecordPayment command = command_of(*order, *body);
    command.payment = command.external ? payment::later_payment_of(*order, *command.external)
                                       : payment::later_payment_of(*order, submission->id);
    return run_order_call(services, request, {kPayments, *order, std::move(command), 201});
}

}  // namespace

void add_order_payment_routes(http::Routes& routes, Services& services) {
    http::Route route = order_call_route(
        kPayments,
        "Records money that came outside of any provider. 200 for a payment that was there before");
    route.body = http::body_schema_of<RecordPaymentBody>();
    route.statuses.insert(route.statuses.begin(), 201);
    may_run_dry(route);
    routes.add(std::move(route),
               [&services](const Request& request) { return record_payment(services, request); });
}

}  // namespace shop::api
