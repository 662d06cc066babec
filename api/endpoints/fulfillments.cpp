// Fulfillments: the way of an order's goods out of the house. Each call answers the whole order.
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

constexpr std::string_view kFulfillments = "/api/v1/admin/orders/{id}/fulfillments";
constexpr std::string_view kShip = "/api/v1/admin/fulfillments/{id}/ship";
constexpr std::string_view kDeliver = "/api/v1/admin/fulfillments/{id}/deliver";
constexpr std::string_view kFail = "/api/v1/admin/fulfillments/{id}/fail";
constexpr std::string_view kCancel = "/api/v1/admin/fulfillments/{id}/cancel";

constexpr std::int64_t kTrackingChars = 100;

// ---- Bodies -------------------------------------------------------------------------------------

struct FulfillmentLineBody {
    LineId line_id;
    std::int64_t quantity = 0;
    static constexpr std::string_view kSchemaName = "FulfillLine";
    static constexpr std::array kLimits = {
        http::Limit{.member = "quantity", .min = 1, .max = stock::kQuantityMax},
    };
};
SHOP_DESCRIBE(FulfillmentLineBody, line_id, quantity)

struct ShipmentBody {
    std::optional<std::string> carrier;
    std::optional<std::vector<std::string>> tracking;
    std::optional<Time> shipped_at;
    static constexpr std::string_view kSchemaName = "Shipment";
    static constexpr std::array kLimits = {
        http::Limit{.member = "carrier", .min = 1, .max = 60},
        http::Limit{.member = "tracking", .max = fulfillment::kTrackingMax},
    };
};
SHOP_DESCRIBE(ShipmentBody, carrier, tracking, shipped_at)

struct CreateBody {
    std::optional<std::vector<FulfillmentLineBody>> lines;  // none: all that is left
    std::optional<ShipmentBody> ship;                       // it has left
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "CreateFulfillment";
    static constexpr std::array kLimits = {
        http::Limit{.member = "lines", .min = 1, .max = 1'200},
    };
};
SHOP_DESCRIBE(CreateBody, lines, ship, reason)

struct ShipBody {
    std::optional<std::string> carrier;
    std::optional<std::vector<std::string>> tracking;
    std::optional<Time> shipped_at;
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "ShipFulfillment";
    static constexpr std::array kLimits = {
        http::Limit{.member = "carrier", .min = 1, .max = 60},
        http::Limit{.member = "tracking", .max = fulfillment::kTrackingMax},
    };
};
SHOP_DESCRIBE(ShipBody, carrier, tracking, shipped_at, reason)

struct EndBody {
    std::optional<ReasonBody> reason;
    static constexpr std::string_view kSchemaName = "EndFulfillment";
};
SHOP_DESCRIBE(EndBody, reason)

// ---- Calls --------------------------------------------------------------------------------------

template <class Body>
Result<fulfillment::Shipment> shipment_of(const Body& body, const std::string& at) {
    fulfillment::Shipment shipment{body.carrier.value_or(""), {}, body.shipped_at};
    if (body.tracking) shipment.tracking = *body.tracking;
    for (const std::string& number : shipment.tracking)
        if (number.empty() || number.size() > kTrackingChars)
            return fail_field(at + "/tracking", "A tracking number has 1 to 100 characters.");
    return shipment;
}

Task<Response> create(Services& services, const Request& request) {
    const auto order = OrderId::parse(request.parameter("id"));
    if (!order) return ready(problem(unknown_order()));
    const auto body = http::optional_body_of<CreateBody>(request);
    if (!body) return ready(problem(body.error()));
    fulfillment::Create command{.order = *order, .reason = reason_of(body->reason)};
    if (body->lines)
        for (const auto& [line, quantity] : *body->lines) command.lines.push_back({line, quantity});
    if (body->ship) {
        auto shipment = shipment_of(*body->ship, "/ship");
        if (!shipment) return ready(problem(shipment.error()));
        command.shipment = std::move(*shipment);
    }
    return run_order_call(services, request, {kFulfillments, *order, std::move(command), 201});
}

Error unknown_fulfillment() {
    return {ErrorCode::kNotFound, "unknown-fulfillment", "There is no such fulfillment."};
}

// The command about a fulfillment, once it is known whose it is.
Task<Response> run(Services& services, const Request& request, std::string_view pattern,
                   FulfillmentId id, AnyCommand command) {
    const auto read = co_await services.engine.read(*request.home, id);
    if (!read) co_return problem(read.error());
    const auto* state = state_in<fulfillment::State>(*read);
    if (state == nullptr) co_return problem(unknown_fulfillment());
    co_return co_await run_order_call(services, request,
                                      {pattern, state->created.order_id, std::move(command)});
}

Task<Response> ship(Services& services, const Request& request) {
    const auto id = FulfillmentId::parse(request.parameter("id"));
    if (!id) return ready(problem(unknown_fulfillment()));
    const auto body = http::optional_body_of<ShipBody>(request);
    if (!body) return ready(problem(body.error()));
    auto shipment = shipment_of(*body, "");
    if (!shipment) return ready(problem(shipment.error()));
    return run(services, request, kShip, *id,
               fulfillment::Ship{*id, std::move(*shipment), reason_of(body->reason)});
}

// Deliver, Fail and Cancel take nothing but a reason.
template <class Command>
Task<Response> end(Services& services, const Request& request, std::string_view pattern) {
    const auto id = FulfillmentId::parse(request.parameter("id"));
    if (!id) return ready(problem(unknown_fulfillment()));
    const auto body = http::optional_body_of<EndBody>(request);
    if (!body) return ready(problem(body.error()));
    return run(services, request, pattern, *id, Command{*id, reason_of(body->reason)});
}

template <class Command>
void add_end(http::Routes& routes, Services& services, std::string_view pattern,
             std::string_view summary) {
    http::Route route = order_call_route(pattern, summary);
    route.body = http::body_schema_of<EndBody>();
    route.body_optional = true;
    routes.add(std::move(route), [&services, pattern](const Request& request) {
        return end<Command>(services, request, pattern);
    });
}

}  // namespace

void add_fulfillment_routes(http::Routes& routes, Services& services) {
    http::Route creating = order_call_route(
        kFulfillments, "Plans what of the order leaves together; with `ship` it has left");
    creating.body = http::body_schema_of<CreateBody>();
    creating.body_optional = true;
    creating.statuses.front() = 201;
    may_run_dry(creating);
    routes.add(std::move(creating),
               [&services](const Request& request) { return create(services, request); });
    http::Route shipping =
        order_call_route(kShip, "Says that it has left: what it costs is captured");
    shipping.body = http::body_schema_of<ShipBody>();
    shipping.body_optional = true;
    may_run_dry(shipping);
    routes.add(std::move(shipping),
               [&services](const Request& request) { return ship(services, request); });
    add_end<fulfillment::Deliver>(routes, services, kDeliver, "Says that it has arrived");
    add_end<fulfillment::Fail>(routes, services, kFail, "Says that it left and did not arrive");
    add_end<fulfillment::Cancel>(routes, services, kCancel,
                                 "Takes it back before it leaves: its units are open again");
}

}  // namespace shop::api
