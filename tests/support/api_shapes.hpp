// The shapes that an OpenAPI document promises, one member a line:
//
//   GET /api/v1/products ?limit: integer                       a parameter
//   GET /api/v1/products header If-None-Match: string
//   GET /api/v1/products 200: application/json                 a success
//   GET /api/v1/products 200 items[].price.currency: string
//   POST /api/v1/admin/products body options?[]: string        "?": it may be left out
//   GET /api/v1/orders/{id} 200 status = "placed"              one of an enumeration's values
//   GET /api/v1/admin/products 200 items[].rows{}: integer     "{}": whatever the member's name
//
// Limits and patterns are not among them: they may grow wider.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shop::tests {

// In the document's order, each once.
std::vector<std::string> shapes_in(std::string_view openapi);

struct ShapeChanges {
    std::vector<std::string> added;
    // What callers rely on and is gone, or what a known request demands that it did not.
    std::vector<std::string> broken;
};
ShapeChanges compare_shapes(const std::vector<std::string>& known,
                            const std::vector<std::string>& now);

}  // namespace shop::tests
