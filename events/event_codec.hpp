// JSON both ways for the events of a OneOf, by their stored names: the table of types is made
// from the list of types, so that there is no list to forget. record.cpp uses it for AnyEvent,
// tests for events of their own.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/one_of.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/upcasters.hpp"

namespace shop {

template <class Any>
class EventCodec;

template <class... Events>
class EventCodec<OneOf<Events...>> {
  public:
    using Any = OneOf<Events...>;

    struct Type {
        std::string_view name;
        int schema = 0;  // the newest
        void (*decode)(const json::Value& data, Any& out, json::Decoding& decoding) = nullptr;
        Any (*make)() = nullptr;  // an event with every member at its default
    };

    // All types, by name.
    static const auto& types() { return kTypes; }

    // The type of that stored name, or nullptr.
    static const Type* find(std::string_view name) {
        const auto at = std::ranges::lower_bound(kTypes, name, {}, &Type::name);
        return at != kTypes.end() && at->name == name ? &*at : nullptr;
    }

    static std::string_view name_of(const Any& event) {
        return event.visit([]<class E>(const E&) { return E::kType; });
    }
    static int schema_of(const Any& event) {
        return event.visit([]<class E>(const E&) { return E::kSchema; });
    }

    static void encode(json::Writer& writer, const Any& event) {
        event.visit([&](const auto& e) { json::encode(writer, e, json::Defaults::kOmit); });
    }

    // Reads the data of an event stored as `name` and `schema`, older schemas through the
    // upcasters. What is wrong is said to `decoding`.
    static void decode(std::string_view name, std::int64_t schema, const json::Value& data,
                       Any& out, const Upcasters& upcasters, json::Decoding& decoding) {
        const Type* type = find(name);
        if (type == nullptr || schema > type->schema)
            return decoding.wrong("is an event this program does not know: " + std::string(name) +
                                  " of schema " + std::to_string(schema));
        if (schema == type->schema) return type->decode(data, out, decoding);
        const auto text = upcast(upcasters, name, static_cast<int>(schema), type->schema, data);
        if (!text) return decoding.wrong(text.error().message);
        json::Document document;
        const auto value = document.parse(*text);
        if (!value) return decoding.wrong(value.error().message);
        type->decode(*value, out, decoding);
    }

  private:
    template <class Event>
    static void decode_as(const json::Value& data, Any& out, json::Decoding& decoding) {
        json::decode(data, out.template emplace<Event>(), decoding);
    }
    template <class Event>
    static Any make_default() {
        return Event{};
    }

    static constexpr auto kTypes = [] {
        std::array<Type, sizeof...(Events)> types{
            Type{Events::kType, Events::kSchema, decode_as<Events>, make_default<Events>}...};
        std::ranges::sort(types, {}, &Type::name);
        return types;
    }();
    static_assert(std::ranges::adjacent_find(kTypes, {}, &Type::name) == kTypes.end(),
                  "two events share a stored name");
};

}  // namespace shop
