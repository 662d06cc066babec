// The plain pages: / and /docs, with the API document they are made from.
#include "api/pages/pages.hpp"

#include "api/http/message.hpp"
#include "api/http/openapi.hpp"
#include "api/http/route.hpp"
#include "api/services.hpp"
#include "api/version.hpp"

namespace shop::api {
namespace {

using http::Request;
using http::Response;

constexpr http::ApiInfo kInfo{
    .title = "ShopVerse",
    .version = kVersion,
    .description =
        "Money is {minor_units, currency}, times are RFC 3339 in UTC. Failures are problem "
        "documents (RFC 9457). A cart's token, from its creation, opens the cart and its order."};

std::string_view type_of(std::string_view file) {
    if (file.ends_with(".css")) return "text/css; charset=utf-8";
    if (file.ends_with(".js")) return "text/javascript; charset=utf-8";
    return "text/html; charset=utf-8";
}

Response page(const Page& page) {
    return Response{.content_type = type_of(page.name), .body = std::string(page.text)}
        .with("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
        .with("Referrer-Policy", "no-referrer")
        .with("Cache-Control", "no-cache");
}

void add_page(http::Routes& routes, std::string_view pattern, std::string_view name,
              std::string_view summary) {
    for (const Page& each : all_pages())
        if (each.name == name)
            routes.add({.pattern = pattern,
                        .summary = summary,
                        .tag = "pages",
                        .answer_type = type_of(name)},
                       [&each](const Request&) { return ready(page(each)); });
}

}  // namespace

void add_page_routes(http::Routes& routes, Services&) {
    add_page(routes, "/", "index.html", "A page that leads on");
    add_page(routes, "/docs", "docs.html", "The API, to read and to try");
    add_page(routes, "/pages/docs.js", "docs.js", "What makes that page");
    add_page(routes, "/pages/style.css", "style.css", "How the pages look");
    // Made at the first request, when all routes are there; each loop has its own.
    auto made = std::make_shared<std::string>();
    routes.add({.pattern = "/openapi.json", .summary = "This document", .tag = "pages"},
               [&routes, made](const Request&) {
                   if (made->empty()) *made = http::openapi_document(routes, kInfo);
                   return ready(Response{.shared = made}.with("Cache-Control", "no-cache"));
               });
}

}  // namespace shop::api
