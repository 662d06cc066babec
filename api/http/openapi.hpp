// The OpenAPI 3.1 document of a route table.
#pragma once

#include <string>
#include <string_view>

#include "api/http/route.hpp"

namespace shop::http {

// What the document says of the whole API.
struct ApiInfo {
    std::string_view title;
    std::string_view version;
    std::string_view description;
};

std::string openapi_document(const Routes& routes, const ApiInfo& info);

}  // namespace shop::http
