#include "api/http/openapi.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "api/http/answer_head.hpp"
#include "api/http/idempotency.hpp"
#include "core/base/assert.hpp"
#include "core/base/text.hpp"
#include "core/json/writer.hpp"

namespace shop::http {
namespace {

using json::Writer;

constexpr std::string_view kProblemSchema =
    R"({"type":"object","properties":{"type":{"type":"string","format":"uri"},)"
    R"("title":{"type":"string"},"status":{"type":"integer","minimum":400,"maximum":599},)"
    R"("detail":{"type":"string"},"errors":{"type":"array","items":{"type":"object",)"
    R"("properties":{"pointer":{"type":"string"},"detail":{"type":"string"}},)"
    R"("required":["pointer","detail"],"additionalProperties":false}}},)"
    R"("required":["type","title","status","detail"]})";

constexpr std::string_view kSecuritySchemes =
    R"({"staffKey":{"type":"http","scheme":"bearer","description":"A staff key with a role."},)"
    R"("shopToken":{"type":"apiKey","in":"header","name":"Shop-Token",)"
    R"("description":"The secret that opens a cart and the order born of it."},)"
    R"("shopLink":{"type":"apiKey","in":"query","name":"t"},)"
    R"("shopCookie":{"type":"apiKey","in":"cookie","name":"shop_token"}})";

constexpr std::string_view kEventStream = "text/event-stream";

std::string_view role_of(Access access) {
    switch (access) {
        case Access::kPublic:
            return "";
        case Access::kStaff:
            return "Role: staff.";
        case Access::kOperator:
            return "Role: operator.";
        case Access::kAuditor:
            return "Role: auditor.";
        case Access::kAnyStaff:
            return "Any staff key.";
    }
    return "";
}

// "POST /api/v1/carts/{id}/lines" → "post_api_v1_carts_id_lines"
std::string operation_id_of(const Route& route) {
    std::string id;
    for (const char c : std::string(name_of(route.method)) + std::string(route.pattern)) {
        if (c == '/' || c == '-' || c == '.')
            id.push_back('_');
        else if (c != '{' && c != '}')
            id.push_back(ascii_lower(c));
    }
    return id;
}

// What target.cpp lets through of a query's values, and of one part of a path.
constexpr std::string_view kCleanText = R"(^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$)";
constexpr std::string_view kPathPart = R"(^[^/\\\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$)";

std::string_view pattern_of(const Parameter& parameter) {
    const bool says_more = !parameter.pattern.empty() || !parameter.format.empty();
    if (says_more || parameter.type != "string" || !parameter.one_of.empty())
        return parameter.pattern;
    if (parameter.in == "path") return kPathPart;
    return parameter.in == "query" ? kCleanText : std::string_view();
}

void write_value_schema(Writer& w, const Parameter& parameter) {
    w.begin_object();
    w.key("type");
    w.string(parameter.type);
    const bool number = parameter.type == "integer";
    if (parameter.min) {
        w.key(number ? "minimum" : "minLength");
        w.integer(*parameter.min);
    }
    if (parameter.max) {
        w.key(number ? "maximum" : "maxLength");
        w.integer(*parameter.max);
    }
    if (number && (!parameter.min || !parameter.max)) {
        w.key("format");
        w.string("int64");
    }
    if (const auto pattern = pattern_of(parameter); !pattern.empty()) {
        w.key("pattern");
        w.string(pattern);
    }
    if (!parameter.format.empty()) {
        w.key("format");
        w.string(parameter.format);
    }
    if (!parameter.one_of.empty()) {
        w.key("enum");
        w.begin_array();
        for (const std::string_view name : parameter.one_of) w.string(name);
        w.end_array();
    }
    w.end_object();
}

// A list's values are given as the parameter again and again: the usual style of a query.
void write_schema(Writer& w, const Parameter& parameter) {
    w.key("schema");
    if (parameter.times_max == 1) return write_value_schema(w, parameter);
    w.begin_object();
    w.key("type");
    w.string("array");
    w.key("maxItems");
    w.integer(parameter.times_max);
    w.key("items");
    write_value_schema(w, parameter);
    w.end_object();
}

void write_parameter(Writer& w, const Parameter& parameter) {
    w.begin_object();
    w.key("name");
    w.string(parameter.name);
    w.key("in");
    w.string(parameter.in);
    w.key("required");
    w.boolean(parameter.in == "path");
    if (!parameter.description.empty()) {
        w.key("description");
        w.string(parameter.description);
    }
    write_schema(w, parameter);
    w.end_object();
}

std::vector<Parameter> parameters_of(const Route& route) {
    std::vector<Parameter> all;
    for (std::size_t at = route.pattern.find('{'); at != route.pattern.npos;
         at = route.pattern.find('{', at + 1)) {
        const std::size_t end = route.pattern.find('}', at);
        all.push_back({.name = route.pattern.substr(at + 1, end - at - 1), .in = "path", .min = 1});
    }
    all.insert(all.end(), route.parameters.begin(), route.parameters.end());
    if (route.idempotent)
        all.push_back({.name = "Idempotency-Key",
                       .in = "header",
                       .description = "The same key with the same body is the same command; 22 "
                                      "characters or more without credentials.",
                       .min = 1,
                       .max = kKeyCharsMax,
                       .pattern = R"(^([!#-~][!-~]*|"[!-~]{2,})$)"});
    if (!route.idempotent && !route.positioned) return all;
    all.push_back(
        {.name = "Shop-Min-Position",
         .in = "header",
         .description = route.positioned
                            ? "Waits until the view has seen these positions."
                            : "Decides once the catalog has been read up to these positions."});
    if (std::ranges::find(all, "Prefer", &Parameter::name) == all.end())
        all.push_back({.name = "Prefer",
                       .in = "header",
                       .description = "wait=N: seconds to wait for Shop-Min-Position; default 1."});
    return all;
}

// Of one of the events that a stream is made of (HTML §9.2): its data is text, and that is JSON.
std::string event_schema(const Schema& data) {
    return R"({"type":"object","properties":{"id":{"type":"string"},"event":{"type":"string"},)"
           R"("data":{"type":"string","contentMediaType":"application/json","contentSchema":)" +
           data.json + R"(}},"required":["id","event","data"],"additionalProperties":false})";
}

void write_content(Writer& w, std::string_view type, const std::optional<Schema>& schema) {
    w.key("content");
    w.begin_object();
    w.key_of_data(type);
    w.begin_object();
    if (schema) {
        w.key("schema");
        w.raw(type == kEventStream ? event_schema(*schema) : schema->json);
    }
    w.end_object();
    w.end_object();
}

bool is_redirect(int status) {
    return status == 301 || status == 303;
}

void write_answer_headers(Writer& w, const Route& route, int status) {
    w.key("headers");
    w.begin_object();
    const auto header = [&](std::string_view name) {
        w.key(name);
        w.raw(R"({"schema":{"type":"string"}})");
    };
    header("Shop-Request-Id");
    if (is_redirect(status)) header("Location");
    if (route.idempotent) {
        header("Shop-Position");
        header("Idempotent-Replayed");
    }
    if (route.positioned) {
        header("Shop-View-Position");
        header("Shop-View-Age-Ms");
    }
    w.end_object();
}

void write_answers(Writer& w, const Route& route) {
    w.key("responses");
    w.begin_object();
    for (const int status : route.statuses) {
        w.key(std::to_string(status));
        w.begin_object();
        w.key("description");
        w.string(status_line_of(status).substr(4));
        if (status >= 400) {
            w.key("content");
            w.raw(R"({"application/problem+json":{"schema":)"
                  R"({"$ref":"#/components/schemas/Problem"}}})");
        } else {
            write_answer_headers(w, route, status);
            if (status < 300 && status != 204) write_content(w, route.answer_type, route.answer);
        }
        w.end_object();
    }
    w.key("default");
    w.raw(R"({"$ref":"#/components/responses/Problem"})");
    w.end_object();
}

void write_security(Writer& w, const Route& route) {
    if (route.access != Access::kPublic) {
        w.key("security");
        w.raw(R"([{"staffKey":[]}])");
    } else if (route.shop_token) {
        w.key("security");
        w.raw(route.staff_may_look
                  ? R"([{"shopToken":[]},{"shopLink":[]},{"shopCookie":[]},{"staffKey":[]}])"
                  : R"([{"shopToken":[]},{"shopLink":[]},{"shopCookie":[]}])");
    }
}

void write_operation(Writer& w, const Route& route) {
    w.begin_object();
    w.key("operationId");
    w.string(operation_id_of(route));
    w.key("summary");
    w.string(route.summary);
    if (route.access != Access::kPublic) {
        w.key("description");
        w.string(role_of(route.access));
    }
    w.key("tags");
    w.begin_array();
    w.string(route.tag);
    w.end_array();
    w.key("parameters");
    w.begin_array();
    for (const Parameter& parameter : parameters_of(route)) write_parameter(w, parameter);
    w.end_array();
    if (route.body || route.streams_body) {
        w.key("requestBody");
        w.begin_object();
        w.key("required");
        w.boolean(!route.body_optional);
        write_content(w, route.body_type, route.body);
        w.end_object();
    }
    write_answers(w, route);
    write_security(w, route);
    w.end_object();
}

// In the order in which they came, which is that of a reader; paths are sorted.
void write_tags(Writer& w, const Routes& routes) {
    std::set<std::string_view> written;
    w.key("tags");
    w.begin_array();
    for (const auto& entry : routes.all()) {
        if (!written.insert(entry->route.tag).second) continue;
        w.begin_object();
        w.key("name");
        w.string(entry->route.tag);
        w.end_object();
    }
    w.end_array();
}

void write_paths(Writer& w, const Routes& routes) {
    std::map<std::string_view, std::vector<const Route*>> by_path;
    for (const auto& entry : routes.all()) by_path[entry->route.pattern].push_back(&entry->route);
    w.key("paths");
    w.begin_object();
    for (const auto& [pattern, all] : by_path) {
        w.key(pattern);
        w.begin_object();
        for (const Route* route : all) {
            w.key(ascii_lower(name_of(route->method)));
            write_operation(w, *route);
        }
        w.end_object();
    }
    w.end_object();
}

void add_components(std::map<std::string, std::string>& all,
                    const std::map<std::string, std::string>& more) {
    for (const auto& [name, json] : more) {
        const auto [at, is_new] = all.emplace(name, json);
        if (!is_new && at->second != json)
            assertion_failed(("two types have the schema name " + name).c_str());
    }
}

void write_components(Writer& w, const Routes& routes) {
    std::map<std::string, std::string> schemas;
    for (const auto& entry : routes.all())
        for (const auto* schema : {&entry->route.body, &entry->route.answer})
            if (*schema) add_components(schemas, (*schema)->components);
    schemas["Problem"] = kProblemSchema;
    w.key("components");
    w.begin_object();
    w.key("schemas");
    w.begin_object();
    for (const auto& [name, json] : schemas) {
        w.key(name);
        w.raw(json);
    }
    w.end_object();
    w.key("responses");
    w.raw(R"({"Problem":{"description":"A problem document, RFC 9457","content":)"
          R"({"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}})");
    w.key("securitySchemes");
    w.raw(kSecuritySchemes);
    w.end_object();
}

}  // namespace

std::string openapi_document(const Routes& routes, const ApiInfo& info) {
    std::string out;
    Writer w(out);
    w.begin_object();
    w.key("openapi");
    w.string("3.1.0");
    w.key("info");
    w.begin_object();
    w.key("title");
    w.string(info.title);
    w.key("version");
    w.string(info.version);
    w.key("description");
    w.string(info.description);
    w.end_object();
    write_tags(w, routes);
    write_paths(w, routes);
    write_components(w, routes);
    w.end_object();
    return out;
}

}  // namespace shop::http
