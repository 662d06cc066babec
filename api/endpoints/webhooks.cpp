// What payment providers tell by themselves. Only what they have signed is looked at; the same
// event again changes nothing, and one that cannot be recorded now is asked for again by its 503.
#include <string>
#include <utility>

#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/payments/providers.hpp"
#include "api/services.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

Submission submission_of(const Request& request, payment::RecordProviderResult command) {
    const StreamId target = command.target();
    Submission submission;
    submission.id = CommandId::derive(
        target.slot(),
        {"webhook", command.provider, target.to_string(), command.result.seen.provider_event_id});
    submission.actor = {.kind = ActorKind::kProvider, .id = command.provider};
    submission.correlation = request.id;
    submission.trace = request.trace;
    submission.command = std::move(command);
    return submission;
}

// Money that fits no payment of ours is recorded as found, never dropped.
Task<Response> record(Services& services, const Request& request,
                      payment::RecordProviderResult command) {
    Executor& home = *request.home;
    Result<Receipt> receipt =
        co_await services.engine.submit(home, submission_of(request, command));
    if (!receipt && receipt.error().type == "other-reference") {
        command.payment = {};
        receipt = co_await services.engine.submit(home, submission_of(request, std::move(command)));
    }
    if (!receipt) co_return problem(receipt.error());
    Response response{.status = 204};
    response.with("Shop-Position", receipt->position.to_string());
    co_return response;
}

Task<Response> take(Services& services, const Request& request) {
    payments::Provider* provider = services.providers.find(request.parameter("provider"));
    if (provider == nullptr)
        return ready(problem({ErrorCode::kNotFound, "unknown-provider",
                              "The shop has no payment provider of that name."}));
    auto command = provider->read_webhook(request, services.clock.now());
    if (!command) return ready(problem(command.error()));
    const bool names_nothing =
        command->payment.is_empty() && payment::reference_of(command->result).empty();
    if (names_nothing)
        return ready(problem({ErrorCode::kInvalid, "invalid-request",
                              "The event names neither a payment nor a reference."}));
    return record(services, request, std::move(*command));
}

}  // namespace

void add_webhook_routes(http::Routes& routes, Services& services) {
    routes.add({.method = http::Method::kPost,
                .pattern = "/api/v1/webhooks/{provider}",
                .summary = "Takes an event that a payment provider has signed",
                .tag = "webhooks",
                .parameters = {{.name = "Sandbox-Signature",
                                .in = "header",
                                .description = "of the sandbox: t=<unix seconds>,"
                                               "v1=<HMAC-SHA-256>"}},
                .body = http::Schema{"", R"({"type":"object"})", {}},
                .statuses = {204, 400, 401, 404, 503}},
               [&services](const Request& request) { return take(services, request); });
}

}  // namespace shop::api
