#include "core/json/document.hpp"

#include <simdjson.h>

namespace shop::json {
namespace {

using detail::Node;
namespace dom = simdjson::dom;

constexpr std::size_t kDepthMax = 64;

// Lays the tree out flat, children behind their parent.
void flatten(dom::element element, std::vector<Node>& nodes) {
    const std::size_t at = nodes.size();
    nodes.emplace_back();
    Node node;
    switch (element.type()) {
        case dom::element_type::NULL_VALUE:
            node.type = Type::kNull;
            break;
        case dom::element_type::BOOL:
            node.type = Type::kBoolean;
            node.integer = element.get_bool().value_unsafe() ? 1 : 0;
            break;
        case dom::element_type::INT64:
            node.type = Type::kInteger;
            node.integer = element.get_int64().value_unsafe();
            break;
        case dom::element_type::UINT64:
        case dom::element_type::DOUBLE:
            node.type = Type::kNumber;
            node.number = element.get_double().value_unsafe();
            break;
        case dom::element_type::STRING:
            node.type = Type::kString;
            node.text = element.get_string().value_unsafe();
            break;
        case dom::element_type::ARRAY:
            node.type = Type::kArray;
            for (const dom::element child : element.get_array().value_unsafe()) {
                ++node.size;
                flatten(child, nodes);
            }
            break;
        case dom::element_type::OBJECT:
            node.type = Type::kObject;
            for (const auto& [name, child] : element.get_object().value_unsafe()) {
                ++node.size;
                nodes.emplace_back().text = name;
                flatten(child, nodes);
            }
            break;
    }
    node.end = static_cast<std::uint32_t>(nodes.size() - at);
    nodes[at] = node;
}

}  // namespace

struct Document::Parser {
    dom::parser parser;
    std::string padded;
};

Document::Document() : parser_(std::make_unique<Parser>()) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Result<Value> Document::parse(std::string_view text) {
    auto& [parser, padded] = *parser_;
    padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(text);
    if (parser.allocate(std::max<std::size_t>(text.size(), 64), kDepthMax) != simdjson::SUCCESS)
        return fail(ErrorCode::kUnavailable, "out-of-memory", "No memory to read the JSON text.");
    dom::element root;
    const auto error = parser.parse(padded.data(), padded.size(), false).get(root);
    if (error != simdjson::SUCCESS)
        return fail(ErrorCode::kInvalid, "malformed-json",
                    std::string("The text is not JSON: ") + simdjson::error_message(error));
    nodes_.clear();
    flatten(root, nodes_);
    return Value(nodes_.data());
}

std::optional<Value> Value::find(std::string_view name) const {
    const Node* at = node_ + 1;
    for (std::uint32_t i = 0; i < node_->size; ++i) {
        if (at->text == name) return Value(at + 1);
        ++at;
        at += at->end;
    }
    return std::nullopt;
}

std::string_view name_of(Type type) {
    switch (type) {
        case Type::kNull:
            return "null";
        case Type::kBoolean:
            return "a boolean";
        case Type::kInteger:
            return "an integer";
        case Type::kNumber:
            return "a number that is no 64-bit integer";
        case Type::kString:
            return "a string";
        case Type::kArray:
            return "an array";
        case Type::kObject:
            return "an object";
    }
    return "unknown";
}

}  // namespace shop::json
