// /livez: the process answers. /readyz: it can serve.
#include "api/http/message.hpp"
#include "api/http/route.hpp"
#include "api/services.hpp"

namespace shop::api {

void add_health_routes(http::Routes& routes, Services&) {
    routes.add({.pattern = "/livez",
                .summary = "Answers as long as the process does",
                .tag = "operation",
                .answer_type = "text/plain"},
               [](const http::Request&) {
                   return ready(http::Response{.content_type = "text/plain", .body = "ok\n"});
               });
}

}  // namespace shop::api
