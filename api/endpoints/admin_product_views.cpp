#include "api/endpoints/admin_product_views.hpp"

#include "api/http/json_body.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

constexpr Duration kKeysMax = seconds(5);

PriceView view_of(const product::Price& price) {
    return {.price = price.price.money,
            .list = price.key.list,
            .min_quantity = price.key.min_quantity,
            .valid_from = price.key.valid_from,
            .valid_until = price.key.valid_until,
            .compare_at = price.compare_at,
            .includes_tax = price.includes_tax};
}

VariantView view_of(const product::PricedVariant& priced) {
    const product::Variant& variant = priced.variant;
    VariantView view{.id = variant.variant_id,
                     .sku = variant.sku,
                     .option_values = variant.option_values,
                     .barcode = variant.barcode,
                     .weight_g = variant.weight_g,
                     .unit = variant.unit,
                     .min_quantity = variant.min_quantity,
                     .quantity_step = variant.quantity_step};
    for (const product::Price& price : priced.prices) view.prices.push_back(view_of(price));
    return view;
}

Error unknown_product() {
    return {ErrorCode::kNotFound, "unknown-product", "There is no such product."};
}

Error keys_in_use(const product::KeysRefused& refused) {
    Error error{ErrorCode::kConflict, "keys-in-use",
                "Another product has this slug or SKU. Choose another one."};
    for (const unique_key::Key& key : refused.keys) {
        const bool is_slug = key.scope == unique_key::Scope::kSlug;
        error.fields.push_back({is_slug ? "/slug" : "/sku", "\"" + key.value + "\" is in use"});
    }
    return error;
}

// As soon as it has no request for keys any more, or as it is when the time is up.
Task<Result<Snapshot>> wait_for_keys(Services& services, const Request& request, ProductId id) {
    const Time begun = services.engine.now();
    auto read = co_await services.engine.read(*request.home, id);
    while (read && services.engine.now() - begun < kKeysMax) {
        const auto* state = state_in<product::State>(*read);
        if (state == nullptr || !state->request) break;
        read = co_await services.engine.wait(*request.home, id, read->version, seconds(1));
    }
    co_return read;
}

}  // namespace

AdminProductView view_of(const ProductId& id, const product::State& state, std::uint64_t version) {
    AdminProductView view{.id = id,
                          .version = version,
                          .status = state.status,
                          .title = state.title,
                          .slug = state.slug,
                          .description = state.description,
                          .kind = state.kind,
                          .tax_class = state.tax_class,
                          .options = state.options,
                          .attributes = state.attributes,
                          .categories = state.categories,
                          .keys_pending = state.request.has_value()};
    for (const product::PricedVariant& priced : state.variants)
        view.variants.push_back(view_of(priced));
    if (state.refused)
        for (const unique_key::Key& key : state.refused->keys)
            view.keys_in_use.push_back({key.scope, key.value});
    return view;
}

Task<Response> change_product(Services& services, const Request& request, std::string_view pattern,
                              ProductChangeCall call) {
    const auto receipt = co_await submit_call(services, request, pattern, std::move(call.command));
    if (!receipt) co_return problem(receipt.error());
    const auto read = call.needs_keys
                          ? co_await wait_for_keys(services, request, call.product)
                          : co_await read_behind(services, request, call.product, *receipt);
    if (!read) co_return problem(read.error());
    const auto* state = state_in<product::State>(*read);
    if (state == nullptr) co_return problem(unknown_product());
    if (call.needs_keys && state->refused && !state->refused->keys.empty()) {
        Response refused = problem(keys_in_use(*state->refused));
        http::tell_receipt(refused, *receipt);
        co_return refused;
    }
    const int status = call.needs_keys && state->request ? 202 : call.status;
    Response response = http::json_answer(status, view_of(call.product, *state, read->version));
    response.with("ETag", http::etag_of(read->version));
    if (call.status == 201)
        response.with("Location", "/api/v1/admin/products/" + call.product.to_string());
    http::tell_receipt(response, *receipt);
    co_return response;
}

Result<ProductId> product_of(const Request& request) {
    if (const auto id = ProductId::parse(request.parameter("id"))) return *id;
    return std::unexpected(unknown_product());
}

Result<VariantId> variant_of(const Request& request) {
    if (const auto id = VariantId::parse(request.parameter("variant_id"))) return *id;
    return fail(ErrorCode::kNotFound, "unknown-variant", "The product has no such variant.");
}

}  // namespace shop::api
