// Money that a provider has and nobody asked for (`payment.discovered`): staff gives it back, or
// closes it and says why. It is on the list of what needs a person until then.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/credit_note_view.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/http/schema_of.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kPayment = "/api/v1/admin/discovered-payments/{id}";
constexpr std::string_view kGiveBack = "/api/v1/admin/discovered-payments/{id}/give-back";
constexpr std::string_view kClose = "/api/v1/admin/discovered-payments/{id}/close";

struct DiscoveredReasonBody {
    ReasonBody reason;
    static constexpr std::string_view kSchemaName = "DiscoveredPaymentReason";
};
SHOP_DESCRIBE(DiscoveredReasonBody, reason)

struct DiscoveredPaymentView {
    PaymentId id;
    std::string provider;
    std::string provider_reference;
    payment::Status status = payment::Status::kDiscovered;
    Money amount;
    Money authorized;  // in all, taken or not; nothing, while the provider told of no hold
    Money left;        // that is neither back nor on its way
    Money held;        // of it, what was not taken
    PaymentRefundsView refunds;
    std::optional<Reason> closed;
    Time discovered_at;
    static constexpr std::string_view kSchemaName = "DiscoveredPayment";
    bool operator==(const DiscoveredPaymentView&) const = default;
};
SHOP_DESCRIBE(DiscoveredPaymentView, id, provider, provider_reference, status, amount, authorized,
              left, held, refunds, closed, discovered_at)

Error unknown_payment() {
    return {ErrorCode::kNotFound, "unknown-payment", "There is no such payment."};
}

Response answer_of(int status, const PaymentId& id, const Result<Snapshot>& read) {
    if (!read) return problem(read.error());
    const auto* payment = state_in<payment::State>(*read);
    if (payment == nullptr || !payment->is_discovered()) return problem(unknown_payment());
    const DiscoveredPaymentView view{
        .id = id,
        .provider = payment->provider,
        .provider_reference = payment->provider_reference,
        .status = payment->status,
        .amount = payment->amount,
        .authorized = {payment->authorized.minor_units, payment->amount.currency},
        .left = payment->unasked(),
        .held = payment->unasked_held(),
        .refunds = view_of_refunds(id, *payment),
        .closed = payment->closed,
        .discovered_at = payment->initiated_at};
    Response response = http::json_answer(status, view);
    response.with("Cache-Control", "no-store");
    return response;
}

Task<Response> show(Services& services, const Request& request) {
    const auto id = PaymentId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_payment());
    co_return answer_of(200, *id, co_await services.engine.read(*request.home, *id));
}

template <class Command>
Task<Response> change(Services& services, const Request& request, std::string_view pattern,
                      int done) {
    const auto id = PaymentId::parse(request.parameter("id"));
    const auto body = http::body_of<DiscoveredReasonBody>(request);
    if (!body) co_return problem(body.error());
    if (!id) co_return problem(unknown_payment());
    auto submission = http::submission_of(request, pattern, services.secrets);
    if (!submission) co_return problem(submission.error());
    submission->command = Command{*id, reason_of(body->reason)};
    if (is_dry_run(request))
        co_return co_await answer_dry_run(services, *request.home, std::move(*submission));
    const auto receipt = co_await services.engine.submit(*request.home, std::move(*submission));
    if (!receipt) co_return problem(receipt.error());
    Response response = answer_of(done, *id, co_await services.engine.read(*request.home, *id));
    http::tell_receipt(response, *receipt);
    co_return response;
}

// The provider is asked; what it says is in the payment, and on the list if it refuses.
Task<Response> give_back(Services& services, const Request& request) {
    return change<payment::GiveBackDiscovered>(services, request, kGiveBack, 202);
}

Task<Response> close(Services& services, const Request& request) {
    return change<payment::CloseDiscovered>(services, request, kClose, 200);
}

http::Route route_of(Method method, std::string_view pattern, std::string_view summary, int done) {
    http::Route route{.method = method,
                      .pattern = pattern,
                      .summary = summary,
                      .tag = "attention (staff)",
                      .access = http::Access::kAnyStaff,
                      .answer = http::schema_of<DiscoveredPaymentView>(),
                      .statuses = {done, 401, 403, 404, 503}};
    if (method == Method::kGet) return route;
    route.access = http::Access::kStaff;
    route.body = http::body_schema_of<DiscoveredReasonBody>();
    for (const int status : {400, 409, 422}) route.statuses.push_back(status);
    route.idempotent = true;
    return route;
}

}  // namespace

void add_discovered_payment_routes(http::Routes& routes, Services& services) {
    const auto add = [&](http::Route route, Task<Response> (*handler)(Services&, const Request&)) {
        routes.add(std::move(route), [&services, handler](const Request& request) {
            return handler(services, request);
        });
    };
    add(route_of(Method::kGet, kPayment, "Money that a provider has and nobody asked for", 200),
        &show);
    http::Route giving_back =
        route_of(Method::kPost, kGiveBack,
                 "Gives money back that nobody asked for, again if that was refused", 202);
    may_run_dry(giving_back);
    add(std::move(giving_back), &give_back);
    add(route_of(Method::kPost, kClose, "Says that such money has been seen to, and how", 200),
        &close);
}

}  // namespace shop::api
