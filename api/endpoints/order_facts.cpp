#include "api/endpoints/order_facts.hpp"

#include <algorithm>

#include "api/cart_token.hpp"
#include "api/endpoints/order_view.hpp"
#include "api/http/json_body.hpp"
#include "api/http/position.hpp"
#include "api/log_ends.hpp"
#include "api/services.hpp"
#include "events/executor.hpp"

namespace shop::api {
namespace {

bool is_pending(const Snapshot& snapshot) {
    const Fact<checkout::State> checkout{snapshot};
    if (!checkout) return false;
    return checkout::checkout_outcome(*checkout.find()).kind == checkout::OutcomeKind::kPending;
}

// All that it ever had: those of each attempt of its checkout, and those that came later.
std::vector<PaymentId> payments_of(const OrderFacts& facts) {
    std::vector<PaymentId> ids;
    for (std::int32_t n = 1; n <= facts.checkout->payments_total; ++n)
        ids.push_back(payment::payment_of(facts.id, n));
    if (facts.order)
        ids.insert(ids.end(), facts.order->later_payments.begin(),
                   facts.order->later_payments.end());
    return ids;
}

}  // namespace

const std::vector<sale::Line>& OrderFacts::lines() const {
    return order ? order->placed.lines : checkout->quote.lines;
}

Position OrderFacts::position() const {
    Position newest = checkout.snapshot.position;
    const auto look = [&](const Snapshot& snapshot) {
        if (snapshot.position.offset > newest.offset) newest = snapshot.position;
    };
    look(order.snapshot);
    for (const auto& [_, payment] : payments) look(payment.snapshot);
    for (const auto& [_, fulfillment] : fulfillments) look(fulfillment.snapshot);
    return newest;
}

std::string OrderFacts::version() const {
    std::string text =
        std::to_string(checkout.snapshot.version) + "." + std::to_string(order.snapshot.version);
    for (const auto& [_, payment] : payments)
        text += "." + std::to_string(payment.snapshot.version);
    for (const auto& [_, fulfillment] : fulfillments)
        text += "." + std::to_string(fulfillment.snapshot.version);
    return text;
}

namespace {

// An order that was never confirmed has no fulfillment: the first one confirms it.
Task<Status> load_fulfillments(Services& services, Executor& home, OrderFacts& facts) {
    if (!facts.order || !facts.order->was_confirmed) co_return Status();
    for (std::int32_t number = 1; number <= fulfillment::kFulfillmentsMax; ++number) {
        const FulfillmentId id = fulfillment::fulfillment_of(facts.id, number);
        auto read = co_await services.engine.read(home, id);
        if (!read) co_return std::unexpected(read.error());
        const Fact<fulfillment::State> fact{std::move(*read)};
        if (!fact) break;
        facts.fulfillments.emplace_back(id, fact);
    }
    co_return Status();
}

}  // namespace

// The checkout first: it is completed in the record that places the order, so that an order which
// is not looked for is not there yet.
Task<Result<OrderFacts>> load_order(Services& services, Executor& home, OrderId order) {
    OrderFacts facts{.id = order};
    auto checkout = co_await services.engine.read(home, checkout::checkout_of(order));
    if (!checkout) co_return std::unexpected(checkout.error());
    facts.checkout.snapshot = std::move(*checkout);
    if (!facts.checkout) co_return std::unexpected(unknown_order());
    if (facts.checkout->status == checkout::Status::kCompleted) {
        auto placed = co_await services.engine.read(home, order);
        if (!placed) co_return std::unexpected(placed.error());
        facts.order.snapshot = std::move(*placed);
    }
    for (const PaymentId& id : payments_of(facts)) {
        auto payment = co_await services.engine.read(home, id);
        if (!payment) co_return std::unexpected(payment.error());
        facts.payments.emplace_back(id, Fact<payment::State>{std::move(*payment)});
    }
    const Status loaded = co_await load_fulfillments(services, home, facts);
    if (!loaded) co_return std::unexpected(loaded.error());
    co_return facts;
}

Task<Result<Snapshot>> wait_for_outcome(Services& services, Executor& home, CheckoutId checkout,
                                        Duration patience) {
    const std::int64_t until = services.clock.steady().us + patience.us;
    Result<Snapshot> snapshot = co_await services.engine.read(home, checkout);
    while (snapshot && is_pending(*snapshot)) {
        const Duration left{until - services.clock.steady().us};
        if (left.us <= 0) break;
        snapshot = co_await services.engine.wait(home, checkout, snapshot->version, left);
    }
    co_return snapshot;
}

Error unknown_order() {
    return {ErrorCode::kNotFound, "unknown-order", "There is no such order."};
}

Result<OrderId> opened_order(Services& services, const http::Request& request) {
    const auto id = OrderId::parse(request.parameter("id"));
    if (!id) return std::unexpected(unknown_order());
    const bool is_staff = request.caller.actor.kind == ActorKind::kStaff;
    if (!is_staff && !opens(services.secrets, *id, request.caller.shop_token))
        return std::unexpected(unknown_order());
    return *id;
}

namespace {

http::Response answer_with(const OrderFacts& facts, const Result<OrderView>& view, int status) {
    if (!view) return http::problem(view.error());
    http::Response response = http::json_answer(status, *view);
    response.with("Shop-Position", facts.position().to_string()).with("Cache-Control", "no-store");
    return response;
}

}  // namespace

http::Response order_answer(Services& services, const Result<OrderFacts>& facts, int status) {
    if (!facts) return http::problem(facts.error());
    return answer_with(*facts, view_of(*facts, services.keys), status);
}

http::Response staff_order_answer(Services& services, const Result<OrderFacts>& facts, int status) {
    if (!facts) return http::problem(facts.error());
    return answer_with(*facts, staff_view_of(*facts, services.keys), status);
}

Task<http::Response> answer_order(Services& services, Executor& home, OrderId order, int status) {
    co_return order_answer(services, co_await load_order(services, home, order), status);
}

Task<http::Response> answer_staff_order(Services& services, Executor& home, OrderId order,
                                        int status) {
    co_return staff_order_answer(services, co_await load_order(services, home, order), status);
}

std::vector<Position> touched_by(const Services& services, const OrderFacts& facts) {
    std::vector<Position> positions{facts.position()};
    for (const sale::Line& line : facts.lines())
        if (!line.stock_id.is_empty())
            http::add_newest(positions, services.log_ends.last_beside(line.stock_id));
    return positions;
}

}  // namespace shop::api
