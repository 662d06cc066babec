// The list of products, as staff keeps them: drafts and what is off sale too.
#include "api/endpoints/staff_list.hpp"
#include "api/http/schema_of.hpp"
#include "core/catalog/product.hpp"

namespace shop::api {
namespace {

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

}  // namespace

void add_admin_product_list_routes(http::Routes& routes, Services& services) {
    routes.add(staff_list_route(
                   {.pattern = "/api/v1/admin/products",
                    .summary = "Products, drafts too, the newest first",
                    .tag = "products (staff)",
                    .parameters = {{.name = "q",
                                    .description =
                                        "parts of title, slug or SKU, each of which must be there",
                                    .min = 1,
                                    .max = kTextMax},
                                   {.name = "status", .one_of = http::names_of<product::Status>()}},
                    .answer = http::schema_of<AdminProductListView>()}),
               [&services](const http::Request& request) {
                   return answer_list(services, request,
                                      projections::storefront::list_staff_products);
               });
}

}  // namespace shop::api
