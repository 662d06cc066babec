// POST /admin/orders: a sale by phone or at the counter, on the path of every checkout.
#include <utility>

#include "api/address_rules.hpp"
#include "api/cart_token.hpp"
#include "api/endpoints/admin_call.hpp"
#include "api/endpoints/checkout_answer.hpp"
#include "api/endpoints/dry_run.hpp"
#include "api/endpoints/order_call.hpp"
#include "api/endpoints/order_view.hpp"
#include "api/endpoints/place_order_body.hpp"
#include "api/http/position.hpp"
#include "api/http/schema_of.hpp"
#include "api/payments/providers.hpp"
#include "core/customer/customer.hpp"
#include "core/payment/offline.hpp"
#include "events/keys/key_store.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kOrders = "/api/v1/admin/orders";
constexpr std::size_t kBodyBytesMax = 1 << 20;  // of 1,200 lines

// ---- The request --------------------------------------------------------------------------------

Result<checkout::PaymentChoice> offline_choice(const NewOrderPayment& payment) {
    if (payment.token)
        return fail_field("/payment/token", "must be left out: nobody is asked for this money");
    return checkout::PaymentChoice{.provider = payment.provider,
                                   .method = {payment.method.value_or("other"), "", ""},
                                   .token = {},
                                   .return_url = {},
                                   .capture = payment.capture.value_or(payment::CaptureMode::kAuto),
                                   .reference = payment.reference.value_or("")};
}

Result<checkout::PaymentChoice> choice_of(const NewOrderPayment& payment, Services& services) {
    if (payment.provider == payment::kOfflineProvider) return offline_choice(payment);
    const payments::Provider* provider = services.providers.find(payment.provider);
    if (provider == nullptr)
        return fail_field("/payment/provider", "the shop does not take this provider");
    if (!payment.token) return fail_field("/payment/token", "is required at this provider");
    if (payment.reference)
        return fail_field("/payment/reference", "is for offline payments; the provider gives one");
    if (payment.capture.value_or(payment::CaptureMode::kManual) != payment::CaptureMode::kManual)
        return fail_field("/payment/capture", "must be manual, but of an offline payment");
    checkout::PaymentChoice choice{.provider = payment.provider,
                                   .method = {payment.method.value_or("card"), "", ""},
                                   .token = {},
                                   .return_url = {},
                                   .provider_can = provider->capabilities(*payment.token)};
    SHOP_TRY(key, services.keys.new_key(KeyUse::kToken));
    SHOP_TRY(token, services.keys.seal(key, *payment.token));
    choice.token = std::move(token);
    return choice;
}

Result<std::optional<sale::Address>> address_of(const std::optional<AddressView>& body,
                                                std::string_view member, const std::string& key,
                                                KeyStore& keys) {
    if (!body) return std::nullopt;
    auto personal = personal_of(*body);
    if (!personal) {
        for (FieldError& field : personal.error().fields)
            field.pointer = std::string(member) + field.pointer;
        return std::unexpected(personal.error());
    }
    SHOP_TRY(sealed, seal_with(key, keys, *personal));
    return sale::Address{body->country, postal_area_of(personal->postal_code), std::move(sealed)};
}

// Whoever it is sold to, under one key: the customer's own, or a new one.
Status add_persons(const NewOrder& body, const std::string& key, KeyStore& keys,
                   checkout::PlaceOrder& command) {
    if (body.customer_id) command.party.customer_id = *body.customer_id;
    if (body.contact) {
        SHOP_TRY(personal, personal_of(*body.contact, "/contact"));
        SHOP_TRY(sealed, seal_with(key, keys, personal));
        command.party.personal = std::move(sealed);
    }
    SHOP_TRY(shipping, address_of(body.shipping_address, "/shipping_address", key, keys));
    SHOP_TRY(billing, address_of(body.billing_address, "/billing_address", key, keys));
    command.shipping_address = std::move(shipping);
    command.billing_address = std::move(billing);
    return {};
}

Task<Result<std::string>> person_key(Services& services, Executor& home,
                                     std::optional<CustomerId> customer) {
    if (!customer) co_return services.keys.new_key();
    const auto read = co_await services.engine.read(home, *customer);
    if (!read) co_return std::unexpected(read.error());
    const auto* state = state_in<customer::State>(*read);
    if (state == nullptr) co_return fail_field("/customer_id", "is nobody the shop knows");
    co_return key_of(*state);
}

// What guests said in tries of the order that failed is sealed under.
Task<Result<std::vector<std::string>>> guest_keys(Services& services, Executor& home,
                                                  OrderId order) {
    const auto read = co_await services.engine.read(home, checkout::checkout_of(order));
    if (!read) co_return std::unexpected(read.error());
    const auto* before = state_in<checkout::State>(*read);
    if (before == nullptr || !before->is_closed()) co_return std::vector<std::string>();
    co_return before->guest_keys;
}

// The order that is named by another system, or by the call.
OrderId order_for(const NewOrder& body, const CommandId& command) {
    if (body.external)
        return OrderId::derive({"order", "external", body.external->system, body.external->id});
    return OrderId::derive({"order", "staff", command.to_string()});
}

std::vector<NamedLine> names_of(const checkout::PlaceOrder& command) {
    std::vector<NamedLine> names;
    for (const checkout::OrderLine& line : command.lines) {
        const std::string key = line.key.empty() ? std::to_string(names.size() + 1) : line.key;
        names.push_back({checkout::line_of(command.order, key), line.sku, line.title});
    }
    return names;
}

// ---- The call -----------------------------------------------------------------------------------

struct PlaceCall {
    Submission submission;
    checkout::PlaceOrder command;
};

Task<Result<PlaceCall>> call_of(Services& services, const Request& request) {
    auto submission = http::submission_of(request, kOrders, services.secrets);
    if (!submission) co_return std::unexpected(submission.error());
    auto body = http::body_of<NewOrder>(request);
    if (!body) co_return std::unexpected(body.error());
    const auto key = co_await person_key(services, *request.home, body->customer_id);
    if (!key) co_return std::unexpected(key.error());
    const OrderId order = order_for(*body, submission->id);
    PlaceCall call{std::move(*submission), command_of(*body, order)};
    if (body->customer_id) {
        auto keys = co_await guest_keys(services, *request.home, order);
        if (!keys) co_return std::unexpected(keys.error());
        call.command.customer_keys = std::move(*keys);
    }
    const std::string token = token_of(services.secrets, checkout::cart_of(order));
    call.command.access_token_hash = hash_of_token(token);
    call.command.payment_time = services.payment_time;
    if (const Status added = add_persons(*body, *key, services.keys, call.command); !added)
        co_return std::unexpected(added.error());
    if (body->payment) {
        auto choice = choice_of(*body->payment, services);
        if (!choice) co_return std::unexpected(choice.error());
        call.command.payment = std::move(*choice);
    }
    co_return call;
}

Task<Response> answer_placed(Services& services, const Request& request, OrderId order,
                             std::vector<NamedLine> lines) {
    Executor& home = *request.home;
    const CheckoutId checkout = checkout::checkout_of(order);
    const Result<Snapshot> reached = co_await wait_for_outcome(
        services, home, checkout, http::preferred_wait_of(request).value_or(kOutcomePatience));
    if (!reached) co_return problem(reached.error());
    const Fact<checkout::State> state{*reached};
    SHOP_ASSERT(state);
    Result<OrderFacts> facts = co_await load_order(services, home, order);
    Response response =
        answer_staff_of(services, checkout::checkout_outcome(*state.find()), facts, lines);
    response.with("Location", std::string(kOrders) + "/" + order.to_string());
    if (facts) response.replace("Shop-Position", http::text_of(touched_by(services, *facts)));
    co_return response;
}

// The key of a token that no record holds is of no use to anybody.
void drop_token(Services& services, const std::string& key) {
    if (!key.empty()) (void)services.keys.destroy_soon(key);
}

// Erased at any moment, the customer takes with them what guests said of the order before.
Task<Status> give_to_customer(Services& services, const Request& request,
                              const checkout::PlaceOrder& command) {
    if (command.customer_keys.empty()) co_return Status{};
    customer::AssignOrder give{command.party.customer_id, command.order, command.customer_keys,
                               command.reason};
    const auto given = co_await give_order(services, request, kOrders, std::move(give));
    co_return given ? Status{} : std::unexpected(given.error());
}

Task<Response> place(Services& services, const Request& request) {
    auto call = co_await call_of(services, request);
    if (!call) co_return problem(call.error());
    const OrderId order = call->command.order;
    std::vector<NamedLine> lines = names_of(call->command);
    std::string token_key;
    if (call->command.payment) token_key = call->command.payment->token.key;
    if (is_dry_run(request)) {
        drop_token(services, token_key);
        call->submission.command = std::move(call->command);
        co_return co_await answer_dry_run(services, *request.home, std::move(call->submission));
    }
    if (const Status given = co_await give_to_customer(services, request, call->command); !given) {
        drop_token(services, token_key);
        co_return problem(given.error());
    }
    call->submission.command = std::move(call->command);
    const Result<Receipt> receipt =
        co_await services.engine.submit(*request.home, std::move(call->submission));
    const bool is_recorded = receipt ? receipt->changed && !receipt->replayed
                                     : receipt.error().code == ErrorCode::kUnavailable;
    if (!is_recorded) drop_token(services, token_key);
    if (!receipt) co_return problem(receipt.error());
    Response response = co_await answer_placed(services, request, order, std::move(lines));
    if (receipt->replayed) response.with("Idempotent-Replayed", "true");
    // It was there before, known by its external id.
    if (response.status == 201 && !receipt->changed) response.status = 200;
    co_return response;
}

}  // namespace

void add_place_order_routes(http::Routes& routes, Services& services) {
    http::Route route{
        .method = http::Method::kPost,
        .pattern = kOrders,
        .summary =
            "Sells without a cart: by phone, at the counter, or in the past. 202 "
            "while the provider is slow, 200 for an order that was there before",
        .tag = "orders (staff)",
        .access = http::Access::kStaff,
        .parameters = {{.name = "Prefer",
                        .in = "header",
                        .description = "wait=N: seconds to wait for the outcome before 202 "
                                       "is answered, at most 30; default 2.5."}},
        .body = http::body_schema_of<NewOrder>(),
        .answer = http::schema_of<OrderView>(),
        .statuses = {201, 200, 202, 400, 401, 402, 403, 404, 409, 422, 503},
        .idempotent = true,
        .body_bytes_max = kBodyBytesMax};
    may_run_dry(route);
    routes.add(std::move(route),
               [&services](const Request& request) { return place(services, request); });
}

}  // namespace shop::api
