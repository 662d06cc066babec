// Reads JSON. A Document owns what it parsed; a Value is a light handle into it. The parser behind
// is simdjson (document.cpp alone includes it): strict RFC 8259, UTF-8 checked.
//
// One thread at a time; a Document keeps its buffers from one parse to the next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace shop::json {

enum class Type : std::uint8_t { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };

// "an object", "a string", … for messages.
std::string_view name_of(Type type);

namespace detail {
struct Node {
    Type type = Type::kNull;
    std::uint32_t end = 0;   // index behind this value's last node
    std::uint32_t size = 0;  // members or elements
    std::int64_t integer = 0;
    double number = 0;
    std::string_view text;
};
}  // namespace detail

class Value {
  public:
    explicit Value(const detail::Node* node) : node_(node) {}

    Type type() const { return node_->type; }
    bool is_null() const { return type() == Type::kNull; }
    bool is_object() const { return type() == Type::kObject; }

    // Each is valid for its type only.
    bool boolean() const { return node_->integer != 0; }
    std::int64_t integer() const { return node_->integer; }
    double number() const { return node_->number; }  // never for money; decode() refuses it
    std::string_view string() const { return node_->text; }
    std::size_t size() const { return node_->size; }

    // Calls visit(Value) for each element of an array.
    template <class F>
    void for_each_element(F&& visit) const {
        const detail::Node* at = node_ + 1;
        for (std::uint32_t i = 0; i < node_->size; ++i, at += at->end) visit(Value(at));
    }
    // Calls visit(name, Value) for each member of an object, in the order of the text.
    template <class F>
    void for_each_member(F&& visit) const {
        const detail::Node* at = node_ + 1;
        for (std::uint32_t i = 0; i < node_->size; ++i) {
            const std::string_view name = at->text;
            ++at;
            visit(name, Value(at));
            at += at->end;
        }
    }
    // The member of that name, or nothing; the first of several.
    std::optional<Value> find(std::string_view name) const;

  private:
    const detail::Node* node_;  // Node::end is relative: the number of nodes of the value
};

class Document {
  public:
    Document();
    ~Document();
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;

    // The value written in `text`, which need not outlive the call. It stays valid until the next
    // parse. Errors are kInvalid with the reason; nesting deeper than 64 is refused.
    Result<Value> parse(std::string_view text);

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
    std::vector<detail::Node> nodes_;
};

}  // namespace shop::json
