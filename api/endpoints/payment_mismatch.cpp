// A capture or a refund of another amount than was asked for: staff takes the provider's word.
// Until then, or until the provider puts it right, nothing of the order's money moves.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/http/schema_of.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kAccept =
    "/api/v1/admin/orders/{id}/payments/{payment_id}/accept-amount";

// As the order's `staff.mismatches` tells it.
struct AcceptAmountBody {
    Money amount;
    std::optional<CaptureId> capture_id;
    std::optional<RefundId> refund_id;
    ReasonBody reason;
    static constexpr std::string_view kSchemaName = "AcceptAmount";
};
SHOP_DESCRIBE(AcceptAmountBody, amount, capture_id, refund_id, reason)

Error unknown_payment() {
    return {ErrorCode::kNotFound, "unknown-payment", "The order has no such payment."};
}

Task<Response> accept_amount(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    const auto body = http::body_of<AcceptAmountBody>(request);
    if (!body) return ready(problem(body.error()));
    const auto payment = PaymentId::parse(request.parameter("payment_id"));
    if (!payment || payment->slot() != order->slot()) return ready(problem(unknown_payment()));
    payment::AcceptMismatch command{.order = *order,
                                    .payment = *payment,
                                    .amount = body->amount,
                                    .capture = body->capture_id.value_or(CaptureId()),
                                    .refund = body->refund_id.value_or(RefundId()),
                                    .reason = reason_of(body->reason)};
    return run_order_call(services, request, {kAccept, *order, std::move(command)});
}

}  // namespace

void add_payment_mismatch_routes(http::Routes& routes, Services& services) {
    http::Route route = order_call_route(
        kAccept, "Lets the amount count that the provider says of a capture or a refund");
    route.body = http::body_schema_of<AcceptAmountBody>();
    may_run_dry(route);
    routes.add(std::move(route),
               [&services](const Request& request) { return accept_amount(services, request); });
}

}  // namespace shop::api
