// POST /carts/{id}/checkout: starts it, or pays again, and answers what it has come to.
#include <algorithm>
#include <array>
#include <utility>

#include "api/cart_token.hpp"
#include "api/endpoints/checkout_answer.hpp"
#include "api/endpoints/order_facts.hpp"
#include "api/endpoints/order_view.hpp"
#include "api/http/idempotency.hpp"
#include "api/http/json_body.hpp"
#include "api/http/position.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/payment_limit.hpp"
#include "api/payments/providers.hpp"
#include "api/services.hpp"
#include "events/engine.hpp"
#include "events/keys/key_store.hpp"
#include "events/keys/personal.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr std::string_view kCheckout = "/api/v1/carts/{id}/checkout";
constexpr Duration kTryWatch = minutes(1);  // longer changes nothing: it is watched again

struct CheckoutPayment {
    std::string provider;
    std::string token;                      // as the provider's own form made it
    std::optional<std::string> return_url;  // of this shop: a path, or an address of its origin
    static constexpr std::array kLimits = {
        http::Limit{.member = "provider", .min = 1, .max = 40},
        http::Limit{.member = "token", .min = 1, .max = 500},
        http::Limit{.member = "return_url", .min = 1, .max = 2'000},
    };
};
SHOP_DESCRIBE(CheckoutPayment, provider, token, return_url)

struct CheckoutBody {
    std::optional<Money> expected_total;     // what the shopper was shown
    std::optional<CheckoutPayment> payment;  // absent only if there is nothing to pay
};
SHOP_DESCRIBE(CheckoutBody, expected_total, payment)

// ---- The request --------------------------------------------------------------------------------

bool is_plain_url(std::string_view url) {
    return std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
}

// Nobody can be sent from our checkout to somebody else's page.
Result<std::string> own_address(const std::string& url, const std::string& origin) {
    const bool is_path = url.starts_with("/") && !url.starts_with("//");
    const bool is_ours = url == origin || url.starts_with(origin + "/");
    if (is_plain_url(url) && is_path) return origin + url;
    if (is_plain_url(url) && is_ours) return url;
    return fail_field("/payment/return_url", "must be a path of this shop, or of its own origin");
}

Result<checkout::PaymentChoice> choice_of(const CheckoutPayment& payment, Services& services) {
    checkout::PaymentChoice choice{
        .provider = payment.provider, .method = {"card", "", ""}, .token = {}, .return_url = {}};
    const payments::Provider* provider = services.providers.find(payment.provider);
    if (provider == nullptr)
        return fail_field("/payment/provider", "the shop does not take this provider");
    choice.provider_can = provider->capabilities(payment.token);
    if (payment.return_url) {
        SHOP_TRY(url, own_address(*payment.return_url, services.origin));
        choice.return_url = std::move(url);
    }
    SHOP_TRY(key, services.keys.new_key(KeyUse::kToken));
    SHOP_TRY(token, services.keys.seal(key, payment.token));
    choice.token = std::move(token);
    return choice;
}

Result<checkout::Start> command_of(const Request& request, const CartId& cart, Services& services) {
    CheckoutBody body;
    if (!request.body.empty()) {
        SHOP_TRY(read, http::body_of<CheckoutBody>(request));
        body = std::move(read);
    }
    checkout::Start command{.cart = cart,
                            .expected_total = body.expected_total,
                            .payment = {},
                            .payment_time = services.payment_time};
    if (body.payment) {
        SHOP_TRY(choice, choice_of(*body.payment, services));
        command.payment = std::move(choice);
    }
    return command;
}

// ---- The answer ---------------------------------------------------------------------------------

// What was in the cart, to name what is short of it.
Task<std::vector<NamedLine>> lines_of(Services& services, Executor& home, CartId cart) {
    std::vector<NamedLine> named;
    const Result<Snapshot> read = co_await services.engine.read(home, cart);
    const Fact<cart::State> state{read ? *read : Snapshot{}};
    if (!state) co_return named;
    for (const sale::Line& line : state->lines)
        named.push_back({line.line_id, line.sku, line.title});
    co_return named;
}

// The shopper is shown the new prices when he looks at his cart again.
Task<bool> reprice(Services& services, Executor& home, CartId cart, Submission submission) {
    submission.id = CommandId::derive({"reprice", submission.id.to_string()});
    submission.command = cart::Reprice{.cart = cart};
    const Result<Receipt> receipt = co_await services.engine.submit(home, std::move(submission));
    co_return receipt.has_value();
}

// A cart whose buyer nobody can read any more is not sold. Keys end before carts are recorded as
// expired: by a wall clock that was wrong, and was corrected before it was, the cart is open again.
Task<Status> check_buyer(Services& services, Executor& home, CartId cart) {
    const Result<Snapshot> read = co_await services.engine.read(home, cart);
    if (!read) co_return std::unexpected(read.error());
    const Fact<cart::State> state{*read};
    if (!state || state->status != cart::Status::kOpen) co_return Status{};
    co_return require_readable(*state.find(), services.keys);
}

// The key of a token that no record holds is of no use to anybody.
void drop_token(Services& services, const std::string& key) {
    if (!key.empty()) (void)services.keys.destroy_soon(key);
}

// ---- Tries --------------------------------------------------------------------------------------

Error too_many_tries() {
    return {ErrorCode::kUnavailable, "too-many-requests",
            "Too many payments from this address did not succeed; wait a while."};
}

bool is_undecided(const checkout::Outcome& outcome) {
    return outcome.kind == checkout::OutcomeKind::kPending ||
           outcome.kind == checkout::OutcomeKind::kAction;
}

bool is_declined(const checkout::Outcome& outcome) {
    const bool has_failed = outcome.kind == checkout::OutcomeKind::kFailed &&
                            outcome.reason == checkout::FailReason::kDeclined;
    return has_failed || outcome.kind == checkout::OutcomeKind::kDeclined;
}

// The address has its try back unless the card was declined, be it long after the answer. Whoever
// stops the shop before that leaves it to time: nobody counts this task, for the engine, which
// stops before the loops do, ends its wait (Shop::stop).
Task<bool> settle_try(Services& services, Executor& home, CheckoutId checkout,
                      Result<Snapshot> reached, std::string address) {
    while (reached) {
        const Fact<checkout::State> state{*reached};
        const checkout::Outcome outcome = checkout::checkout_outcome(*state.find());
        if (!is_undecided(outcome)) {
            if (!is_declined(outcome)) services.payment_limit.give_back(address);
            co_return true;
        }
        reached = co_await services.engine.wait(home, checkout, reached->version, kTryWatch);
    }
    co_return false;
}

// ---- The call -----------------------------------------------------------------------------------

// A checkout that is asked for.
struct CheckoutCall {
    CartId cart;
    Submission submission;
    std::string token_key;  // of the payment; empty: there is none
    Duration wait;          // until the address may pay again; 0: it may, and one try is taken
};

Task<Response> run(Services& services, const Request& request, CheckoutCall call) {
    Executor& home = *request.home;
    const CheckoutId checkout = checkout::checkout_of(call.cart);
    const Status buyer = co_await check_buyer(services, home, call.cart);
    if (!buyer && !call.submission.refusal_if_new) call.submission.refusal_if_new = buyer.error();
    const bool is_refused = call.submission.refusal_if_new.has_value();
    const Submission again = call.submission;
    const Result<Receipt> receipt =
        co_await services.engine.submit(home, std::move(call.submission));
    const bool is_done = receipt && receipt->changed && !receipt->replayed;
    const bool is_unclear = !receipt && receipt.error().code == ErrorCode::kUnavailable;
    if (!is_done && (!is_unclear || is_refused)) drop_token(services, call.token_key);
    const bool has_try = !call.token_key.empty() && call.wait.us == 0;
    if (has_try && !is_done) services.payment_limit.give_back(request.remote);
    if (!receipt && receipt.error().type == "total-changed")
        co_await reprice(services, home, call.cart, again);
    if (!receipt) co_return problem(receipt.error(), std::max(call.wait, seconds(1)));
    const Result<Snapshot> reached = co_await wait_for_outcome(
        services, home, checkout, http::preferred_wait_of(request).value_or(kOutcomePatience));
    if (!reached) co_return problem(reached.error());
    const Fact<checkout::State> state{*reached};
    SHOP_ASSERT(state);
    if (has_try && is_done)
        start(settle_try(services, home, checkout, reached, request.remote), [](bool) {});
    Result<OrderFacts> facts = co_await load_order(services, home, checkout::order_of(call.cart));
    const checkout::Outcome outcome = checkout::checkout_outcome(*state.find());
    std::vector<NamedLine> lines;
    if (is_out_of_stock(outcome)) lines = co_await lines_of(services, home, call.cart);
    Response response = answer_of(services, outcome, facts, lines);
    response.with("Location", "/api/v1/orders/" + checkout::order_of(call.cart).to_string());
    if (facts) response.replace("Shop-Position", http::text_of(touched_by(services, *facts)));
    if (receipt->replayed) response.with("Idempotent-Replayed", "true");
    co_return response;
}

// Who has no try left still gets the first answer to a command that is known.
Task<Response> start_checkout(Services& services, const Request& request) {
    const auto cart = CartId::parse(request.parameter("id"));
    if (!cart || !opens(services.secrets, *cart, request.caller.shop_token))
        return ready(problem({ErrorCode::kNotFound, "unknown-cart", "There is no such cart."}));
    auto submission = http::submission_of(request, kCheckout, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    auto command = command_of(request, *cart, services);
    if (!command) return ready(problem(command.error()));
    CheckoutCall call{
        .cart = *cart, .submission = std::move(*submission), .token_key = {}, .wait = {}};
    if (command->payment) {
        call.token_key = command->payment->token.key;
        call.wait = services.payment_limit.take(request.remote).value_or(Duration{});
    }
    if (call.wait.us > 0) call.submission.refusal_if_new = too_many_tries();
    call.submission.command = std::move(*command);
    return run(services, request, std::move(call));
}

}  // namespace

void add_checkout_routes(http::Routes& routes, Services& services) {
    routes.add({.method = http::Method::kPost,
                .pattern = kCheckout,
                .summary = "Buys what is in the cart: reserves the stock, authorizes the payment, "
                           "places the order. 202 while the provider is slow or wants the shopper "
                           "to act",
                .tag = "checkout",
                .parameters = {{.name = "Prefer",
                                .in = "header",
                                .description = "wait=N: seconds to wait for the outcome before 202 "
                                               "is answered, at most 30; default 2.5."}},
                .body = http::body_schema_of<CheckoutBody>(),
                .answer = http::schema_of<OrderView>(),
                .statuses = {201, 202, 400, 402, 404, 409, 422, 429, 503},
                .idempotent = true,
                .shop_token = true,
                .body_optional = true},
               [&services](const Request& request) { return start_checkout(services, request); });
}

}  // namespace shop::api
