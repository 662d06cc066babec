// Lists that staff read from views: {"items": […], "next": a cursor or null}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/view_read.hpp"
#include "projections/storefront/list_query.hpp"
#include "projections/storefront/reader.hpp"

namespace shop::api {

// A parameter of the query that says something.
std::optional<std::string> text_of(const http::Request& request, std::string_view name);

// What the request's cursor stands behind; nothing without one. `list` as in http::make_cursor().
Result<std::optional<projections::storefront::ListKey>> key_behind(const Services& services,
                                                                   const http::Request& request,
                                                                   std::string_view list);

// The list as an answer that nobody keeps.
http::Response list_answer(const Services& services, ViewRead& read, std::string_view list,
                           const projections::storefront::StaffList& found);

}  // namespace shop::api
