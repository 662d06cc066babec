#include "api/endpoints/staff_list.hpp"

#include <algorithm>

#include "api/http/cursor.hpp"
#include "api/http/json_body.hpp"
#include "core/json/writer.hpp"
#include "projections/storefront/email_index.hpp"

namespace shop::api {
namespace {

using projections::storefront::email_hash;
using projections::storefront::Filter;
using projections::storefront::ListKey;
using projections::storefront::StaffList;

constexpr std::int64_t kLimit = 50;

// Names the list with everything that narrows it, in whatever order that was given.
std::string name_of(const http::Request& request) {
    std::vector<std::string> parts;
    for (const http::Argument& argument : request.arguments)
        if (argument.name != "cursor" && argument.name != "limit")
            parts.push_back(std::string(argument.name) + "=" + std::string(argument.value));
    std::ranges::sort(parts);
    std::string name = request.path;
    for (const std::string& part : parts) name += "|" + part;
    return name;
}

bool is_email(const Filter& text) {
    return text && text->find('@') != std::string::npos;
}

bool is_actor_kind(const Filter& text) {
    return text && find_enum<ActorKind>(*text).has_value();
}

}  // namespace

std::optional<std::string> text_of(const http::Request& request, std::string_view name) {
    const auto value = request.argument(name);
    if (!value || value->empty()) return std::nullopt;
    return std::string(*value);
}

Result<Filter> filter_of(const Services& services, const http::Request& request,
                         std::string_view name, bool has_email) {
    Filter value = text_of(request, name);
    if (name == "email") {
        const Filter q = text_of(request, "q");
        if (!value && is_email(q)) value = q;
        return value ? Filter(email_hash(services.secrets, *value)) : std::nullopt;
    }
    if (name == "q" && has_email && is_email(value)) return std::nullopt;
    if (name == "actor" || name == "actor_kind") {
        const Filter actor = text_of(request, "actor");
        return is_actor_kind(actor) == (name == "actor_kind") ? actor : std::nullopt;
    }
    if (!value || (name != "from" && name != "to")) return value;
    const auto time = parse_rfc3339(*value);
    if (!time) return fail_field(name, "is no time such as 2026-11-26T00:00:00Z");
    return to_rfc3339(*time);  // Postgres does not take every offset
}

Result<std::optional<ListKey>> key_behind(const Services& services, const http::Request& request) {
    const auto cursor = request.argument("cursor");
    if (!cursor) return std::nullopt;
    SHOP_TRY(keys, http::read_cursor(services.secrets, name_of(request), *cursor));
    if (keys.size() != 2) return fail_field("cursor", "is not a cursor of this list");
    return ListKey{keys[0], keys[1]};
}

int limit_of(const http::Request& request) {
    return static_cast<int>(request.integer_argument("limit").value_or(kLimit));
}

http::Response list_answer(const Services& services, const http::Request& request, ViewRead& read,
                           const StaffList& found) {
    std::string next;
    if (found.next)
        next = http::make_cursor(services.secrets, name_of(request),
                                 {found.next->value, found.next->product_id});
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

Result<StaffList> opened_list(const Services& services,
                              const projections::storefront::SealedList& found, OpenRow open) {
    StaffList list{.items = "[", .next = found.next};
    for (const projections::storefront::SealedRow& row : found.rows) {
        SHOP_TRY(member, open(services.keys, row));
        if (list.items.size() > 1) list.items += ',';
        list.items.append(row.json, 0, row.json.size() - 1);
        list.items.append(",\"").append(member.name).append("\":").append(member.json).append("}");
    }
    list.items += ']';
    return list;
}

http::Route staff_list_route(http::Route route) {
    route.access = http::Access::kAnyStaff;
    route.statuses = {200, 304, 400, 401, 403, 422, 503, 504};
    route.positioned = true;
    route.parameters.push_back(
        {.name = "cursor", .description = "`next` of the page before", .min = 1});
    route.parameters.push_back({.name = "limit", .type = "integer", .min = 1, .max = 100});
    return route;
}

std::vector<http::Parameter> time_parameters(std::string_view what) {
    const auto time = [](std::string_view name, std::string_view description) {
        return http::Parameter{
            .name = name, .description = description, .min = 20, .max = 40, .format = "date-time"};
    };
    return {time("from", what), time("to", "... and before")};
}

}  // namespace shop::api
