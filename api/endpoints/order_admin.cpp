// One order as staff see it, what they do with its money, and the sandbox's ledger, which tells
// what really moved.
#include <array>
#include <utility>

#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/order_view.hpp"
#include "api/http/idempotency.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/payments/providers.hpp"
#include "api/sandbox/book.hpp"
#include "api/services.hpp"
#include "events/engine.hpp"
#include "events/executor.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kOrder = "/api/v1/admin/orders/{id}";
constexpr std::string_view kCapture = "/api/v1/admin/orders/{id}/capture";
constexpr std::string_view kLedger = "/api/v1/admin/sandbox/ledger";

struct CaptureReason {
    std::string code;
    std::optional<std::string> note;
    static constexpr std::array kLimits = {
        http::Limit{.member = "code", .min = 1, .max = 60},
        http::Limit{.member = "note", .min = 0, .max = 500},
    };
};
SHOP_DESCRIBE(CaptureReason, code, note)

struct CaptureBody {
    CaptureReason reason;
};
SHOP_DESCRIBE(CaptureBody, reason)

Task<Response> show(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    return answer_staff_order(services, *request.home, *order, 200);
}

// ---- Capture ------------------------------------------------------------------------------------

// The payment whose capture was asked for last, of those that are to be used.
struct Capturing {
    PaymentId id;
    Fact<payment::State> fact;

    const payment::CaptureState& capture() const { return *fact->last_capture(); }
    bool is_under_way() const { return fact && capture().is_under_way(); }
    bool is_mismatch() const { return fact && fact->mismatch; }
    // A reply about another amount is an answer too.
    bool is_awaited() const { return is_under_way() && !is_mismatch(); }
    bool is_refused() const { return fact && capture().status == payment::MoveStatus::kFailed; }
};

Capturing find_capturing(const OrderFacts& facts) {
    Capturing last;
    for (const auto& [id, payment] : facts.payments) {
        if (!payment || payment->voiding || payment->last_capture() == nullptr) continue;
        const Time at = payment->last_capture()->requested_at;
        if (!last.fact || last.capture().requested_at <= at) last = {id, payment};
    }
    return last;
}

// The order once the provider has answered the capture, or as it is when patience ends.
Task<Result<OrderFacts>> wait_for_capture(Services& services, Executor& home, OrderId order) {
    const std::int64_t until = services.clock.steady().us + kOutcomePatience.us;
    Result<OrderFacts> facts = co_await load_order(services, home, order);
    while (facts) {
        const Capturing capturing = find_capturing(*facts);
        const Duration left{until - services.clock.steady().us};
        if (!capturing.is_awaited() || left.us <= 0) break;
        const auto changed = co_await services.engine.wait(home, capturing.id,
                                                           capturing.fact.snapshot.version, left);
        if (!changed) co_return std::unexpected(changed.error());
        facts = co_await load_order(services, home, order);
    }
    co_return facts;
}

Error capture_failed(const payment::CaptureState& capture) {
    Error error{ErrorCode::kRejected, "capture-failed",
                "The provider refused to take the money. The order stays as it is."};
    error.members = "\"code\":" + json::to_json(capture.failure, json::Defaults::kWrite);
    return error;
}

Error other_amount_taken() {
    return {ErrorCode::kConflict, "capture-mismatch",
            "The provider took another amount than was asked for. It does not count as captured, "
            "and is on the list of what needs attention."};
}

Task<Response> run_capture(Services& services, const Request& request, OrderId order,
                           Submission submission) {
    Executor& home = *request.home;
    if (is_dry_run(request))
        co_return co_await answer_dry_run(services, home, std::move(submission));
    const Result<Receipt> receipt = co_await services.engine.submit(home, std::move(submission));
    if (!receipt) co_return problem(receipt.error());
    const Result<OrderFacts> facts = co_await wait_for_capture(services, home, order);
    if (!facts) co_return problem(facts.error());
    const Capturing capturing = find_capturing(*facts);
    if (capturing.is_mismatch()) co_return problem(other_amount_taken());
    if (capturing.is_refused()) co_return problem(capture_failed(capturing.capture()));
    const int status = capturing.is_under_way() ? 202 : 200;
    Response response = co_await answer_staff_order(services, home, order, status);
    if (receipt->replayed) response.with("Idempotent-Replayed", "true");
    co_return response;
}

Task<Response> capture(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    auto body = http::body_of<CaptureBody>(request);
    if (!body) return ready(problem(body.error()));
    auto submission = http::submission_of(request, kCapture, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    submission->command = order::Capture{
        .order = *order, .reason = {std::move(body->reason.code), body->reason.note.value_or("")}};
    return run_capture(services, request, *order, std::move(*submission));
}

// ---- The ledger ---------------------------------------------------------------------------------

Task<Response> read_ledger(Services& services, std::string order) {
    payments::Provider* sandbox = services.providers.find("sandbox");
    if (sandbox == nullptr)
        co_return problem({ErrorCode::kUnavailable, "provider-unavailable",
                           "This shop runs without the payment sandbox."});
    Result<std::string> ledger = co_await sandbox->ledger(std::move(order));
    if (!ledger) co_return problem(ledger.error());
    Response response{.status = 200};
    response.body = std::move(*ledger);
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace

void add_order_admin_routes(http::Routes& routes, Services& services) {
    routes.add({.pattern = kOrder,
                .summary = "An order, with whoever bought it",
                .tag = "orders (staff)",
                .access = http::Access::kAnyStaff,
                .answer = http::schema_of<OrderView>(),
                .statuses = {200, 401, 403, 404, 503}},
               [&services](const Request& request) { return show(services, request); });
    http::Route capturing = order_call_route(
        kCapture, "Takes all that is due and authorized for the order, and was not taken yet");
    capturing.body = http::body_schema_of<CaptureBody>();
    capturing.statuses.insert(capturing.statuses.begin() + 1, 202);
    may_run_dry(capturing);
    routes.add(std::move(capturing),
               [&services](const Request& request) { return capture(services, request); });
    routes.add({.pattern = kLedger,
                .summary = "What moved at the payment sandbox, by the sandbox's own book",
                .tag = "orders (staff)",
                .access = http::Access::kAnyStaff,
                .parameters =
                    {{.name = "order", .description = "of this order only", .min = 1, .max = 40}},
                .answer = http::schema_of<std::vector<sandbox::Movement>>(),
                .statuses = {200, 401, 403, 503}},
               [&services](const Request& request) {
                   return read_ledger(services,
                                      std::string(request.argument("order").value_or("")));
               });
}

}  // namespace shop::api
