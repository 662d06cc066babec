// JSON both ways for the events of a OneOf, by their stored names (named_types.hpp) and schemas.
// record.cpp uses it for AnyEvent, tests for events of their own.
#pragma once

#include <string>
#include <string_view>

#include "events/named_types.hpp"
#include "events/upcasters.hpp"

namespace shop {

template <class Events>
class EventCodec : public NamedTypes<Events> {
  public:
    using Types = NamedTypes<Events>;
    using Any = Events;
    using Type = typename Types::Type;

    static int schema_of(const Any& event) {
        return event.visit([]<class E>(const E&) { return E::kSchema; });
    }

    // Reads the data of an event stored as `name` and `schema`, older schemas through the
    // upcasters. What is wrong is said to `decoding`.
    static void decode(std::string_view name, std::int64_t schema, const json::Value& data,
                       Any& out, const Upcasters& upcasters, json::Decoding& decoding) {
        const Type* type = Types::find(name);
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
};

}  // namespace shop
