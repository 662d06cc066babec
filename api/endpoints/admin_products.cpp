// Products, as staff keeps them.
#include <utility>

#include "api/endpoints/admin_product_views.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "events/catalog/catalog_fold.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;
using http::Route;

constexpr std::string_view kProducts = "/api/v1/admin/products";
constexpr std::string_view kProduct = "/api/v1/admin/products/{id}";
constexpr std::string_view kSlug = "/api/v1/admin/products/{id}/slug";
constexpr std::string_view kPublish = "/api/v1/admin/products/{id}/publish";
constexpr std::string_view kUnpublish = "/api/v1/admin/products/{id}/unpublish";
constexpr std::string_view kArchive = "/api/v1/admin/products/{id}/archive";
constexpr std::string_view kCategory = "/api/v1/admin/products/{id}/categories/{category_id}";
// A description of 20,000 characters fits, each escaped.
constexpr std::size_t kBodyBytesMax = 262'144;

Task<Response> create(Services& services, const Request& request) {
    auto body = http::body_of<NewProduct>(request);
    if (!body) return ready(problem(body.error()));
    const auto submission = http::submission_of(request, kProducts, services.secrets);
    if (!submission) return ready(problem(submission.error()));
    // Without a key the id is another one each time: the submission's is not used again.
    const ProductId id = ProductId::derive({"product", submission->id.to_string()});
    product::Created details{.title = std::move(body->title), .slug = std::move(body->slug)};
    if (body->description) details.description = std::move(*body->description);
    if (body->kind) details.kind = *body->kind;
    if (body->tax_class) details.tax_class = std::move(*body->tax_class);
    if (body->options) details.options = std::move(*body->options);
    if (body->attributes) details.attributes = std::move(*body->attributes);
    return change_product(
        services, request, kProducts,
        {.product = id, .command = product::Create{id, std::move(details)}, .status = 201});
}

// A change of the product in the path; `command_of` makes the command of its id and the version
// that the caller has seen.
template <class CommandOf>
Task<Response> change(Services& services, const Request& request, std::string_view pattern,
                      CommandOf command_of, bool needs_keys = false) {
    const auto id = product_of(request);
    if (!id) return ready(problem(id.error()));
    const auto version = http::if_match_of(request);
    if (!version) return ready(problem(version.error()));
    Result<AnyCommand> command = command_of(*id, *version);
    if (!command) return ready(problem(command.error()));
    return change_product(
        services, request, pattern,
        {.product = *id, .command = std::move(*command), .needs_keys = needs_keys});
}

using Version = std::optional<std::uint64_t>;

Task<Response> change_details(Services& services, const Request& request) {
    return change(services, request, kProduct,
                  [&](const ProductId& id, Version version) -> Result<AnyCommand> {
                      SHOP_TRY(body, http::body_of<ProductChange>(request));
                      product::DetailsChanged details{.title = std::move(body.title),
                                                      .description = std::move(body.description),
                                                      .tax_class = std::move(body.tax_class),
                                                      .options = std::move(body.options),
                                                      .attributes = std::move(body.attributes)};
                      return product::ChangeDetails{id, std::move(details), version};
                  });
}

Task<Response> change_slug(Services& services, const Request& request) {
    return change(
        services, request, kSlug,
        [&](const ProductId& id, Version version) -> Result<AnyCommand> {
            SHOP_TRY(body, http::body_of<SlugBody>(request));
            return product::ChangeSlug{id, std::move(body.slug), version};
        },
        true);
}

Task<Response> publish(Services& services, const Request& request) {
    return change(
        services, request, kPublish,
        [&](const ProductId& id, Version version) -> Result<AnyCommand> {
            return product::Publish{
                .product = id, .reason = reason_of(request), .expected_version = version};
        },
        true);
}

Task<Response> unpublish(Services& services, const Request& request) {
    return change(services, request, kUnpublish,
                  [&](const ProductId& id, Version version) -> Result<AnyCommand> {
                      return product::Unpublish{
                          .product = id, .reason = reason_of(request), .expected_version = version};
                  });
}

Task<Response> archive(Services& services, const Request& request) {
    return change(services, request, kArchive,
                  [&](const ProductId& id, Version version) -> Result<AnyCommand> {
                      return product::Archive{id, reason_of(request), version};
                  });
}

Result<CategoryId> category_of(const Request& request) {
    if (const auto id = CategoryId::parse(request.parameter("category_id"))) return *id;
    return fail(ErrorCode::kNotFound, "unknown-category", "There is no such category.");
}

Task<Response> assign(Services& services, const Request& request) {
    return change(services, request, kCategory,
                  [&](const ProductId& id, Version version) -> Result<AnyCommand> {
                      SHOP_TRY(category, category_of(request));
                      return product::AssignCategory{id, category, version};
                  });
}

Task<Response> unassign(Services& services, const Request& request) {
    return change(services, request, kCategory,
                  [&](const ProductId& id, Version version) -> Result<AnyCommand> {
                      SHOP_TRY(category, category_of(request));
                      return product::UnassignCategory{id, category, version};
                  });
}

Task<Response> show(Services& services, const Request& request) {
    const auto id = product_of(request);
    if (!id) co_return problem(id.error());
    const auto read = co_await services.engine.read(*request.home, *id);
    if (!read) co_return problem(read.error());
    const auto* state = state_in<product::State>(*read);
    if (state == nullptr)
        co_return problem({ErrorCode::kNotFound, "unknown-product", "There is no such product."});
    Response response = http::json_answer(200, view_of(*id, *state, read->version));
    response.with("ETag", http::etag_of(read->version));
    co_return response;
}

Route change_route(Method method, std::string_view pattern, std::string_view summary) {
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

void add_admin_product_routes(http::Routes& routes, Services& services) {
    const auto add = [&](Route route, Task<Response> (*handler)(Services&, const Request&)) {
        routes.add(std::move(route), [&services, handler](const Request& request) {
            return handler(services, request);
        });
    };
    Route route = change_route(Method::kPost, kProducts, "Makes a product, as a draft");
    route.body = http::body_schema_of<NewProduct>();
    route.parameters.clear();
    route.statuses = {201, 409};
    route.body_bytes_max = kBodyBytesMax;
    add(route, &create);

    route = change_route(Method::kGet, kProduct, "A product");
    route.access = http::Access::kAnyStaff;
    route.parameters.clear();
    route.statuses = {200, 404};
    route.idempotent = false;
    add(route, &show);

    route = change_route(Method::kPatch, kProduct, "Changes what is said of a product");
    route.body = http::body_schema_of<ProductChange>();
    route.body_bytes_max = kBodyBytesMax;
    add(route, &change_details);

    route = change_route(Method::kPut, kSlug, "Changes a product's slug; the old one redirects");
    route.body = http::body_schema_of<SlugBody>();
    route.statuses = {200, 202, 404, 409, 412};
    add(route, &change_slug);

    route = change_route(Method::kPost, kPublish, "Puts a product on sale");
    route.statuses = {200, 202, 404, 409, 412};
    add_reason_parameters(route);
    add(route, &publish);
    route = change_route(Method::kPost, kUnpublish, "Takes a product off sale");
    add_reason_parameters(route);
    add(route, &unpublish);
    route = change_route(Method::kPost, kArchive, "Ends a product for good");
    add_reason_parameters(route);
    add(route, &archive);
    add(change_route(Method::kPut, kCategory, "Puts a product into a category"), &assign);
    add(change_route(Method::kDelete, kCategory, "Takes a product out of a category"), &unassign);
}

}  // namespace shop::api
