// The list of products, as staff keeps them: drafts and what is off sale too.
#include "api/endpoints/staff_list.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "core/catalog/product.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;
using projections::storefront::StaffProductQuery;

constexpr std::int64_t kLimit = 50;
constexpr std::int64_t kTextMax = 200;

struct AdminProductItem {
    ProductId id;
    product::Status status = product::Status::kDraft;
    std::string title;
    std::string slug;
    std::vector<std::string> skus;
    Time created_at;
    Time changed_at;
    static constexpr std::string_view kSchemaName = "AdminProductItem";
    bool operator==(const AdminProductItem&) const = default;
};
SHOP_DESCRIBE(AdminProductItem, id, status, title, slug, skus, created_at, changed_at)

struct AdminProductListView {
    std::vector<AdminProductItem> items;
    std::optional<std::string> next;
    static constexpr std::string_view kSchemaName = "AdminProductList";
    bool operator==(const AdminProductListView&) const = default;
};
SHOP_DESCRIBE(AdminProductListView, items, next)

Task<Response> list_products(Services& services, const Request& request) {
    ViewRead read(services, request, {});
    if (auto done = co_await read.begin()) co_return std::move(*done);
    StaffProductQuery query{
        .text = text_of(request, "q"), .status = text_of(request, "status"), .after = {}};
    query.limit = static_cast<int>(request.integer_argument("limit").value_or(kLimit));
    const std::string name =
        request.path + "|" + query.text.value_or("") + "|" + query.status.value_or("");
    auto after = key_behind(services, request, name);
    if (!after) co_return problem(after.error());
    query.after = std::move(*after);
    const auto found = co_await services.storefront->staff_products(std::move(query));
    if (!found) co_return problem(found.error());
    co_return list_answer(services, read, name, *found);
}

}  // namespace

void add_admin_product_list_routes(http::Routes& routes, Services& services) {
    routes.add(
        {.pattern = "/api/v1/admin/products",
         .summary = "Products, drafts too, the newest first",
         .tag = "products (staff)",
         .access = http::Access::kAnyStaff,
         .parameters = {{.name = "q",
                         .description = "parts of title, slug or SKU, each of which must be there",
                         .max = kTextMax},
                        {.name = "status", .one_of = http::names_of<product::Status>()},
                        {.name = "cursor", .description = "`next` of the page before"},
                        {.name = "limit", .type = "integer", .min = 1, .max = 100}},
         .answer = http::schema_of<AdminProductListView>(),
         .statuses = {200, 304, 400, 401, 403, 422, 503, 504},
         .positioned = true},
        [&services](const Request& request) { return list_products(services, request); });
}

}  // namespace shop::api
