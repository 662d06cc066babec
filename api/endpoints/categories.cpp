// The categories of the shop, as a tree.
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/view_read.hpp"
#include "core/json/encode.hpp"
#include "projections/storefront/reader.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;

struct CategoryView {
    std::string id;
    std::string slug;
    std::string title;
    std::optional<std::string> parent;  // slug of the one above
    std::int64_t position = 0;
    static constexpr std::string_view kSchemaName = "Category";
    bool operator==(const CategoryView&) const = default;
};
SHOP_DESCRIBE(CategoryView, id, slug, title, parent, position)

struct CategoriesView {
    std::vector<CategoryView> items;
    static constexpr std::string_view kSchemaName = "Categories";
    bool operator==(const CategoriesView&) const = default;
};
SHOP_DESCRIBE(CategoriesView, items)

Task<Response> list_categories(Services& services, const Request& request) {
    ViewRead read(services, request, request.path);
    if (auto done = co_await read.begin()) co_return std::move(*done);
    const auto tree = co_await services.storefront->categories();
    if (!tree) co_return problem(tree.error());
    CategoriesView view;
    for (const auto& node : (*tree)->all()) {
        CategoryView category{.id = node.id,
                              .slug = node.slug,
                              .title = node.title,
                              .parent = {},
                              .position = node.place};
        if (const auto* parent = (*tree)->find(node.parent)) category.parent = parent->slug;
        view.items.push_back(std::move(category));
    }
    co_return read.finish(json::to_json(view, json::Defaults::kWrite),
                          {projections::name_hash("categories")});
}

}  // namespace

void add_category_routes(http::Routes& routes, Services& services) {
    routes.add({.pattern = "/api/v1/categories",
                .summary = "All categories, each with the one above it",
                .tag = "products",
                .answer = http::schema_of<CategoriesView>(),
                .statuses = {200, 304, 503, 504},
                .positioned = true},
               [&services](const Request& request) { return list_categories(services, request); });
}

}  // namespace shop::api
