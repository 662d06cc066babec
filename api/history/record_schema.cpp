#include "api/history/record_schema.hpp"

#include "api/history/history_records.hpp"
#include "api/http/schema_of.hpp"
#include "core/json/writer.hpp"

namespace shop::history {
namespace {

constexpr std::string_view kDraft = "https://json-schema.org/draft/2020-12/schema";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// "HistoryOrderLineBody" → "OrderLine": in a document of its own it needs no more.
std::string short_name(std::string name) {
    if (name.starts_with("History")) name.erase(0, std::string_view("History").size());
    if (name.ends_with("Body")) name.resize(name.size() - std::string_view("Body").size());
    return name;
}

template <class... T>
void write_type_names(json::Writer& w, const std::variant<T...>*) {
    (w.string(T::kName), ...);
}

// {"if": the type is this one, "then": it is described there}: so a tool tells what is wrong with
// an order, not that it is no product either.
template <class... T>
void write_choices(json::Writer& w, const std::variant<T...>*) {
    const auto write = [&](std::string_view name) {
        w.raw(R"({"if":{"properties":{"type":{"const":")" + std::string(name) +
              R"("}}},"then":{"$ref":"#/$defs/)" + std::string(name) + "\"}}");
    };
    (write(T::kName), ...);
}

template <class... T>
std::map<std::string, std::string> definitions(const std::variant<T...>*) {
    http::SchemaText text(true);
    std::map<std::string, std::string> all;
    ((all[std::string(T::kName)] = http::tagged_object<T>(text, "type")), ...);
    const http::Schema schema = std::move(text).take("", "");
    for (const auto& [name, json] : schema.components) all[short_name(name)] = json;
    for (auto& [name, json] : all)
        for (const auto& [component, unused] : schema.components)
            replace_all(json, "#/components/schemas/" + component + "\"",
                        "#/$defs/" + short_name(component) + "\"");
    return all;
}

// JSON with a line for each member, for people. `json` has no blanks between its tokens.
std::string indented(std::string_view json) {
    std::string out;
    std::size_t depth = 0;
    bool in_text = false;
    const auto new_line = [&] { out += "\n" + std::string(2 * depth, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"' && (i == 0 || json[i - 1] != '\\')) in_text = !in_text;
        const bool closes = !in_text && (c == '}' || c == ']');
        const bool was_empty = closes && (json[i - 1] == '{' || json[i - 1] == '[');
        if (closes) --depth;
        if (closes && !was_empty) new_line();
        out.push_back(c);
        if (in_text) continue;
        if (c == ':') out.push_back(' ');
        if (c == '{' || c == '[') ++depth;
        const bool is_empty = i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']');
        if (c == ',' || ((c == '{' || c == '[') && !is_empty)) new_line();
    }
    return out + "\n";
}

}  // namespace

std::string record_schema() {
    constexpr const HistoryRecord* kAny = nullptr;
    std::string out;
    json::Writer w(out);
    w.begin_object();
    w.key("$schema");
    w.string(kDraft);
    w.key("title");
    w.string("One record of a shop's history");
    w.key("type");
    w.string("object");
    w.key("required");
    w.raw(R"(["type"])");
    w.key("properties");
    w.begin_object();
    w.key("type");
    w.begin_object();
    w.key("enum");
    w.begin_array();
    write_type_names(w, kAny);
    w.end_array();
    w.end_object();
    w.end_object();
    w.key("allOf");
    w.begin_array();
    write_choices(w, kAny);
    w.end_array();
    w.key("$defs");
    w.begin_object();
    for (const auto& [name, json] : definitions(kAny)) {
        w.key(name);
        w.raw(json);
    }
    w.end_object();
    w.end_object();
    return indented(out);
}

}  // namespace shop::history
