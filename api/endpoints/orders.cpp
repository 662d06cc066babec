// Orders as their shoppers see them. Opened by the token of the cart they were born of.
#include <utility>

#include "api/endpoints/order_events.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/order_view.hpp"
#include "api/http/idempotency.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/payments/providers.hpp"
#include "api/services.hpp"
#include "core/payment/ids.hpp"
#include "events/engine.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kOrder = "/api/v1/orders/{id}";
constexpr std::string_view kEvents = "/api/v1/orders/{id}/events";
constexpr std::string_view kCancel = "/api/v1/orders/{id}/cancel";
constexpr std::string_view kRefresh = "/api/v1/orders/{id}/payments/{payment_id}/refresh";

Task<Response> show(Services& services, const Request& request) {
    const auto order = opened_order(services, request);
    if (!order) return ready(problem(order.error()));
    return answer_order(services, *request.home, *order, 200);
}

// ---- Events -------------------------------------------------------------------------------------

Task<Response> open_events(Services& services, const Request& request, OrderId order) {
    const Result<OrderFacts> facts = co_await load_order(services, *request.home, order);
    if (!facts) co_return problem(facts.error());
    Response response{.status = 200, .content_type = "text/event-stream"};
    response.with("Cache-Control", "no-store");
    response.stream =
        order_events(services, *request.home, order, std::string(request.header("last-event-id")));
    co_return response;
}

Task<Response> show_events(Services& services, const Request& request) {
    const auto order = opened_order(services, request);
    if (!order) return ready(problem(order.error()));
    return open_events(services, request, *order);
}

// ---- Cancel -------------------------------------------------------------------------------------

// A checkout that was canceled is answered once its cart is open again, or 202.
Task<Response> run_cancel(Services& services, const Request& request, OrderId order,
                          Submission submission) {
    Executor& home = *request.home;
    const Result<Receipt> receipt = co_await services.engine.submit(home, std::move(submission));
    if (!receipt) co_return problem(receipt.error());
    const Result<Snapshot> reached =
        co_await wait_for_outcome(services, home, checkout::checkout_of(order), kOutcomePatience);
    if (!reached) co_return problem(reached.error());
    const Fact<checkout::State> state{*reached};
    const bool is_over =
        state && (state->status == checkout::Status::kCompleted || state->is_closed());
    Response response = co_await answer_order(services, home, order, is_over ? 200 : 202);
    if (receipt->replayed) response.with("Idempotent-Replayed", "true");
    co_return response;
}

Task<Response> cancel(Services& services, const Request& request) {
    const auto order = opened_order(services, request);
    if (!order) return ready(problem(order.error()));
    auto submission = http::submission_of(request, kCancel, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    submission->command = order::Cancel{.order = *order};
    return run_cancel(services, request, *order, std::move(*submission));
}

// ---- Refresh ------------------------------------------------------------------------------------

Error unknown_payment() {
    return {ErrorCode::kNotFound, "unknown-payment", "The order has no such payment."};
}

Error no_provider() {
    return {ErrorCode::kUnavailable, "provider-unavailable",
            "The payment's provider is not connected right now. Try again."};
}

// What the provider says now becomes known as if it had told us by itself.
Task<Response> run_refresh(Services& services, const Request& request, PaymentId id, OrderId order,
                           Submission submission) {
    Executor& home = *request.home;
    const auto read = co_await services.engine.read(home, id);
    if (!read) co_return problem(read.error());
    const Fact<payment::State> payment{*read};
    if (!payment || payment->order_id != order) co_return problem(unknown_payment());
    const payment::QueryCall call{id, order, payment->provider, payment->provider_reference,
                                  payment::authorize_effect(id)};
    payment::ProviderResult result =
        co_await services.providers.perform(payment::query_effect(id), call);
    if (std::holds_alternative<payment::ResultUnknown>(result.of)) co_return problem(no_provider());
    submission.command = payment::RecordProviderResult{id, payment->provider, std::move(result)};
    const Result<Receipt> receipt = co_await services.engine.submit(home, std::move(submission));
    if (!receipt) co_return problem(receipt.error());
    co_return co_await answer_order(services, home, order, 200);
}

Task<Response> refresh(Services& services, const Request& request) {
    const auto order = opened_order(services, request);
    if (!order) return ready(problem(order.error()));
    const auto payment = PaymentId::parse(request.parameter("payment_id"));
    if (!payment || payment->slot() != order->slot()) return ready(problem(unknown_payment()));
    auto submission = http::submission_of(request, kRefresh, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    return run_refresh(services, request, *payment, *order, std::move(*submission));
}

// ---- Routes -------------------------------------------------------------------------------------

http::Route about_order(Method method, std::string_view pattern, std::string_view summary) {
    return {.method = method,
            .pattern = pattern,
            .summary = summary,
            .tag = "orders",
            .answer = http::schema_of<OrderView>(),
            .statuses = {200, 404, 503},
            .shop_token = true};
}

}  // namespace

void add_order_routes(http::Routes& routes, Services& services) {
    using Handle = Task<Response> (*)(Services&, const Request&);
    const auto add = [&](http::Route route, Handle handle) {
        routes.add(std::move(route), [&services, handle](const Request& request) {
            return handle(services, request);
        });
    };
    http::Route showing =
        about_order(Method::kGet, kOrder, "An order; before it is placed, as `pending`");
    showing.staff_may_look = true;
    add(std::move(showing), show);
    http::Route events = about_order(Method::kGet, kEvents, "The order, now and at each change");
    events.staff_may_look = true;
    events.parameters = {{.name = "Last-Event-ID", .in = "header"}};
    events.answer_type = "text/event-stream";
    add(std::move(events), show_events);
    http::Route canceling =
        about_order(Method::kPost, kCancel,
                    "Cancels the order; while it is pending, ends its checkout and opens the cart");
    canceling.statuses = {200, 202, 400, 404, 409, 422, 503};
    canceling.idempotent = true;
    add(std::move(canceling), cancel);
    http::Route refreshing =
        about_order(Method::kPost, kRefresh, "Asks the provider how the payment stands");
    refreshing.statuses = {200, 400, 404, 409, 422, 503};
    refreshing.idempotent = true;
    add(std::move(refreshing), refresh);
}

}  // namespace shop::api
