#include "api/endpoints/staff_list.hpp"

#include "api/http/cursor.hpp"
#include "core/json/writer.hpp"

namespace shop::api {

using projections::storefront::ListKey;
using projections::storefront::StaffList;

std::optional<std::string> text_of(const http::Request& request, std::string_view name) {
    const auto value = request.argument(name);
    if (!value || value->empty()) return std::nullopt;
    return std::string(*value);
}

Result<std::optional<ListKey>> key_behind(const Services& services, const http::Request& request,
                                          std::string_view list) {
    const auto cursor = request.argument("cursor");
    if (!cursor) return std::nullopt;
    SHOP_TRY(keys, http::read_cursor(services.secrets, list, *cursor));
    if (keys.size() != 2) return fail_field("cursor", "is not a cursor of this list");
    return ListKey{keys[0], keys[1]};
}

http::Response list_answer(const Services& services, ViewRead& read, std::string_view list,
                           const StaffList& found) {
    std::string next;
    if (found.next)
        next =
            http::make_cursor(services.secrets, list, {found.next->value, found.next->product_id});
    std::string json;
    json::Writer writer(json);
    writer.begin_object();
    writer.key("items");
    writer.raw(found.items);
    writer.key("next");
    next.empty() ? writer.null() : writer.string(next);
    writer.end_object();
    return read.finish(std::move(json), {}, next);
}

}  // namespace shop::api
