#include "tests/support/api_shapes.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/base/text.hpp"
#include "core/json/document.hpp"

namespace shop::tests {
namespace {

using json::Value;

std::string text_of(Value object, std::string_view member) {
    const auto found = object.find(member);
    return found && found->type() == json::Type::kString ? std::string(found->string()) : "";
}

bool names(const std::optional<Value>& list, std::string_view name) {
    bool found = false;
    if (list) list->for_each_element([&](Value each) { found = found || each.string() == name; });
    return found;
}

void for_each_in(Value object, std::string_view member, const std::function<void(Value)>& visit) {
    if (const auto list = object.find(member)) list->for_each_element(visit);
}

class Shapes {
  public:
    explicit Shapes(Value document)
        : schemas_(document.find("components")->find("schemas").value()) {}

    void add_operation(const std::string& call, Value operation) {
        for_each_in(operation, "parameters", [&](Value each) { add_parameter(call, each); });
        if (const auto body = operation.find("requestBody")) {
            const bool required = body->find("required")->boolean();
            add_content(call + (required ? " body" : " body?"), *body);
        }
        operation.find("responses")->for_each_member([&](std::string_view status, Value answer) {
            if (status[0] == '2' || status[0] == '3')
                add_content(call + " " + std::string(status), answer);
        });
    }
    std::vector<std::string> take() && { return std::move(lines_); }

  private:
    void add(std::string line) {
        if (told_.insert(line).second) lines_.push_back(std::move(line));
    }

    void add_parameter(const std::string& call, Value parameter) {
        const std::string in = text_of(parameter, "in");
        if (in == "path") return;  // the pattern names it
        const std::string name = text_of(parameter, "name");
        add_schema(call + (in == "query" ? " ?" : " header ") + name, *parameter.find("schema"));
    }

    void add_content(const std::string& start, Value of) {
        const auto content = of.find("content");
        if (!content) return add(start + ": nothing");
        content->for_each_member([&](std::string_view type, Value media) {
            add(start + ": " + std::string(type));
            if (const auto schema = media.find("schema")) add_schema(start + " ", *schema);
        });
    }

    void add_schema(const std::string& at, Value schema, std::string_view or_null = "") {
        if (const auto ref = schema.find("$ref")) return add_component(at, *ref, or_null);
        if (schema.find("anyOf")) return add_nullable(at, schema);
        if (schema.find("oneOf")) return add_alternatives(at, schema, or_null);
        const std::string type = text_of(schema, "type");
        if (const auto value = schema.find("const"))
            return add(at + " = \"" + std::string(value->string()) + "\"");
        if (!or_null.empty() || (type != "object" && type != "array"))
            add(at + ": " + kind_of(schema) + std::string(or_null));
        for_each_in(schema, "enum",
                    [&](Value value) { add(at + " = \"" + std::string(value.string()) + "\""); });
        if (const auto content = schema.find("contentSchema")) add_schema(at, *content);
        if (type == "array") add_schema(at + "[]", *schema.find("items"));
        if (type == "object") add_members(at, schema);
    }

    static std::string kind_of(Value schema) {
        const std::string type = text_of(schema, "type");
        const std::string format = text_of(schema, "format");
        if (type == "string" && !format.empty()) return type + " (" + format + ")";
        return type.empty() ? "anything" : type;
    }

    void add_members(const std::string& at, Value schema) {
        if (const auto any = schema.find("additionalProperties"); any && any->is_object())
            add_schema(at + "{}", *any);
        const auto members = schema.find("properties");
        if (!members) return;
        const auto required = schema.find("required");
        members->for_each_member([&](std::string_view name, Value member) {
            const std::string mark = names(required, name) ? "" : "?";
            const std::string dot = at.ends_with(' ') ? "" : ".";
            add_schema(at + dot + std::string(name) + mark, member);
        });
    }

    // A schema that holds itself ends where it begins again.
    void add_component(const std::string& at, Value ref, std::string_view or_null) {
        const std::string name(ref.string().substr(ref.string().rfind('/') + 1));
        const auto [open, is_new] = open_.emplace(name, at);
        if (!is_new) return add(at + ": as" + open->second.substr(open->second.rfind(' ')));
        add_schema(at, schemas_.find(name).value(), or_null);
        open_.erase(name);
    }

    void add_nullable(const std::string& at, Value schema) {
        for_each_in(schema, "anyOf", [&](Value each) {
            if (text_of(each, "type") != "null") add_schema(at, each, " or null");
        });
    }

    // Each behind the value of the member that tells which one it is.
    void add_alternatives(const std::string& at, Value schema, std::string_view or_null) {
        if (!or_null.empty()) add(at + ": one of several" + std::string(or_null));
        for_each_in(schema, "oneOf", [&](Value each) { add_schema(at + tag_of(each), each); });
    }

    static std::string tag_of(Value alternative) {
        std::string tag;
        if (const auto members = alternative.find("properties"))
            members->for_each_member([&](std::string_view, Value member) {
                if (member.find("const")) tag = "<" + text_of(member, "const") + ">";
            });
        return tag;
    }

    const Value schemas_;
    std::map<std::string, std::string> open_;  // name to the place where it began
    std::set<std::string> told_;
    std::vector<std::string> lines_;
};

// "POST /x body a.b: string" → "POST /x body a."
std::string_view parent_of(std::string_view line) {
    const std::string_view place = line.substr(0, line.find(": "));
    return place.substr(0, place.find_last_of(". ") + 1);
}

// Whether callers who knew the request fail from now on.
bool is_demand(std::string_view line, const std::vector<std::string>& known) {
    const bool is_of_body = line.find(" body ") != line.npos || line.find(" body? ") != line.npos;
    if (!is_of_body || line.find(": ") == line.npos) return false;
    const std::string_view parent = parent_of(line);
    const std::string_view name = line.substr(parent.size());
    if (name.substr(0, name.find(": ")).find('?') != name.npos) return false;
    return std::ranges::any_of(known, [&](const auto& each) { return each.starts_with(parent); });
}

}  // namespace

std::vector<std::string> shapes_in(std::string_view openapi) {
    json::Document document;
    const Value whole = document.parse(openapi).value();
    Shapes shapes(whole);
    whole.find("paths")->for_each_member([&](std::string_view path, Value methods) {
        methods.for_each_member([&](std::string_view method, Value operation) {
            std::string call;
            for (const char c : method) call += static_cast<char>(c - 'a' + 'A');
            shapes.add_operation(call + " " + std::string(path), operation);
        });
    });
    return std::move(shapes).take();
}

ShapeChanges compare_shapes(const std::vector<std::string>& known,
                            const std::vector<std::string>& now) {
    const std::set<std::string> before(known.begin(), known.end());
    const std::set<std::string> after(now.begin(), now.end());
    ShapeChanges changes;
    for (const std::string& line : known)
        if (!after.contains(line)) changes.broken.push_back(line + " (gone)");
    for (const std::string& line : now) {
        if (before.contains(line)) continue;
        changes.added.push_back(line);
        if (is_demand(line, known)) changes.broken.push_back(line + " (demanded)");
    }
    return changes;
}

}  // namespace shop::tests
