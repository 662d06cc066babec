// What is given back: credit notes, about an order or none, and a payment's refunds.
#include <string>
#include <utility>

#include "api/endpoints/credit_note_bodies.hpp"
#include "api/endpoints/credit_note_view.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/http/schema_of.hpp"
#include "core/effect.hpp"
#include "core/json/encode.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kOrderNotes = "/api/v1/admin/orders/{id}/credit-notes";
constexpr std::string_view kNotes = "/api/v1/admin/credit-notes";
constexpr std::string_view kNote = "/api/v1/admin/credit-notes/{id}";
constexpr std::string_view kRefunds = "/api/v1/admin/orders/{id}/payments/{payment_id}/refunds";
constexpr std::string_view kSettle =
    "/api/v1/admin/orders/{id}/payments/{payment_id}/refunds/{refund_id}/settle";

Error unknown_note() {
    return {ErrorCode::kNotFound, "unknown-credit-note", "There is no such credit note."};
}

Error unknown_payment() {
    return {ErrorCode::kNotFound, "unknown-payment", "The order has no such payment."};
}

Error unknown_refund() {
    return {ErrorCode::kNotFound, "unknown-refund", "The payment has no such refund."};
}

// ---- Bodies -------------------------------------------------------------------------------------

std::optional<sale::External> external_if_any(const std::optional<ExternalView>& body) {
    if (!body) return std::nullopt;
    return external_of(*body);
}

// What the note is known by: what another system knows is one note, however often it is told.
CommandId cause_of(const Submission& submission, const std::optional<ExternalView>& external) {
    if (!external) return submission.id;
    return CommandId::derive({"external credit note", external->system, external->id});
}

Result<std::optional<std::vector<credit_note::Settlement>>> settlements_of(
    const std::optional<std::vector<SettlementBody>>& bodies) {
    if (!bodies) return std::optional<std::vector<credit_note::Settlement>>();
    std::vector<credit_note::Settlement> settlements;
    for (std::size_t n = 0; n < bodies->size(); ++n) {
        const SettlementBody& body = (*bodies)[n];
        SHOP_TRY_STATUS(check_money("/settlements/" + std::to_string(n) + "/amount", body.amount));
        settlements.push_back({.by = body.by,
                               .amount = body.amount,
                               .order_id = {},
                               .payment_id = body.payment_id.value_or(PaymentId{}),
                               .refund_id = {}});
    }
    return std::optional(std::move(settlements));
}

Result<std::vector<credit_note::Wanted>> wanted_of(const OrderCreditBody& body) {
    if (body.lines.has_value() == body.amount.has_value())
        return fail_field("/lines", "must be lines, or an amount");
    std::vector<credit_note::Wanted> wanted;
    if (body.amount) {
        SHOP_TRY_STATUS(check_money("/amount", body.amount));
        credit_note::Wanted money{.amount = body.amount};
        money.sold.title = body.title.value_or("Price reduction");
        wanted.push_back(std::move(money));
        return wanted;
    }
    for (std::size_t n = 0; n < body.lines->size(); ++n) {
        const CreditLineBody& line = (*body.lines)[n];
        SHOP_TRY_STATUS(check_money("/lines/" + std::to_string(n) + "/amount", line.amount));
        wanted.push_back({.order_id = {},
                          .order_line_id = line.line_id,
                          .quantity = line.quantity.value_or(0),
                          .amount = line.amount,
                          .sold = {},
                          .restock = line.restock.value_or(0),
                          .disposition = line.disposition.value_or(stock::Disposition::kSellable),
                          .matched_by = {}});
    }
    return wanted;
}

Result<credit_note::Wanted> wanted_of(const Services& services, const FreeCreditLineBody& body,
                                      const std::string& at) {
    SHOP_TRY_STATUS(check_money(at + "/amount", body.amount));
    if (body.amount.minor_units < 0) return fail_field(at + "/amount", "must be nothing or more");
    credit_note::Wanted wanted{
        .restock = body.restock.value_or(0),
        .disposition = body.disposition.value_or(stock::Disposition::kSellable)};
    sale::Line& sold = wanted.sold;
    sold.kind = body.sku ? sale::LineKind::kItem : sale::LineKind::kAdjustment;
    sold.title = body.title;
    sold.quantity = body.quantity.value_or(1);
    sold.gross = sold.net = sold.unit_price.money = body.amount;
    if (!body.sku) return wanted;
    const auto product = services.catalog_fold.find_any_sku(*body.sku);
    const auto* found = product ? product->state.find_sku(*body.sku) : nullptr;
    if (found == nullptr) return fail_field(at + "/sku", "no product has this SKU");
    sold.sku = *body.sku;
    sold.variant_id = found->variant.variant_id;
    sold.stock_id = stock::stock_of(found->variant.inventory_item);
    return wanted;
}

Result<std::vector<credit_note::Wanted>> wanted_of(const Services& services,
                                                   const FreeCreditBody& body) {
    std::vector<credit_note::Wanted> wanted;
    for (std::size_t n = 0; n < body.lines.size(); ++n) {
        SHOP_TRY(line, wanted_of(services, body.lines[n], "/lines/" + std::to_string(n)));
        wanted.push_back(std::move(line));
    }
    return wanted;
}

// ---- Credit notes -------------------------------------------------------------------------------

Response answer_of(int status, const Result<Snapshot>& read) {
    if (!read) return problem(read.error());
    const auto* note = state_in<credit_note::State>(*read);
    if (note == nullptr) return problem(unknown_note());
    Response response = http::json_answer(status, view_of(*note));
    response.with("Cache-Control", "no-store");
    return response;
}

// The note once it has its number and owes nothing, or as it is when patience ends.
Task<Result<Snapshot>> wait_for_note(Services& services, Executor& home, CreditNoteId id) {
    const std::int64_t until = services.clock.steady().us + kOutcomePatience.us;
    Result<Snapshot> read = co_await services.engine.read(home, id);
    while (read) {
        const auto* note = state_in<credit_note::State>(*read);
        const Duration left{until - services.clock.steady().us};
        if (note == nullptr || !credit_note::is_open(*note) || left.us <= 0) break;
        read = co_await services.engine.wait(home, id, read->version, left);
    }
    co_return read;
}

Task<Response> run_credit(Services& services, const Request& request, Submission submission) {
    Executor& home = *request.home;
    if (is_dry_run(request))
        co_return co_await answer_dry_run(services, home, std::move(submission));
    const CreditNoteId id = submission.command.get_if<credit_note::Request>()->note;
    const Result<Receipt> receipt = co_await services.engine.submit(home, std::move(submission));
    if (!receipt) co_return problem(receipt.error());
    Response response = answer_of(201, co_await wait_for_note(services, home, id));
    response.with("Location", std::string(kNotes) + "/" + id.to_string());
    http::tell_receipt(response, *receipt);
    co_return response;
}

Task<Response> credit_order(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    const auto body = http::body_of<OrderCreditBody>(request);
    if (!body) return ready(problem(body.error()));
    auto wanted = wanted_of(*body);
    if (!wanted) return ready(problem(wanted.error()));
    auto settlements = settlements_of(body->settlements);
    if (!settlements) return ready(problem(settlements.error()));
    auto submission = http::submission_of(request, kOrderNotes, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    const CommandId cause = cause_of(*submission, body->external);
    submission->command = credit_note::Request{.note = credit_note::note_of(*order, cause),
                                               .order = *order,
                                               .customer = {},
                                               .lines = std::move(*wanted),
                                               .settlements = std::move(*settlements),
                                               .terms = {},
                                               .reason = reason_of(body->reason),
                                               .external = external_if_any(body->external),
                                               .reverses = {},
                                               .credited_at = {}};
    return run_credit(services, request, std::move(*submission));
}

Task<Response> credit_freely(Services& services, const Request& request) {
    const auto body = http::body_of<FreeCreditBody>(request);
    if (!body) return ready(problem(body.error()));
    auto wanted = wanted_of(services, *body);
    if (!wanted) return ready(problem(wanted.error()));
    auto settlements = settlements_of(body->settlements);
    if (!settlements) return ready(problem(settlements.error()));
    auto submission = http::submission_of(request, kNotes, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    const Currency currency = body->lines.front().amount.currency;
    const CommandId cause = cause_of(*submission, body->external);
    submission->command = credit_note::Request{.note = credit_note::note_of(cause),
                                               .order = {},
                                               .customer = body->customer_id.value_or(CustomerId{}),
                                               .lines = std::move(*wanted),
                                               .settlements = std::move(*settlements),
                                               .terms = {.currency = currency,
                                                         .exponent = currency.exponent(),
                                                         .prices_include_tax = true},
                                               .reason = reason_of(body->reason),
                                               .external = external_if_any(body->external),
                                               .reverses = {},
                                               .credited_at = {}};
    return run_credit(services, request, std::move(*submission));
}

Task<Response> show_note(Services& services, const Request& request) {
    const auto id = CreditNoteId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_note());
    co_return answer_of(200, co_await services.engine.read(*request.home, *id));
}

// ---- Refunds ------------------------------------------------------------------------------------

bool is_awaited(const payment::State& payment) {
    return !payment.refunds.empty() && payment.refunds.back().is_under_way() &&
           !payment.refunds.back().pending && !payment.mismatch;
}

Response answer_of(int status, PaymentId id, const Result<Snapshot>& read) {
    if (!read) return problem(read.error());
    const auto* payment = state_in<payment::State>(*read);
    if (payment == nullptr) return problem(unknown_payment());
    Response response = http::json_answer(status, view_of_refunds(id, *payment));
    response.with("Cache-Control", "no-store");
    return response;
}

// The refund that was asked for last, if it failed.
const payment::RefundState* last_refused(const Result<Snapshot>& read) {
    const auto* payment = read ? state_in<payment::State>(*read) : nullptr;
    if (payment == nullptr || payment->refunds.empty()) return nullptr;
    const payment::RefundState& last = payment->refunds.back();
    return last.is_owed() ? &last : nullptr;
}

Error refund_failed(const payment::RefundState& refund) {
    Error error{ErrorCode::kRejected, "refund-failed",
                "The provider refused to give the money back. It is owed still: ask for it again, "
                "or say how it was settled."};
    error.members = "\"code\":" + json::to_json(refund.failure, json::Defaults::kWrite);
    return error;
}

// A refund is answered once the provider has, or 202.
Task<Response> run_refund(Services& services, const Request& request, PaymentId id,
                          Submission submission) {
    Executor& home = *request.home;
    if (is_dry_run(request))
        co_return co_await answer_dry_run(services, home, std::move(submission));
    const bool is_asked = submission.command.get_if<payment::Refund>() != nullptr;
    const Result<Receipt> receipt = co_await services.engine.submit(home, std::move(submission));
    if (!receipt) co_return problem(receipt.error());
    const std::int64_t until = services.clock.steady().us + kOutcomePatience.us;
    Result<Snapshot> read = co_await services.engine.read(home, id);
    bool awaits = true;
    while (read) {
        const auto* payment = state_in<payment::State>(*read);
        awaits = payment != nullptr && is_awaited(*payment);
        const Duration left{until - services.clock.steady().us};
        if (!awaits || left.us <= 0) break;
        read = co_await services.engine.wait(home, id, read->version, left);
    }
    if (const auto* refused = last_refused(read); is_asked && refused != nullptr)
        co_return problem(refund_failed(*refused));
    Response response = answer_of(awaits ? 202 : 200, id, read);
    http::tell_receipt(response, *receipt);
    co_return response;
}

// The payment of the path, if it is one of that order's.
Task<Result<PaymentId>> find_payment(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    const auto id = PaymentId::parse(request.parameter("payment_id"));
    if (!order || !id || id->slot() != order->slot()) co_return std::unexpected(unknown_payment());
    const auto read = co_await services.engine.read(*request.home, *id);
    if (!read) co_return std::unexpected(read.error());
    const auto* payment = state_in<payment::State>(*read);
    if (payment == nullptr || payment->order_id != *order)
        co_return std::unexpected(unknown_payment());
    co_return *id;
}

Task<Response> refund(Services& services, const Request& request) {
    const auto body = http::optional_body_of<RefundBody>(request);
    if (!body) co_return problem(body.error());
    const Status amount = check_money("/amount", body->amount);
    if (!amount) co_return problem(amount.error());
    const auto id = co_await find_payment(services, request);
    if (!id) co_return problem(id.error());
    auto submission = http::submission_of(request, kRefunds, services.secrets);
    if (!submission) co_return problem(submission.error());
    submission->command = payment::Refund{.payment = *id,
                                          .amount = body->amount,
                                          .again = body->again.value_or(RefundId{}),
                                          .reason = reason_of(body->reason)};
    co_return co_await run_refund(services, request, *id, std::move(*submission));
}

Task<Response> settle_refund(Services& services, const Request& request) {
    const auto refund = RefundId::parse(request.parameter("refund_id"));
    const auto body = http::body_of<SettleRefundBody>(request);
    if (!body) co_return problem(body.error());
    const auto id = co_await find_payment(services, request);
    if (!id) co_return problem(id.error());
    if (!refund) co_return problem(unknown_refund());
    auto submission = http::submission_of(request, kSettle, services.secrets);
    if (!submission) co_return problem(submission.error());
    submission->command = payment::SettleRefund{*id, *refund, body->by, reason_of(body->reason)};
    co_return co_await run_refund(services, request, *id, std::move(*submission));
}

Task<Response> show_refunds(Services& services, const Request& request) {
    const auto id = co_await find_payment(services, request);
    if (!id) co_return problem(id.error());
    co_return answer_of(200, *id, co_await services.engine.read(*request.home, *id));
}

// ---- Routes -------------------------------------------------------------------------------------

template <class Body, class View>
http::Route changing(std::string_view pattern, std::string_view summary, std::vector<int> done) {
    http::Route route{.method = Method::kPost,
                      .pattern = pattern,
                      .summary = summary,
                      .tag = "credit notes (staff)",
                      .access = http::Access::kStaff,
                      .body = http::body_schema_of<Body>(),
                      .answer = http::schema_of<View>(),
                      .statuses = std::move(done),
                      .idempotent = true,
                      .body_bytes_max = 1'000'000};
    for (const int status : {400, 401, 403, 404, 409, 422, 503}) route.statuses.push_back(status);
    may_run_dry(route);
    return route;
}

template <class View>
http::Route showing(std::string_view pattern, std::string_view summary) {
    return {.pattern = pattern,
            .summary = summary,
            .tag = "credit notes (staff)",
            .access = http::Access::kAnyStaff,
            .answer = http::schema_of<View>(),
            .statuses = {200, 401, 403, 404, 503}};
}

}  // namespace

void add_credit_note_routes(http::Routes& routes, Services& services) {
    const auto add = [&](http::Route route, Task<Response> (*handler)(Services&, const Request&)) {
        routes.add(std::move(route), [&services, handler](const Request& request) {
            return handler(services, request);
        });
    };
    add(changing<OrderCreditBody, CreditNoteView>(
            kOrderNotes, "Credits lines of an order, or an amount; money goes back as it came",
            {201}),
        &credit_order);
    add(changing<FreeCreditBody, CreditNoteView>(kNotes, "Credits what no order here tells of",
                                                 {201}),
        &credit_freely);
    add(showing<CreditNoteView>(kNote, "A credit note"), &show_note);
    http::Route refunding = changing<RefundBody, PaymentRefundsView>(
        kRefunds, "Gives money back without a credit note, or again what was refused", {200, 202});
    refunding.body_optional = true;
    add(std::move(refunding), &refund);
    add(changing<SettleRefundBody, PaymentRefundsView>(
            kSettle, "Says that a refund which was refused was given back by other means", {200}),
        &settle_refund);
    add(showing<PaymentRefundsView>(kRefunds, "What of a payment went back, or shall"),
        &show_refunds);
}

}  // namespace shop::api
