// Categories, as staff keeps them.
#include <utility>

#include "api/endpoints/admin_call.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "core/catalog/category.hpp"

namespace shop::api {
namespace {

using http::Method;
using http::problem;
using http::Request;
using http::Response;
using http::Route;

constexpr std::string_view kCategories = "/api/v1/admin/categories";
constexpr std::string_view kCategory = "/api/v1/admin/categories/{id}";
constexpr std::string_view kPlace = "/api/v1/admin/categories/{id}/place";

struct NewCategory {
    std::string title;
    std::string slug;
    std::optional<CategoryId> parent;
    std::optional<std::int64_t> position;
    static constexpr std::array kLimits = {
        http::Limit{.member = "title", .min = 1, .max = category::kTitleMax},
        http::Limit{.member = "slug", .min = 1, .max = category::kSlugMax},
        http::Limit{.member = "position", .min = 0, .max = category::kPositionMax},
    };
    bool operator==(const NewCategory&) const = default;
};
SHOP_DESCRIBE(NewCategory, title, slug, parent, position)

struct CategoryChange {
    std::string title;
    static constexpr std::array kLimits = {
        http::Limit{.member = "title", .min = 1, .max = category::kTitleMax}};
    bool operator==(const CategoryChange&) const = default;
};
SHOP_DESCRIBE(CategoryChange, title)

struct CategoryPlace {
    std::optional<CategoryId> parent;  // none: at the top
    std::int64_t position = 0;
    static constexpr std::array kLimits = {
        http::Limit{.member = "position", .min = 0, .max = category::kPositionMax}};
    bool operator==(const CategoryPlace&) const = default;
};
SHOP_DESCRIBE(CategoryPlace, parent, position)

struct AdminCategoryView {
    CategoryId id;
    std::uint64_t version = 0;
    category::Status status = category::Status::kActive;
    std::string title;
    std::string slug;
    std::optional<CategoryId> parent;
    std::int64_t position = 0;
    static constexpr std::string_view kSchemaName = "AdminCategory";
    bool operator==(const AdminCategoryView&) const = default;
};
SHOP_DESCRIBE(AdminCategoryView, id, version, status, title, slug, parent, position)

Error unknown_category() {
    return {ErrorCode::kNotFound, "unknown-category", "There is no such category."};
}

Response answer(const CategoryId& id, const Result<Snapshot>& read, int status) {
    if (!read) return problem(read.error());
    const auto* state = state_in<category::State>(*read);
    if (state == nullptr) return problem(unknown_category());
    AdminCategoryView view{.id = id,
                           .version = read->version,
                           .status = state->status,
                           .title = state->title,
                           .slug = state->slug,
                           .position = state->position};
    if (!state->parent.is_empty()) view.parent = state->parent;
    Response response = http::json_answer(status, view);
    response.with("ETag", http::etag_of(read->version));
    return response;
}

struct CategoryCall {
    CategoryId category;
    AnyCommand command;
    int status = 200;
};

Task<Response> submit(Services& services, const Request& request, std::string_view pattern,
                      CategoryCall call) {
    const auto receipt = co_await submit_call(services, request, pattern, std::move(call.command));
    if (!receipt) co_return problem(receipt.error());
    Response response =
        answer(call.category, co_await read_behind(services, request, call.category, *receipt),
               call.status);
    if (call.status == 201)
        response.with("Location", "/api/v1/admin/categories/" + call.category.to_string());
    http::tell_receipt(response, *receipt);
    co_return response;
}

Task<Response> create(Services& services, const Request& request) {
    auto body = http::body_of<NewCategory>(request);
    if (!body) return ready(problem(body.error()));
    const CategoryId id = category::category_of(body->slug);
    return submit(
        services, request, kCategories,
        {id,
         category::Create{std::move(body->title), std::move(body->slug),
                          body->parent.value_or(CategoryId{}), body->position.value_or(0)},
         201});
}

// Of a category that is there: its id is in the path.
template <class CommandOf>
Task<Response> change(Services& services, const Request& request, std::string_view pattern,
                      CommandOf command_of) {
    const auto id = CategoryId::parse(request.parameter("id"));
    if (!id) return ready(problem(unknown_category()));
    Result<AnyCommand> command = command_of(*id);
    if (!command) return ready(problem(command.error()));
    return submit(services, request, pattern, {*id, std::move(*command)});
}

Task<Response> change_title(Services& services, const Request& request) {
    return change(services, request, kCategory, [&](const CategoryId& id) -> Result<AnyCommand> {
        SHOP_TRY(body, http::body_of<CategoryChange>(request));
        SHOP_TRY(version, http::if_match_of(request));
        return category::Change{id, std::move(body.title), version};
    });
}

Task<Response> move(Services& services, const Request& request) {
    return change(services, request, kPlace, [&](const CategoryId& id) -> Result<AnyCommand> {
        SHOP_TRY(body, http::body_of<CategoryPlace>(request));
        SHOP_TRY(version, http::if_match_of(request));
        return category::Move{id, body.parent.value_or(CategoryId{}), body.position, version};
    });
}

Task<Response> remove(Services& services, const Request& request) {
    return change(services, request, kCategory, [&](const CategoryId& id) -> Result<AnyCommand> {
        SHOP_TRY(version, http::if_match_of(request));
        return category::Remove{id, version};
    });
}

// A removed category shows itself once more, in the answer to its removal.
Task<Response> show(Services& services, const Request& request) {
    const auto id = CategoryId::parse(request.parameter("id"));
    if (!id) co_return problem(unknown_category());
    const auto read = co_await services.engine.read(*request.home, *id);
    const auto* state = read ? state_in<category::State>(*read) : nullptr;
    if (state != nullptr && state->status == category::Status::kRemoved)
        co_return problem(unknown_category());
    co_return answer(*id, read, 200);
}

Route route_of(Method method, std::string_view pattern, std::string_view summary) {
    const bool reads = method == Method::kGet;
    return {.method = method,
            .pattern = pattern,
            .summary = summary,
            .tag = "categories (staff)",
            .access = reads ? http::Access::kAnyStaff : http::Access::kStaff,
            .answer = http::schema_of<AdminCategoryView>(),
            .statuses = {200, 404, 409},
            .idempotent = !reads};
}

// Of a category that is there.
Route change_route(Method method, std::string_view pattern, std::string_view summary) {
    Route route = route_of(method, pattern, summary);
    route.parameters = {if_match_parameter()};
    route.statuses.push_back(412);
    return route;
}

}  // namespace

void add_admin_category_routes(http::Routes& routes, Services& services) {
    const auto add = [&](Route route, Task<Response> (*handler)(Services&, const Request&)) {
        routes.add(std::move(route), [&services, handler](const Request& request) {
            return handler(services, request);
        });
    };
    Route route = route_of(Method::kPost, kCategories, "Makes a category");
    route.body = http::body_schema_of<NewCategory>();
    route.statuses = {201, 409};
    add(route, &create);
    add(route_of(Method::kGet, kCategory, "A category"), &show);

    route = change_route(Method::kPatch, kCategory, "Changes a category's title");
    route.body = http::body_schema_of<CategoryChange>();
    add(route, &change_title);

    route = change_route(Method::kPut, kPlace, "Puts a category to another place in the tree");
    route.body = http::body_schema_of<CategoryPlace>();
    add(route, &move);
    add(change_route(Method::kDelete, kCategory, "Removes a category"), &remove);
}

}  // namespace shop::api
