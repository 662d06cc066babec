// Variants of products and their prices, as staff keeps them.
#include <utility>

#include "api/endpoints/admin_product_views.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "core/catalog/catalog.hpp"
#include "core/pricing/rules.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;
using http::Route;

constexpr std::string_view kVariants = "/api/v1/admin/products/{id}/variants";
constexpr std::string_view kVariant = "/api/v1/admin/products/{id}/variants/{variant_id}";
constexpr std::string_view kPrices = "/api/v1/admin/products/{id}/variants/{variant_id}/prices";

product::Variant variant_in(VariantBody body) {
    product::Variant variant{.sku = std::move(body.sku)};
    if (body.option_values) variant.option_values = std::move(*body.option_values);
    if (body.barcode) variant.barcode = std::move(*body.barcode);
    variant.weight_g = body.weight_g.value_or(variant.weight_g);
    if (body.unit) variant.unit = std::move(*body.unit);
    variant.min_quantity = body.min_quantity.value_or(variant.min_quantity);
    variant.quantity_step = body.quantity_step.value_or(variant.quantity_step);
    return variant;
}

// What a call in a product is about.
struct Place {
    ProductId product;
    VariantId variant;
    std::optional<std::uint64_t> version;  // that the caller has seen
};

Result<Place> place_of(const Request& request) {
    SHOP_TRY(product, product_of(request));
    SHOP_TRY(variant, variant_of(request));
    SHOP_TRY(version, http::if_match_of(request));
    return Place{product, variant, version};
}

Task<Response> submit(Services& services, const Request& request, std::string_view pattern,
                      Result<ProductChangeCall> call) {
    if (!call) return ready(problem(call.error()));
    return change_product(services, request, pattern, std::move(*call));
}

Result<ProductChangeCall> adding(const Request& request) {
    SHOP_TRY(product, product_of(request));
    SHOP_TRY(version, http::if_match_of(request));
    SHOP_TRY(body, http::body_of<VariantBody>(request));
    Reason reason = reason_of(body.reason);
    return ProductChangeCall{.product = product,
                             .command = product::AddVariant{product, variant_in(std::move(body)),
                                                            version, std::move(reason)},
                             .needs_keys = true};
}

Task<Response> add_variant(Services& services, const Request& request) {
    return submit(services, request, kVariants, adding(request));
}

// The whole variant is told; what it draws its stock from stays.
Task<Response> change_variant(Services& services, const Request& request) {
    const auto place = place_of(request);
    if (!place) co_return problem(place.error());
    auto body = http::body_of<VariantBody>(request);
    if (!body) co_return problem(body.error());
    const auto read = co_await services.engine.read(*request.home, place->product);
    if (!read) co_return problem(read.error());
    const auto* state = state_in<product::State>(*read);
    const auto* known = state == nullptr ? nullptr : state->find_variant(place->variant);
    Reason reason = reason_of(body->reason);
    product::Variant variant = variant_in(std::move(*body));
    variant.variant_id = place->variant;
    if (known != nullptr) variant.inventory_item = known->variant.inventory_item;
    co_return co_await change_product(
        services, request, kVariant,
        {.product = place->product,
         .command = product::ChangeVariant{place->product, std::move(variant), place->version,
                                           std::move(reason)}});
}

Result<ProductChangeCall> removing(const Request& request) {
    SHOP_TRY(place, place_of(request));
    return ProductChangeCall{.product = place.product,
                             .command = product::RemoveVariant{place.product, place.variant,
                                                               reason_of(request), place.version}};
}

Task<Response> remove_variant(Services& services, const Request& request) {
    return submit(services, request, kVariant, removing(request));
}

bool prices_include_tax(const Services& services) {
    const auto settings = services.catalog.settings();
    return pricing::rules_at(*settings, services.engine.now()).store->document.prices_include_tax;
}

Result<ProductChangeCall> pricing_of(Services& services, const Request& request) {
    SHOP_TRY(place, place_of(request));
    SHOP_TRY(body, http::body_of<PriceBody>(request));
    product::Price price;
    price.key = {.currency = body.price.currency,
                 .list = body.list.value_or("base"),
                 .min_quantity = body.min_quantity.value_or(1),
                 .valid_from = body.valid_from,
                 .valid_until = body.valid_until};
    price.price.money = body.price;
    price.includes_tax = body.includes_tax.value_or(prices_include_tax(services));
    price.compare_at = body.compare_at;
    return ProductChangeCall{
        .product = place.product,
        .command = product::SetPrice{place.product, place.variant, std::move(price),
                                     reason_of(body.reason), place.version}};
}

Task<Response> set_price(Services& services, const Request& request) {
    return submit(services, request, kPrices, pricing_of(services, request));
}

Result<std::optional<Time>> time_argument(const Request& request, std::string_view name) {
    const auto text = request.argument(name);
    if (!text) return std::nullopt;
    const auto time = parse_rfc3339(*text);
    if (!time) return fail_field(name, "must be a time like 2026-11-25T12:00:00Z");
    return time;
}

Result<ProductChangeCall> unpricing_of(const Request& request) {
    SHOP_TRY(place, place_of(request));
    const auto currency = Currency::parse(request.argument("currency").value_or(""));
    if (!currency) return fail_field("currency", "must be an ISO 4217 code");
    SHOP_TRY(from, time_argument(request, "valid_from"));
    SHOP_TRY(until, time_argument(request, "valid_until"));
    product::PriceKey key{.currency = *currency,
                          .list = std::string(request.argument("list").value_or("base")),
                          .min_quantity = request.integer_argument("min_quantity").value_or(1),
                          .valid_from = from,
                          .valid_until = until};
    return ProductChangeCall{
        .product = place.product,
        .command = product::RemovePrice{place.product, place.variant, std::move(key),
                                        reason_of(request), place.version}};
}

Task<Response> remove_price(Services& services, const Request& request) {
    return submit(services, request, kPrices, unpricing_of(request));
}

Route changing(Method method, std::string_view pattern, std::string_view summary) {
    return {.method = method,
            .pattern = pattern,
            .summary = summary,
            .tag = "products (staff)",
            .access = http::Access::kStaff,
            .parameters = {if_match_parameter()},
            .answer = http::schema_of<AdminProductView>(),
            .statuses = {200, 404, 409, 412},
            .idempotent = true};
}

}  // namespace

void add_admin_variant_routes(http::Routes& routes, Services& services) {
    const auto add = [&](Route route, Task<Response> (*handler)(Services&, const Request&)) {
        routes.add(std::move(route), [&services, handler](const Request& request) {
            return handler(services, request);
        });
    };
    Route route = changing(Method::kPost, kVariants, "Adds a variant to a product");
    route.body = http::body_schema_of<VariantBody>();
    route.statuses = {200, 202, 404, 409, 412};
    add(route, &add_variant);

    route = changing(Method::kPut, kVariant, "Changes a variant as a whole; its SKU stays");
    route.body = http::body_schema_of<VariantBody>();
    add(route, &change_variant);
    route = changing(Method::kDelete, kVariant, "Removes a variant");
    add_reason_parameters(route);
    add(route, &remove_variant);

    route = changing(Method::kPut, kPrices, "Sets a price of a variant");
    route.body = http::body_schema_of<PriceBody>();
    add(route, &set_price);

    route = changing(Method::kDelete, kPrices, "Removes a price of a variant");
    route.parameters.insert(route.parameters.end(),
                            {{.name = "currency", .min = 3, .max = 3},
                             {.name = "list", .min = 1, .max = 60},
                             {.name = "min_quantity", .type = "integer", .min = 1},
                             {.name = "valid_from", .min = 20, .max = 40, .format = "date-time"},
                             {.name = "valid_until", .min = 20, .max = 40, .format = "date-time"}});
    add_reason_parameters(route);
    add(route, &remove_price);
}

}  // namespace shop::api
