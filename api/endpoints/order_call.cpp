#include "api/endpoints/order_call.hpp"

#include <utility>

#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/order_view.hpp"
#include "api/http/idempotency.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"

namespace shop::api {
namespace {

template <class Command>
Task<Result<Receipt>> submit_part(Services& services, const http::Request& request,
                                  std::string_view pattern, Command command, std::string keys) {
    auto submission = http::submission_of(request, pattern, services.secrets);
    if (!submission) co_return std::unexpected(submission.error());
    const StreamId customer = command.customer;
    submission->id = CommandId::derive(
        customer.slot(),
        {"part", submission->id.to_string(), Command::kType, customer.to_string(), keys});
    submission->command = std::move(command);
    co_return co_await services.engine.submit(*request.home, std::move(*submission));
}

}  // namespace

Task<http::Response> run_order_call(Services& services, const http::Request& request,
                                    OrderCall call) {
    Executor& home = *request.home;
    auto submission = http::submission_of(request, call.pattern, services.secrets);
    if (!submission) co_return http::problem(submission.error());
    submission->command = std::move(call.command);
    if (is_dry_run(request))
        co_return co_await answer_dry_run(services, home, std::move(*submission));
    const Result<Receipt> receipt = co_await services.engine.submit(home, std::move(*submission));
    if (!receipt) co_return http::problem(receipt.error());
    const int status = receipt->changed ? call.status : 200;
    http::Response response = co_await answer_staff_order(services, home, call.order, status);
    if (receipt->replayed) response.with("Idempotent-Replayed", "true");
    co_return response;
}

Task<Result<Receipt>> give_order(Services& services, const http::Request& request,
                                 std::string_view pattern, customer::AssignOrder command) {
    std::string keys;
    for (const std::string& key : command.keys) keys += key + " ";
    return submit_part(services, request, pattern, std::move(command), std::move(keys));
}

Task<Result<Receipt>> take_order(Services& services, const http::Request& request,
                                 std::string_view pattern, customer::UnassignOrder command) {
    return submit_part(services, request, pattern, std::move(command), {});
}

http::Route order_call_route(std::string_view pattern, std::string_view summary) {
    return {.method = http::Method::kPost,
            .pattern = pattern,
            .summary = summary,
            .tag = "orders (staff)",
            .access = http::Access::kStaff,
            .answer = http::schema_of<OrderView>(),
            .statuses = {200, 400, 401, 403, 404, 409, 422, 503},
            .idempotent = true,
            .body_bytes_max = 400'000};
}

}  // namespace shop::api
