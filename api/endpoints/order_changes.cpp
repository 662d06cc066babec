// What staff does to an order but for its goods' way out (fulfillments.cpp) and a plain capture
// (order_admin.cpp): confirm, hold, release, cancel as a whole or in part, note.
#include <algorithm>
#include <array>
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/http/schema_of.hpp"
#include "core/customer/customer.hpp"
#include "events/keys/personal.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kConfirm = "/api/v1/admin/orders/{id}/confirm";
constexpr std::string_view kHold = "/api/v1/admin/orders/{id}/hold";
constexpr std::string_view kReleaseHold = "/api/v1/admin/orders/{id}/release-hold";
constexpr std::string_view kCancel = "/api/v1/admin/orders/{id}/cancel";
constexpr std::string_view kCancelLines = "/api/v1/admin/orders/{id}/cancel-lines";
constexpr std::string_view kNotes = "/api/v1/admin/orders/{id}/notes";
constexpr int kTriesMax = 5;

// ---- Bodies -------------------------------------------------------------------------------------

struct ConfirmBody {
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "ConfirmOrder";
};
SHOP_DESCRIBE(ConfirmBody, reason)

struct HoldBody {
    order::HoldReason hold = order::HoldReason::kPayment;
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "HoldOrder";
};
SHOP_DESCRIBE(HoldBody, hold, reason)

struct ReleaseHoldBody {
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "ReleaseOrderHold";
};
SHOP_DESCRIBE(ReleaseHoldBody, reason)

struct CancelBody {
    std::optional<order::CancelReason> cause;  // staff
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "CancelOrder";
};
SHOP_DESCRIBE(CancelBody, cause, reason)

struct LineQuantityBody {
    LineId line_id;
    std::int64_t quantity = 0;
    static constexpr std::string_view kSchemaName = "OrderLineQuantity";
    static constexpr std::array kLimits = {
        http::Limit{.member = "quantity", .min = 1, .max = stock::kQuantityMax},
    };
};
SHOP_DESCRIBE(LineQuantityBody, line_id, quantity)

struct CancelLinesBody {
    std::vector<LineQuantityBody> lines;
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "CancelOrderLines";
    static constexpr std::array kLimits = {
        http::Limit{.member = "lines", .min = 1, .max = 1'200},
    };
};
SHOP_DESCRIBE(CancelLinesBody, lines, reason)

struct NoteBody {
    std::string text;
    static constexpr std::string_view kSchemaName = "OrderNote";
    static constexpr std::array kLimits = {
        http::Limit{.member = "text", .min = 1, .max = 2'000},
    };
};
SHOP_DESCRIBE(NoteBody, text)

// ---- Calls --------------------------------------------------------------------------------------

order::Confirm command_of(const OrderId& order, const ConfirmBody& body) {
    return {order, reason_of(body.reason)};
}
order::Hold command_of(const OrderId& order, const HoldBody& body) {
    return {order, body.hold, reason_of(body.reason)};
}
order::ReleaseHold command_of(const OrderId& order, const ReleaseHoldBody& body) {
    return {order, reason_of(body.reason)};
}
order::CancelByStaff command_of(const OrderId& order, const CancelBody& body) {
    return {order, body.cause.value_or(order::CancelReason::kStaff), reason_of(body.reason)};
}
order::CancelLines command_of(const OrderId& order, const CancelLinesBody& body) {
    order::CancelLines command{order, {}, reason_of(body.reason)};
    for (const auto& [line, quantity] : body.lines) command.lines.push_back({line, quantity});
    return command;
}

template <class Body>
Task<Response> change(Services& services, const Request& request, std::string_view pattern) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    const auto body = http::optional_body_of<Body>(request);
    if (!body) return ready(problem(body.error()));
    return run_order_call(services, request, {pattern, *order, command_of(*order, *body)});
}

// A key that is new to the order is its customer's before it is used; if they were erased already,
// a note that somebody writes afterwards stays.
Task<Status> give_to_customer(Services& services, const Request& request, OrderId id,
                              CustomerId customer, std::string key) {
    auto submission = http::submission_of(request, kNotes, services.secrets);
    if (!submission) co_return std::unexpected(submission.error());
    submission->id = CommandId::derive(customer.slot(), {"note", submission->id.to_string(), key});
    submission->command = customer::AssignOrder{customer, id, {key}, {"note", ""}};
    const auto given = co_await services.engine.submit(*request.home, std::move(*submission));
    if (!given && given.error().type != "customer-erased") co_return std::unexpected(given.error());
    co_return Status();
}

// The text is sealed with the buyer's key, so that it goes when the buyer does.
Task<Response> try_note(Services& services, const Request& request, OrderId order,
                        PersonalNote note) {
    const auto read = co_await services.engine.read(*request.home, order);
    if (!read) co_return problem(read.error());
    const auto* state = state_in<order::State>(*read);
    if (state == nullptr) co_return problem(unknown_order());
    auto sealed = seal_for(*state, services.keys, note);
    if (!sealed) co_return problem(sealed.error());
    const std::vector<std::string> keys = state->personal_keys();
    const CustomerId customer = state->customer_id;
    const bool is_new = std::ranges::find(keys, sealed->key) == keys.end();
    if (is_new && !customer.is_empty()) {
        const Status given =
            co_await give_to_customer(services, request, order, customer, sealed->key);
        if (!given) co_return problem(given.error());
    }
    order::AddNote command{order, std::move(*sealed), customer};
    co_return co_await run_order_call(services, request, {kNotes, order, std::move(command), 201});
}

// An order that is given to a customer at this moment gets its note in the next try.
Task<Response> write_note(Services& services, const Request& request, OrderId order,
                          PersonalNote note) {
    for (int tries = 1;; ++tries) {
        Response response = co_await try_note(services, request, order, note);
        if (response.status != 409 || tries == kTriesMax) co_return response;
    }
}

Task<Response> add_note(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    auto body = http::body_of<NoteBody>(request);
    if (!body) return ready(problem(body.error()));
    return write_note(services, request, *order, {std::move(body->text)});
}

// What a call needs of its body, and whether it moves money or stock.
struct Traits {
    bool body_optional = true;
    bool moves = false;
};

template <class Body>
void add_change(http::Routes& routes, Services& services, std::string_view pattern,
                std::string_view summary, Traits traits) {
    http::Route route = order_call_route(pattern, summary);
    route.body = http::body_schema_of<Body>();
    route.body_optional = traits.body_optional;
    if (traits.moves) may_run_dry(route);
    routes.add(std::move(route), [&services, pattern](const Request& request) {
        return change<Body>(services, request, pattern);
    });
}

}  // namespace

void add_order_change_routes(http::Routes& routes, Services& services) {
    add_change<ConfirmBody>(routes, services, kConfirm, "Says that the order will be fulfilled",
                            {});
    add_change<HoldBody>(routes, services, kHold,
                         "Holds the order: nothing leaves, no money is taken",
                         {.body_optional = false});
    add_change<ReleaseHoldBody>(routes, services, kReleaseHold, "Lets the order go on", {});
    add_change<CancelBody>(routes, services, kCancel,
                           "Cancels the order: its stock is released, its money goes back",
                           {.moves = true});
    add_change<CancelLinesBody>(routes, services, kCancelLines,
                                "Cancels units that are in no fulfillment",
                                {.body_optional = false, .moves = true});
    http::Route noting = order_call_route(kNotes, "Adds a note for staff to the order");
    noting.body = http::body_schema_of<NoteBody>();
    noting.statuses.front() = 201;
    routes.add(std::move(noting),
               [&services](const Request& request) { return add_note(services, request); });
}

}  // namespace shop::api
