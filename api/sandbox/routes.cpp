#include "api/sandbox/routes.hpp"

#include "api/http/json_body.hpp"
#include "api/http/schema_of.hpp"
#include "api/http/target.hpp"

namespace shop::sandbox {
namespace {

using http::Method;
using http::Request;
using http::Response;

// For the shop and its tests; the pages are for everybody (own_machine_gate.hpp).
constexpr http::Access kShopOnly = http::Access::kStaff;

Response answer_of(Reply reply) {
    if (reply.lost) return Response{.hang_up = true};
    if (!reply.answer) return http::problem(reply.answer.error());
    return http::json_answer(200, *reply.answer);
}

// Decodes the body and hands it to the desk; the answer comes once it is durable.
template <class Body>
Task<Response> carry_out(const Request& request, Desk& desk,
                         void (Desk::*operation)(const Body&, Desk::Done)) {
    const Result<Body> body = http::body_of<Body>(request);
    if (!body) co_return http::problem(body.error());
    co_return answer_of(co_await callback<Reply>(
        [&](auto resume) { (desk.*operation)(*body, std::move(resume)); }));
}

Task<Response> query(const Request& request, Desk& desk) {
    const std::string key(request.parameter("key"));
    co_return answer_of(
        co_await callback<Reply>([&](auto resume) { desk.query(key, std::move(resume)); }));
}

Task<Response> query_payment(const Request& request, Desk& desk) {
    const std::string reference(request.parameter("reference"));
    co_return answer_of(co_await callback<Reply>(
        [&](auto resume) { desk.query_payment(reference, std::move(resume)); }));
}

Response page_of(int status, const Payment* payment) {
    return Response{
        .status = status, .content_type = "text/html; charset=utf-8", .body = payment_page(payment)}
        .with("Content-Security-Policy",
              "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        .with("Referrer-Policy", "no-referrer")
        .with("Cache-Control", "no-store");
}

Response show_page(const Request& request, Desk& desk) {
    const Payment* payment = desk.find_payment(request.parameter("reference"));
    return page_of(payment == nullptr ? 404 : 200, payment);
}

std::optional<Choice> choice_in(std::string_view form) {
    const auto fields = http::parse_query(form);
    if (!fields) return std::nullopt;
    for (const http::Argument& field : *fields)
        if (field.name == "choice") return find_enum<Choice>(field.value);
    return std::nullopt;
}

Task<Response> choose(const Request& request, Desk& desk) {
    const std::string reference(request.parameter("reference"));
    const auto choice = choice_in(request.body);
    if (!choice || desk.find_payment(reference) == nullptr) co_return show_page(request, desk);
    (void)co_await callback<Reply>(
        [&](auto resume) { desk.choose(reference, *choice, std::move(resume)); });
    const Payment* payment = desk.find_payment(reference);
    if (payment == nullptr || payment->return_url.empty()) co_return page_of(200, payment);
    co_return Response{.status = 303}.with("Location", payment->return_url);
}

void add_api(http::Routes& routes, Desk& desk) {
    routes.add({.method = Method::kPost,
                .pattern = "/v1/authorizations",
                .access = kShopOnly,
                .body = http::body_schema_of<AuthorizeRequest>()},
               [&desk](const Request& r) { return carry_out(r, desk, &Desk::authorize); });
    routes.add({.method = Method::kPost,
                .pattern = "/v1/captures",
                .access = kShopOnly,
                .body = http::body_schema_of<CaptureRequest>()},
               [&desk](const Request& r) { return carry_out(r, desk, &Desk::capture); });
    routes.add({.method = Method::kPost,
                .pattern = "/v1/refunds",
                .access = kShopOnly,
                .body = http::body_schema_of<RefundRequest>()},
               [&desk](const Request& r) { return carry_out(r, desk, &Desk::refund); });
    routes.add({.method = Method::kPost,
                .pattern = "/v1/voids",
                .access = kShopOnly,
                .body = http::body_schema_of<VoidRequest>()},
               [&desk](const Request& r) { return carry_out(r, desk, &Desk::void_payment); });
    routes.add({.pattern = "/v1/operations/{key}", .access = kShopOnly},
               [&desk](const Request& r) { return query(r, desk); });
    routes.add({.pattern = "/v1/payments/{reference}", .access = kShopOnly},
               [&desk](const Request& r) { return query_payment(r, desk); });
    routes.add(
        {.pattern = "/v1/ledger", .access = kShopOnly, .parameters = {{.name = "order"}}},
        [&desk](const Request& r) {
            return ready(http::json_answer(200, desk.movements(r.argument("order").value_or(""))));
        });
}

void add_knobs(http::Routes& routes, Desk& desk, Webhooks& webhooks) {
    routes.add({.pattern = "/v1/knobs", .access = kShopOnly},
               [&desk](const Request&) { return ready(http::json_answer(200, desk.knobs())); });
    routes.add({.method = Method::kPut,
                .pattern = "/v1/knobs",
                .access = kShopOnly,
                .body = http::body_schema_of<Knobs>()},
               [&desk, &webhooks](const Request& request) {
                   // What is not named goes back to its default.
                   const auto knobs =
                       json::from_json<Knobs>(request.body, json::Missing::kIsDefault);
                   if (!knobs) return ready(http::problem(knobs.error()));
                   desk.knobs() = *knobs;
                   webhooks.set_reversed(knobs->webhooks_reversed);
                   return ready(http::json_answer(200, desk.knobs()));
               });
}

}  // namespace

void add_sandbox_routes(http::Routes& routes, Desk& desk, Webhooks& webhooks) {
    add_api(routes, desk);
    add_knobs(routes, desk, webhooks);
    routes.add({.pattern = "/pay/{reference}"},
               [&desk](const Request& r) { return ready(show_page(r, desk)); });
    routes.add({.method = Method::kPost,
                .pattern = "/pay/{reference}",
                .body = http::Schema{},
                .body_type = "application/x-www-form-urlencoded"},
               [&desk](const Request& r) { return choose(r, desk); });
    routes.add({.pattern = "/livez"}, [](const Request&) {
        return ready(Response{.content_type = "text/plain", .body = "ok\n"});
    });
}

}  // namespace shop::sandbox
