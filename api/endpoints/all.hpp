// Every resource of the API (all.cpp lists them).
#pragma once

namespace shop::http {
class Routes;
}

namespace shop::api {

struct Services;

void add_all_routes(http::Routes& routes, Services& services);

}  // namespace shop::api
