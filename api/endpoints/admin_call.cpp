#include "api/endpoints/admin_call.hpp"

#include "events/catalog/catalog_fold.hpp"

namespace shop::api {
namespace {

constexpr Duration kFoldMax = seconds(2);

}  // namespace

Reason reason_of(const std::optional<ReasonBody>& body) {
    if (!body) return {"staff", ""};
    return {body->code, body->note.value_or("")};
}

Reason reason_of(const http::Request& request) {
    return {std::string(request.argument("reason").value_or("staff")),
            std::string(request.argument("note").value_or(""))};
}

void add_reason_parameters(http::Route& route) {
    route.parameters.push_back(
        {.name = "reason", .description = "why, in a word", .min = 1, .max = 60});
    route.parameters.push_back(
        {.name = "note", .description = "... and in a sentence", .max = 200});
}

http::Parameter if_match_parameter() {
    return {.name = "If-Match",
            .in = "header",
            .description = "the version that the change is based on",
            .pattern = R"(^(\*|(W/)?"[!#-~]*")$)"};
}

Status check_money(const std::string& pointer, const std::optional<Money>& money) {
    if (!money) return {};
    if (money->minor_units < -kMoneyMax || money->minor_units > kMoneyMax)
        return fail_field(pointer + "/minor_units", "is too much money");
    if (money->currency.is_empty()) return fail_field(pointer + "/currency", "is missing");
    return {};
}

Task<Result<Receipt>> submit_call(Services& services, const http::Request& request,
                                  std::string_view pattern, AnyCommand command) {
    auto submission = http::submission_of(request, pattern, services.secrets);
    if (!submission) co_return std::unexpected(submission.error());
    submission->command = std::move(command);
    auto receipt = co_await services.engine.submit(*request.home, std::move(*submission));
    // Late is no failure: the change is durable, and soon seen.
    if (receipt)
        co_await services.catalog_fold.wait_passed(*request.home, receipt->position, kFoldMax);
    co_return receipt;
}

Task<Result<Snapshot>> read_behind(Services& services, const http::Request& request, StreamId id,
                                   Receipt receipt) {
    if (receipt.replayed)
        co_return co_await services.engine.read_at(*request.home, id, receipt.position);
    co_return co_await services.engine.read(*request.home, id);
}

}  // namespace shop::api
