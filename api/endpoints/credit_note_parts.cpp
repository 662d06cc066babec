// The part of a credit note that an order elsewhere does not take: staff settles it by other means,
// so that the note comes to its end.
#include <algorithm>
#include <utility>

#include "api/endpoints/credit_note_bodies.hpp"
#include "api/endpoints/credit_note_view.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/http/schema_of.hpp"
#include "core/order/order.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kSettlePart = "/api/v1/admin/credit-notes/{id}/orders/{order_id}/settle";

Error unknown_part() {
    return {ErrorCode::kNotFound, "unknown-part",
            "There is no such credit note, or it has no part that this order would have to take."};
}

bool has_part(const credit_note::State& note, const OrderId& order) {
    return order != note.requested.order_id &&
           std::ranges::find(note.requested.lines, order, &credit_note::Line::order_id) !=
               note.requested.lines.end();
}

// What the order has recorded is told to the note at once. (Were this lost, the note would hear of
// it when it asks the order again.)
Task<Status> tell_note(Services& services, const Request& request, CreditNoteId note,
                       OrderId order) {
    const auto read = co_await services.engine.read(*request.home, order);
    if (!read) co_return std::unexpected(read.error());
    const auto settled =
        order::find_outcome(*state_in<order::State>(*read), order::ApplyCredit{.order = order,
                                                                               .note = note,
                                                                               .lines = {},
                                                                               .amount = {},
                                                                               .reason = {},
                                                                               .credited_at = {}});
    auto submission = http::submission_of(request, kSettlePart, services.secrets);
    if (!submission) co_return std::unexpected(submission.error());
    submission->id = CommandId::derive(note.slot(), {"part", submission->id.to_string()});
    submission->command = credit_note::RecordAnswers{
        note,
        {{{credit_note::part_effect(note, order), "settled", ""}, order, {}, settled->otherwise}}};
    const auto receipt = co_await services.engine.submit(*request.home, std::move(*submission));
    if (!receipt) co_return std::unexpected(receipt.error());
    co_return Status{};
}

// The order first: once it has recorded that it takes nothing, it never will.
Task<Response> settle(Services& services, const Request& request) {
    const auto id = CreditNoteId::parse(request.parameter("id"));
    const auto order = OrderId::parse(request.parameter("order_id"));
    const auto body = http::body_of<SettleRefundBody>(request);
    if (!body) co_return problem(body.error());
    if (!id || !order) co_return problem(unknown_part());
    const auto read = co_await services.engine.read(*request.home, *id);
    if (!read) co_return problem(read.error());
    const auto* note = state_in<credit_note::State>(*read);
    if (note == nullptr || !has_part(*note, *order)) co_return problem(unknown_part());
    auto submission = http::submission_of(request, kSettlePart, services.secrets);
    if (!submission) co_return problem(submission.error());
    submission->command = order::SettleCredit{*order, *id, body->by, reason_of(body->reason)};
    if (is_dry_run(request))
        co_return co_await answer_dry_run(services, *request.home, std::move(*submission));
    const auto receipt = co_await services.engine.submit(*request.home, std::move(*submission));
    if (!receipt) co_return problem(receipt.error());
    const Status told = co_await tell_note(services, request, *id, *order);
    if (!told) co_return problem(told.error());
    const auto now = co_await services.engine.read(*request.home, *id);
    if (!now) co_return problem(now.error());
    Response response = http::json_answer(200, view_of(*state_in<credit_note::State>(*now)));
    response.with("Cache-Control", "no-store");
    http::tell_receipt(response, *receipt);
    co_return response;
}

}  // namespace

void add_credit_note_part_routes(http::Routes& routes, Services& services) {
    http::Route route{.method = Method::kPost,
                      .pattern = kSettlePart,
                      .summary =
                          "Says that the part of a credit note which an order elsewhere does "
                          "not take was given back by other means",
                      .tag = "credit notes (staff)",
                      .access = http::Access::kStaff,
                      .body = http::body_schema_of<SettleRefundBody>(),
                      .answer = http::schema_of<CreditNoteView>(),
                      .statuses = {200, 400, 401, 403, 404, 409, 422, 503},
                      .idempotent = true};
    may_run_dry(route);
    routes.add(std::move(route),
               [&services](const Request& request) { return settle(services, request); });
}

}  // namespace shop::api
