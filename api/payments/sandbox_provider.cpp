#include "api/payments/sandbox_provider.hpp"

#include "api/config/settings.hpp"
#include "api/payments/sandbox_answer.hpp"
#include "api/payments/sandbox_webhook.hpp"
#include "api/process_file.hpp"
#include "api/sandbox/webhook_secret.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/key_store.hpp"

namespace shop::payments {
namespace {

using payment::Operation;

// A call in the sandbox's words, and what it means if it cannot be understood there.
struct Request {
    HttpCall http;
    Operation operation = Operation::kQuery;
    CaptureId capture_id;
    RefundId refund_id;
};

template <class Body>
Request post(std::string target, const Body& body, Operation operation) {
    HttpCall http{"POST", std::move(target), "Content-Type: application/json\r\n",
                  json::to_json(body, json::Defaults::kWrite)};
    return {std::move(http), operation, {}, {}};
}

Request void_request(const EffectId& key, const std::string& reference,
                     const EffectId& authorized_by, bool unless_authorized) {
    sandbox::VoidRequest body{key.to_string(), {}, {}, unless_authorized};
    if (reference.empty())
        body.authorization = authorized_by.to_string();
    else
        body.reference = reference;
    return post("/v1/voids", body, Operation::kVoid);
}

Request request_of(const EffectId& key, const payment::AuthorizeCall& call,
                   const Result<std::string>& token) {
    // Without its token the call can never be made again, but an earlier try may have arrived. To
    // void it unless it is authorized gives it a definite end either way.
    if (!token) {
        const auto bar = EffectId::derive(key.slot(), {"no-token", key.to_string()});
        return void_request(bar, {}, key, true);
    }
    sandbox::AuthorizeRequest body{
        key.to_string(), call.order.to_string(), call.payment.to_string(), *token, {}, call.amount};
    if (!call.return_url.empty()) body.return_url = call.return_url;
    return post("/v1/authorizations", body, Operation::kAuthorize);
}

Request request_of(const EffectId& key, const payment::CaptureCall& call) {
    const sandbox::CaptureRequest body{key.to_string(), call.reference, call.capture_id.to_string(),
                                       call.amount, call.final};
    Request request = post("/v1/captures", body, Operation::kCapture);
    request.capture_id = call.capture_id;
    return request;
}

Request request_of(const EffectId& key, const payment::RefundCall& call) {
    const sandbox::RefundRequest body{key.to_string(), call.reference, call.refund_id.to_string(),
                                      call.amount};
    Request request = post("/v1/refunds", body, Operation::kRefund);
    request.refund_id = call.refund_id;
    return request;
}

Request request_of(const EffectId& key, const payment::VoidCall& call) {
    return void_request(key, call.reference, call.authorized_by, call.unless_authorized);
}

Request request_of(const payment::QueryCall& call) {
    const std::string target = call.reference.empty()
                                   ? "/v1/operations/" + call.authorized_by.to_string()
                                   : "/v1/payments/" + call.reference;
    return {{"GET", target, "", ""}, Operation::kQuery, {}, {}};
}

payment::ResultOf refused(const Request& request, int status) {
    const std::string code = "http_" + std::to_string(status);
    const bool definite = status == 400 || status == 404 || status == 422;
    if (!definite) return payment::ResultUnknown{request.operation};
    switch (request.operation) {
        case Operation::kAuthorize:
            return payment::ResultDeclined{{}, "invalid_request", code, false};
        case Operation::kCapture:
            return payment::ResultFailed{request.operation, request.capture_id, code};
        case Operation::kRefund:
            return payment::ResultFailed{request.operation, {}, code, request.refund_id};
        case Operation::kQuery:
            if (status == 404) return payment::ResultNotFound{};
            break;
        case Operation::kVoid:  // money may be held all the same: never an end
            break;
    }
    return payment::ResultUnknown{request.operation};
}

payment::ProviderResult read_answer(const Request& request, const Result<HttpAnswer>& http) {
    if (!http) return {payment::ResultUnknown{request.operation}, {}, {}};
    if (http->status != 200) return {refused(request, http->status), {}, {}};
    const auto answer = json::from_json<sandbox::Answer>(http->body, json::Missing::kIsDefault);
    if (!answer) return {payment::ResultUnknown{request.operation}, {}, {}};
    const bool asked = request.operation == Operation::kQuery;
    return result_of(*answer, {asked ? payment::SeenBy::kSync : payment::SeenBy::kResponse, {}});
}

HttpClient::Locate locate_sandbox(const api::Settings& settings) {
    if (!settings.sandbox.empty())
        return [address = settings.sandbox] { return Result<std::string>(address); };
    return [data = settings.data]() -> Result<std::string> {
        SHOP_TRY(file, api::read_process_file(data, "sandbox"));
        return file.address;
    };
}

}  // namespace

SandboxProvider::SandboxProvider(std::unique_ptr<HttpClient> client, OpenSealed open,
                                 Result<std::string> webhook_secret)
    : client_(std::move(client)),
      open_(std::move(open)),
      webhook_secret_(std::move(webhook_secret)) {}

// Every currency, up to eleven digits: about what card networks take.
payment::Capabilities SandboxProvider::capabilities(std::string_view token) const {
    return {.amount_max = 99'999'999'999, .several_captures = token != sandbox::kCapturesOnce};
}

Task<payment::ProviderResult> SandboxProvider::perform(EffectId key, ProviderCall call) {
    Result<std::string> token;
    if (const auto* authorize = std::get_if<payment::AuthorizeCall>(&call)) {
        token = open_(authorize->token);
        // Whoever keeps the keys is away, and the token is not gone: nothing was sent, and is soon.
        if (!token && token.error().code == ErrorCode::kUnavailable)
            co_return payment::ProviderResult{
                payment::ResultUnknown{payment::Operation::kAuthorize}, {}, {}};
    }
    const Request request = std::visit(
        [&]<class Call>(const Call& each) {
            if constexpr (std::is_same_v<Call, payment::AuthorizeCall>)
                return request_of(key, each, token);
            else if constexpr (std::is_same_v<Call, payment::QueryCall>)
                return request_of(each);
            else
                return request_of(key, each);
        },
        call);
    const Result<HttpAnswer> answer = co_await callback<Result<HttpAnswer>>(
        [&](auto resume) { client_->send(request.http, std::move(resume)); });
    co_return read_answer(request, answer);
}

Result<payment::RecordProviderResult> SandboxProvider::read_webhook(const http::Request& request,
                                                                    Time now) {
    if (!webhook_secret_) return std::unexpected(webhook_secret_.error());
    return read_sandbox_webhook(request.header("sandbox-signature"), request.body, *webhook_secret_,
                                now);
}

Task<Result<std::string>> SandboxProvider::ledger(std::string order) {
    // An order id needs no escaping; anything else is not asked for.
    if (!order.empty() && !OrderId::parse(order)) co_return std::string("[]");
    const HttpCall call{"GET", "/v1/ledger?order=" + order, "", ""};
    const Result<HttpAnswer> answer = co_await callback<Result<HttpAnswer>>(
        [&](auto resume) { client_->send(call, std::move(resume)); });
    if (!answer) co_return std::unexpected(answer.error());
    if (answer->status != 200)
        co_return fail(ErrorCode::kUnavailable, "sandbox-unavailable",
                       "The payment sandbox does not give its ledger; look at its log.");
    co_return answer->body;
}

std::unique_ptr<Provider> make_sandbox_provider(const ProviderPorts& ports) {
    return std::make_unique<SandboxProvider>(
        std::make_unique<HttpClient>(ports.watcher, ports.executor, locate_sandbox(ports.settings),
                                     HttpClientOptions{}),
        [&keys = ports.keys](const Sealed& sealed) { return keys.open(sealed); },
        sandbox::load_webhook_secret(ports.settings.data));
}

}  // namespace shop::payments
