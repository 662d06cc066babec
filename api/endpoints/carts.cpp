// Carts: what a shopper means to buy. Every call but the creation is opened by the cart's token
// (api/cart_token.hpp); without it the cart is not there. Each change answers the whole cart.
#include <utility>

#include "api/address_rules.hpp"
#include "api/cart_token.hpp"
#include "api/endpoints/cart_bodies.hpp"
#include "api/endpoints/cart_view.hpp"
#include "api/endpoints/try_again.hpp"
#include "api/http/etag.hpp"
#include "api/http/idempotency.hpp"
#include "api/http/json_body.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/services.hpp"
#include "core/catalog/catalog.hpp"
#include "events/engine.hpp"
#include "events/keys/personal.hpp"
#include "events/keys/secrets.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;
using http::Route;

constexpr std::string_view kCarts = "/api/v1/carts";
constexpr std::string_view kCart = "/api/v1/carts/{id}";
constexpr std::string_view kLines = "/api/v1/carts/{id}/lines";
constexpr std::string_view kLine = "/api/v1/carts/{id}/lines/{line_id}";
constexpr std::string_view kContact = "/api/v1/carts/{id}/contact";
constexpr std::string_view kShippingAddress = "/api/v1/carts/{id}/shipping-address";
constexpr std::string_view kBillingAddress = "/api/v1/carts/{id}/billing-address";
constexpr std::string_view kShippingOption = "/api/v1/carts/{id}/shipping-option";
constexpr std::string_view kShippingOptions = "/api/v1/carts/{id}/shipping-options";

constexpr std::int64_t kCookieSeconds = cart::kLife.us / seconds(1).us;

// ---- Answers ------------------------------------------------------------------------------------

Error unknown_cart() {
    return {ErrorCode::kNotFound, "unknown-cart", "There is no such cart."};
}

// The state of a cart that was read, or why there is none.
Result<const cart::State*> state_in(const Result<Snapshot>& read) {
    if (!read) return std::unexpected(read.error());
    const cart::State* state =
        read->state == nullptr ? nullptr : std::get_if<cart::State>(read->state.get());
    if (state == nullptr) return std::unexpected(unknown_cart());
    return state;
}

Result<CartView> view_in(Services& services, const CartId& cart, const Result<Snapshot>& read) {
    SHOP_TRY(state, state_in(read));
    return view_of({cart, *state, read->version, services.engine.now()}, services.catalog,
                   services.keys);
}

Response answer(const Result<CartView>& view, int status) {
    if (!view) return problem(view.error());
    Response response = http::json_answer(status, *view);
    response.with("ETag", http::etag_of(view->version)).with("Cache-Control", "no-store");
    return response;
}

// ---- Changes ------------------------------------------------------------------------------------

// A change that is decided on: whose it is, what it is, and how its success is told.
struct Change {
    CartId cart;
    Submission submission;
    int status = 200;
    bool is_creation = false;
};

// Repeated, it answers the cart as it was then.
Task<Response> submit(Services& services, const Request& request, Change change) {
    Executor& home = *request.home;
    const Result<Receipt> receipt =
        co_await services.engine.submit(home, std::move(change.submission));
    if (!receipt) co_return problem(receipt.error());
    const Result<Snapshot> read =
        receipt->replayed ? co_await services.engine.read_at(home, change.cart, receipt->position)
                          : co_await services.engine.read(home, change.cart);
    Result<CartView> view = view_in(services, change.cart, read);
    if (view && change.is_creation) view->token = token_of(services.secrets, change.cart);
    Response response = answer(view, change.status);
    if (!view) co_return response;
    http::tell_receipt(response, *receipt);
    if (!change.is_creation) co_return response;
    const std::string id = change.cart.to_string();
    response.with("Location", "/api/v1/carts/" + id);
    const bool is_secure = services.origin.starts_with("https://");
    response.with("Set-Cookie", "shop_token=" + *view->token +
                                    "; Path=/; Max-Age=" + std::to_string(kCookieSeconds) +
                                    "; HttpOnly; SameSite=Lax" + (is_secure ? "; Secure" : ""));
    co_return response;
}

// The cart of the path, if the caller has its token.
Result<CartId> opened_cart(Services& services, const Request& request) {
    const auto id = CartId::parse(request.parameter("id"));
    if (!id || !opens(services.secrets, *id, request.caller.shop_token))
        return std::unexpected(unknown_cart());
    return *id;
}

// What every change of an opened cart begins with.
struct Opened {
    CartId cart;
    std::optional<std::uint64_t> version;  // that the caller has seen
    Submission submission;
};

Result<Opened> open(Services& services, const Request& request, std::string_view pattern) {
    SHOP_TRY(cart, opened_cart(services, request));
    SHOP_TRY(version, http::if_match_of(request));
    SHOP_TRY(submission, http::submission_of(request, pattern, services.secrets));
    return Opened{cart, version, std::move(submission)};
}

// A change that needs nothing but the request: `command_of` makes it of what was opened.
template <class CommandOf>
Task<Response> change(Services& services, const Request& request, std::string_view pattern,
                      CommandOf command_of) {
    auto opened = open(services, request, pattern);
    if (!opened) return ready(problem(opened.error()));
    auto command = command_of(*opened);
    if (!command) return ready(problem(command.error()));
    opened->submission.command = std::move(*command);
    const int status = request.method == Method::kPost ? 201 : 200;
    return submit(services, request, {opened->cart, std::move(opened->submission), status});
}

Task<Response> create(Services& services, const Request& request) {
    NewCart body;
    if (!request.body.empty()) {
        auto read = http::body_of<NewCart>(request);
        if (!read) return ready(problem(read.error()));
        body = std::move(*read);
    }
    auto submission = http::submission_of(request, kCarts, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    const CartId cart = CartId::derive({"cart", submission->id.to_string()});
    const std::string token = token_of(services.secrets, cart);
    submission->command = cart::Create{.cart = cart,
                                       .currency = body.currency.value_or(Currency{}),
                                       .country = body.country.value_or(""),
                                       .locale = body.locale.value_or(""),
                                       .access_token_hash = hash_of_token(token)};
    return submit(services, request, {cart, std::move(*submission), 201, true});
}

Task<Response> add_line(Services& services, const Request& request) {
    return change(services, request, kLines, [&](const Opened& opened) -> Result<AnyCommand> {
        SHOP_TRY(body, http::body_of<NewLine>(request));
        return cart::AddLine{opened.cart, std::move(body.sku), body.quantity, opened.version};
    });
}

Result<LineId> line_of(const Request& request) {
    if (const auto id = LineId::parse(request.parameter("line_id"))) return *id;
    return fail(ErrorCode::kNotFound, "unknown-line", "The cart has no such line.");
}

Task<Response> change_quantity(Services& services, const Request& request) {
    return change(services, request, kLine, [&](const Opened& opened) -> Result<AnyCommand> {
        SHOP_TRY(line, line_of(request));
        SHOP_TRY(body, http::body_of<LineQuantity>(request));
        return cart::ChangeQuantity{opened.cart, line, body.quantity, opened.version};
    });
}

Task<Response> remove_line(Services& services, const Request& request) {
    return change(services, request, kLine, [&](const Opened& opened) -> Result<AnyCommand> {
        SHOP_TRY(line, line_of(request));
        return cart::RemoveLine{opened.cart, line, opened.version};
    });
}

Task<Response> choose_shipping_option(Services& services, const Request& request) {
    return change(
        services, request, kShippingOption, [&](const Opened& opened) -> Result<AnyCommand> {
            SHOP_TRY(body, http::body_of<ShippingOptionChoice>(request));
            return cart::ChooseShippingOption{opened.cart, std::move(body.id), opened.version};
        });
}

// ---- Personal data ------------------------------------------------------------------------------

// Seals with the key of the cart's person, which its state tells, and submits the command with it.
template <class Personal, class CommandOf>
Task<Response> try_sealed(Services& services, const Request& request, Opened opened,
                          Personal personal, CommandOf command_of) {
    const Result<Snapshot> read = co_await services.engine.read(*request.home, opened.cart);
    const auto state = state_in(read);
    if (!state) co_return problem(state.error());
    auto sealed = seal_for(**state, services.keys, personal);
    if (!sealed) co_return problem(sealed.error());
    opened.submission.command = command_of(opened, std::move(*sealed));
    co_return co_await submit(services, request, {opened.cart, std::move(opened.submission)});
}

// A cart that another call gave a key to at this moment has it in the next try, and for good.
template <class Personal, class CommandOf>
Task<Response> seal_and_submit(Services& services, const Request& request, Opened opened,
                               Personal personal, CommandOf command_of) {
    co_return co_await try_again_if("cart-changed", [&] {
        return try_sealed(services, request, opened, personal, command_of);
    });
}

Task<Response> set_contact(Services& services, const Request& request) {
    auto opened = open(services, request, kContact);
    if (!opened) return ready(problem(opened.error()));
    auto body = http::body_of<ContactView>(request);
    if (!body) return ready(problem(body.error()));
    auto party =
        personal_of(PersonView{.name = body->name, .email = body->email, .phone = body->phone}, "");
    if (!party) return ready(problem(party.error()));
    return seal_and_submit(services, request, std::move(*opened), std::move(*party),
                           [](const Opened& in, Sealed sealed) {
                               return cart::SetContact{
                                   in.cart, {{}, std::move(sealed)}, in.version};
                           });
}

template <class Command>
Task<Response> set_address(Services& services, const Request& request, std::string_view pattern) {
    auto opened = open(services, request, pattern);
    if (!opened) return ready(problem(opened.error()));
    auto body = http::body_of<AddressView>(request);
    if (!body) return ready(problem(body.error()));
    std::string country = body->country;
    auto address = personal_of(std::move(*body));
    if (!address) return ready(problem(address.error()));
    std::string area = postal_area_of(address->postal_code);
    return seal_and_submit(
        services, request, std::move(*opened), std::move(*address),
        [country = std::move(country), area = std::move(area)](const Opened& in, Sealed sealed) {
            return Command{in.cart, {country, area, std::move(sealed)}, in.version};
        });
}

// ---- Reading ------------------------------------------------------------------------------------

Task<Response> read_cart(Services& services, const Request& request, CartId cart) {
    const Result<Snapshot> read = co_await services.engine.read(*request.home, cart);
    co_return answer(view_in(services, cart, read), 200);
}

Task<Response> show(Services& services, const Request& request) {
    const auto cart = opened_cart(services, request);
    if (!cart) return ready(problem(cart.error()));
    return read_cart(services, request, *cart);
}

Task<Response> read_options(Services& services, const Request& request, CartId cart) {
    const Result<Snapshot> read = co_await services.engine.read(*request.home, cart);
    const auto state = state_in(read);
    if (!state) co_return problem(state.error());
    const ShippingOptions options{
        cart::shipping_options(**state, *services.catalog.settings(), services.engine.now())};
    Response response = http::json_answer(200, options);
    response.with("Cache-Control", "no-store");
    co_return response;
}

Task<Response> show_options(Services& services, const Request& request) {
    const auto cart = opened_cart(services, request);
    if (!cart) return ready(problem(cart.error()));
    return read_options(services, request, *cart);
}

// ---- Routes -------------------------------------------------------------------------------------

Route reading(std::string_view pattern, std::string_view summary, http::Schema schema) {
    return {.method = Method::kGet,
            .pattern = pattern,
            .summary = summary,
            .tag = "carts",
            .answer = std::move(schema),
            .statuses = {200, 404, 503},
            .shop_token = true};
}

Route changing(Method method, std::string_view pattern, std::string_view summary) {
    return {.method = method,
            .pattern = pattern,
            .summary = summary,
            .tag = "carts",
            .parameters = {{.name = "If-Match",
                            .in = "header",
                            .description = "the ETag of the cart as the caller knows it"}},
            .answer = http::schema_of<CartView>(),
            .statuses = {method == Method::kPost ? 201 : 200, 400, 404, 409, 412, 422, 503},
            .idempotent = true,
            .shop_token = true};
}

template <class Body>
Route taking(Route route) {
    route.body = http::body_schema_of<Body>();
    return route;
}

}  // namespace

void add_cart_routes(http::Routes& routes, Services& services) {
    using Handle = Task<Response> (*)(Services&, const Request&);
    const auto add = [&](Route route, Handle handle) {
        routes.add(std::move(route), [&services, handle](const Request& request) {
            return handle(services, request);
        });
    };
    Route creating = taking<NewCart>(changing(Method::kPost, kCarts, "Makes a cart"));
    creating.parameters = {};
    creating.statuses = {201, 400, 422, 503};
    creating.shop_token = false;
    creating.body_optional = true;
    add(std::move(creating), create);
    add(reading(kCart, "A cart, quoted now", http::schema_of<CartView>()), show);
    add(taking<NewLine>(changing(Method::kPost, kLines, "Adds to a cart")), add_line);
    add(taking<LineQuantity>(changing(Method::kPatch, kLine, "Changes a line's quantity")),
        change_quantity);
    add(changing(Method::kDelete, kLine, "Removes a line"), remove_line);
    add(taking<ContactView>(changing(Method::kPut, kContact, "Says who buys")), set_contact);
    add(taking<AddressView>(changing(Method::kPut, kShippingAddress, "Says where it goes")),
        [](Services& s, const Request& r) {
            return set_address<cart::SetShippingAddress>(s, r, kShippingAddress);
        });
    add(taking<AddressView>(changing(Method::kPut, kBillingAddress, "Says who gets the invoice")),
        [](Services& s, const Request& r) {
            return set_address<cart::SetBillingAddress>(s, r, kBillingAddress);
        });
    add(reading(kShippingOptions, "How it can be sent", http::schema_of<ShippingOptions>()),
        show_options);
    add(taking<ShippingOptionChoice>(
            changing(Method::kPut, kShippingOption, "Chooses how it is sent")),
        choose_shipping_option);
}

}  // namespace shop::api
