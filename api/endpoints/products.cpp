// Products, as shoppers browse, search and look at them.
#include <fmt/format.h>

#include "api/endpoints/product_views.hpp"
#include "api/http/cursor.hpp"
#include "api/http/route.hpp"
#include "api/http/schema_of.hpp"
#include "api/http/target.hpp"
#include "api/view_read.hpp"
#include "core/catalog/catalog.hpp"
#include "core/json/writer.hpp"
#include "core/pricing/rules.hpp"
#include "events/engine.hpp"
#include "projections/storefront/reader.hpp"

namespace shop::api {
namespace {

using http::problem;
using http::Request;
using http::Response;
using namespace projections::storefront;

constexpr std::int64_t kLimit = 24;
constexpr std::ptrdiff_t kValuesMax = 20;  // of one facet
constexpr std::int64_t kTextMax = 200;

Currency currency_of(const Services& services) {
    return pricing::rules_at(*services.catalog.settings(), services.engine.now())
        .store->document.currency;
}

// Everything that shapes the list but the cursor: what a cursor is bound to.
std::string list_name(const Request& request, Currency currency) {
    std::string name = request.path + "|" + std::string(currency.view());
    for (const http::Argument& argument : request.arguments)
        if (argument.name != "cursor" && argument.name != "limit")
            name += fmt::format("|{}={}", argument.name, argument.value);
    return name;
}

std::vector<std::string> values_of(const Request& request, std::string_view facet) {
    std::vector<std::string> values;
    for (const http::Argument& argument : request.arguments)
        if (argument.name == facet) values.push_back(argument.value);
    return values;
}

Filters filters_of(const Request& request) {
    Filters filters;
    filters.categories = values_of(request, "category");
    filters.colors = values_of(request, "color");
    filters.materials = values_of(request, "material");
    filters.price_min = request.integer_argument("price_min").value_or(filters.price_min);
    filters.price_max = request.integer_argument("price_max").value_or(filters.price_max);
    filters.in_stock = request.boolean_argument("in_stock").value_or(false);
    return filters;
}

bool is_integer(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

Result<ListQuery> query_of(const Services& services, const Request& request, Currency currency) {
    ListQuery query{.currency = currency, .filters = filters_of(request), .after = {}};
    query.text = request.argument("q").value_or("");
    const Sort usual = query.text.empty() ? Sort::kNewest : Sort::kRelevance;
    query.sort = find_enum<Sort>(request.argument("sort").value_or("")).value_or(usual);
    query.limit = static_cast<int>(request.integer_argument("limit").value_or(kLimit));
    if (const auto cursor = request.argument("cursor")) {
        SHOP_TRY(keys, http::read_cursor(services.secrets, list_name(request, currency), *cursor));
        const bool number = query.sort != Sort::kName;
        if (keys.size() != 2 || (number && !is_integer(keys[0])))
            return fail_field("cursor", "is not a cursor of this list; start without one");
        query.after = ListKey{keys[0], keys[1]};
    }
    return query;
}

std::string json_of(const ProductList& list, const std::string& next) {
    std::string json;
    json::Writer writer(json);
    writer.begin_object();
    writer.key("items");
    writer.raw(list.items);
    writer.key("total");
    writer.integer(list.total);
    writer.key("facets");
    writer.raw(list.facets);
    writer.key("corrected");
    list.corrected.empty() ? writer.null() : writer.string(list.corrected);
    writer.key("next");
    next.empty() ? writer.null() : writer.string(next);
    writer.end_object();
    return json;
}

std::string page_key(const Request& request, Currency currency) {
    return fmt::format("{}?{}|{}", request.path, request.query, currency.view());
}

Task<Response> list_products(Services& services, const Request& request) {
    const Currency currency = currency_of(services);
    ViewRead read(services, request, page_key(request, currency));
    if (auto done = co_await read.begin()) co_return std::move(*done);
    auto query = query_of(services, request, currency);
    if (!query) co_return problem(query.error());
    auto list = co_await services.storefront->list(std::move(*query));
    if (!list) co_return problem(list.error());
    std::string next;
    if (list->next)
        next = http::make_cursor(services.secrets, list_name(request, currency),
                                 {list->next->value, list->next->product_id});
    co_return read.finish(json_of(*list, next), std::move(list->depends), next);
}

// A slug the product had before leads on to the one it has now. Not for ever: it may get that one
// back, and whoever kept this answer would go in a circle.
Response moved_to(const std::string& slug) {
    Response response{.status = 301};
    response.with("Location", "/api/v1/products/" + http::encode_uri_component(slug));
    response.with("Cache-Control", "no-cache");
    return response;
}

Task<Response> show_product(Services& services, const Request& request) {
    const Currency currency = currency_of(services);
    ViewRead read(services, request, page_key(request, currency));
    if (auto done = co_await read.begin()) co_return std::move(*done);
    auto page =
        co_await services.storefront->page(std::string(request.parameter("slug")), currency);
    if (!page) co_return problem(page.error());
    if (!page->redirect.empty()) co_return moved_to(page->redirect);
    co_return read.finish(std::move(page->json), std::move(page->depends));
}

struct SuggestedWord {
    std::string text;
    std::int64_t count = 0;
    bool operator==(const SuggestedWord&) const = default;
};
SHOP_DESCRIBE(SuggestedWord, text, count)

struct SuggestionsView {
    std::vector<SuggestedWord> suggestions;
    std::vector<ProductItem> items;
    static constexpr std::string_view kSchemaName = "Suggestions";
    bool operator==(const SuggestionsView&) const = default;
};
SHOP_DESCRIBE(SuggestionsView, suggestions, items)

Task<Response> suggest(Services& services, const Request& request) {
    const Currency currency = currency_of(services);
    ViewRead read(services, request, page_key(request, currency));
    if (auto done = co_await read.begin()) co_return std::move(*done);
    auto found = co_await services.storefront->suggest(
        std::string(request.argument("q").value_or("")), currency);
    if (!found) co_return problem(found.error());
    std::string json;
    json::Writer writer(json);
    writer.begin_object();
    writer.key("suggestions");
    writer.begin_array();
    for (const Candidate& word : found->words) {
        writer.begin_object();
        writer.key("text");
        writer.string(word.word);
        writer.key("count");
        writer.integer(word.products);
        writer.end_object();
    }
    writer.end_array();
    writer.key("items");
    writer.raw(found->items);
    writer.end_object();
    co_return read.finish(std::move(json), {projections::name_hash("listing")});
}

std::vector<http::Parameter> list_parameters() {
    return {
        {.name = "q", .description = "words to search for; none: all products", .max = kTextMax},
        {.name = "category",
         .description = "slug, with all below it; repeated: one of them",
         .min = 1,
         .times_max = kValuesMax},
        {.name = "color",
         .description = "repeated: one of them",
         .min = 1,
         .times_max = kValuesMax},
        {.name = "material",
         .description = "repeated: one of them",
         .min = 1,
         .times_max = kValuesMax},
        {.name = "price_min", .type = "integer", .description = "minor units", .min = 0},
        {.name = "price_max", .type = "integer", .description = "minor units", .min = 0},
        {.name = "in_stock", .type = "boolean", .description = "only what can be had now"},
        {.name = "sort",
         .description = "relevance without q is newest",
         .one_of = {"relevance", "price", "price_desc", "newest", "name"}},
        {.name = "cursor", .description = "`next` of the page before", .min = 1},
        {.name = "limit", .type = "integer", .description = "items", .min = 1, .max = 100}};
}

}  // namespace

void add_product_routes(http::Routes& routes, Services& services) {
    routes.add({.pattern = "/api/v1/products",
                .summary = "Products by search and facets, with exact counts",
                .tag = "products",
                .parameters = list_parameters(),
                .answer = http::schema_of<ProductListView>(),
                .statuses = {200, 304, 400, 422, 503, 504},
                .positioned = true},
               [&services](const Request& request) { return list_products(services, request); });
    routes.add({.pattern = "/api/v1/products/{slug}",
                .summary = "A product with its variants, prices and what is available",
                .tag = "products",
                .answer = http::schema_of<ProductPageView>(),
                .statuses = {200, 301, 304, 400, 404, 503, 504},
                .positioned = true},
               [&services](const Request& request) { return show_product(services, request); });
    routes.add({.pattern = "/api/v1/search/suggest",
                .summary = "Words and products that begin like what was typed",
                .tag = "products",
                .parameters = {{.name = "q",
                                .description = "what was typed; nothing: no words",
                                .max = kTextMax}},
                .answer = http::schema_of<SuggestionsView>(),
                .statuses = {200, 304, 400, 422, 503, 504},
                .positioned = true},
               [&services](const Request& request) { return suggest(services, request); });
}

}  // namespace shop::api
