// What staff does to an order but for its goods' way out (fulfillments.cpp) and a plain capture
// (order_admin.cpp): confirm, hold, release, cancel as a whole or in part.
#include <array>
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/http/schema_of.hpp"

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
}

}  // namespace shop::api
