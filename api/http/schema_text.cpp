#include <cxxabi.h>

#include <cstdlib>

#include "api/http/schema_of.hpp"
#include "core/json/writer.hpp"

namespace shop::http {
namespace {

std::string demangled(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
    return text ? std::string(text.get()) : std::string(type.name());
}

// "shop::api::(anonymous namespace)::StoreView" → "Store", "shop::settings::Store" →
// "SettingsStore": only types of the API itself, and values that all share, have short names.
std::string short_name(std::string_view qualified) {
    std::string name;
    while (!qualified.empty()) {
        const std::size_t end = std::min(qualified.find("::"), qualified.size());
        std::string part(qualified.substr(0, end));
        qualified.remove_prefix(std::min(end + 2, qualified.size()));
        const bool is_silent =
            part == "shop" || part == "api" || part == "sale" || part.starts_with('(');
        if (is_silent && !qualified.empty()) continue;
        if (part[0] >= 'a' && part[0] <= 'z') part[0] = static_cast<char>(part[0] - 'a' + 'A');
        name += part;
    }
    if (name.ends_with("View")) name.resize(name.size() - std::string_view("View").size());
    return name;
}

}  // namespace

std::string SchemaText::name_of(const std::type_info& type, std::string_view given) const {
    std::string name = given.empty() ? short_name(demangled(type)) : std::string(given);
    const bool told = name.ends_with("Body") || name.ends_with("Request");
    return of_body_ && !told ? name + "Body" : name;
}

std::string SchemaText::ref(const std::string& name) {
    return R"({"$ref":"#/components/schemas/)" + name + "\"}";
}

std::string SchemaText::text(const Limit* limit) {
    std::string out;
    json::Writer w(out);
    w.begin_object();
    w.key("type");
    w.string("string");
    if (limit != nullptr && limit->min > 0) {
        w.key("minLength");
        w.integer(limit->min);
    }
    if (limit != nullptr && limit->max < INT64_MAX) {
        w.key("maxLength");
        w.integer(limit->max);
    }
    if (limit != nullptr && !limit->pattern.empty()) {
        w.key("pattern");
        w.string(limit->pattern);
    }
    if (limit != nullptr && !limit->format.empty()) {
        w.key("format");
        w.string(limit->format);
    }
    w.end_object();
    return out;
}

std::string SchemaText::integer(std::int64_t min, std::int64_t max, const Limit* limit) {
    if (limit != nullptr) {
        min = std::max(min, limit->min);
        max = std::min(max, limit->max);
    }
    std::string out;
    json::Writer w(out);
    w.begin_object();
    w.key("type");
    w.string("integer");
    w.key("format");
    w.string("int64");
    w.key("minimum");
    w.integer(min);
    w.key("maximum");
    w.integer(max);
    w.end_object();
    return out;
}

std::string SchemaText::list(const std::string& element, const Limit* limit) {
    std::string out = R"({"type":"array","items":)" + element;
    if (limit != nullptr && limit->min > 0) out += ",\"minItems\":" + std::to_string(limit->min);
    if (limit != nullptr && limit->max < INT64_MAX)
        out += ",\"maxItems\":" + std::to_string(limit->max);
    return out + "}";
}

std::string SchemaText::or_null(const std::string& schema) {
    return R"({"anyOf":[)" + schema + R"(,{"type":"null"}]})";
}

std::string SchemaText::id(std::string_view prefix, bool of_body) {
    const std::string text =
        R"({"type":"string","pattern":"^)" + std::string(prefix) + R"(_[0-9a-hjkmnp-tv-z]{20}$"})";
    return of_body ? text : or_null(text);  // an empty id is written as null
}

std::string SchemaText::object(const std::vector<Member>& members) {
    std::string out;
    json::Writer w(out);
    w.begin_object();
    w.key("type");
    w.string("object");
    w.key("properties");
    w.begin_object();
    for (const Member& member : members) {
        w.key(member.name);
        w.raw(member.schema);
    }
    w.end_object();
    w.key("required");
    w.begin_array();
    for (const Member& member : members)
        if (member.required) w.string(member.name);
    w.end_array();
    w.key("additionalProperties");
    w.boolean(false);
    w.end_object();
    return out;
}

std::string SchemaText::enumeration(const std::vector<std::string_view>& names) {
    std::string out;
    json::Writer w(out);
    w.begin_object();
    w.key("type");
    w.string("string");
    w.key("enum");
    w.begin_array();
    for (const std::string_view name : names) w.string(name);
    w.end_array();
    w.end_object();
    return out;
}

std::string SchemaText::one_of(const std::vector<std::string>& schemas) {
    std::string out = R"({"oneOf":[)";
    for (const std::string& schema : schemas) out += (out.ends_with('[') ? "" : ",") + schema;
    return out + "]}";
}

Schema one_of(const Schema& a, const Schema& b) {
    Schema both{{}, SchemaText::one_of({a.json, b.json}), a.components};
    both.components.insert(b.components.begin(), b.components.end());
    return both;
}

}  // namespace shop::http
