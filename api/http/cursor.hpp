// Cursors of lists: opaque to clients, signed, bound to the list they came from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "core/base/result.hpp"

namespace shop {
struct Secrets;
}

namespace shop::http {

// `list` names the list and everything that shapes it (path, filters, order): a cursor of another
// list is refused. `keys` are the sort keys of the last item shown.
std::string make_cursor(const Secrets& secrets, std::string_view list,
                        const std::vector<std::string>& keys);

// kInvalid "invalid-request" on the parameter "cursor" if it is not one of ours for this list.
Result<std::vector<std::string>> read_cursor(const Secrets& secrets, std::string_view list,
                                             std::string_view cursor);

// Adds `Link: <path?query with this cursor>; rel="next"`.
void link_next(Response& response, const Request& request, std::string_view cursor);

}  // namespace shop::http
