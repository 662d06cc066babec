// The types of a OneOf by their stored names, and JSON both ways for each of them. The table is
// made from the list of types, so that there is no second list to forget one in: an event or a
// command that is in the list and not described does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "core/base/describe.hpp"
#include "core/base/one_of.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {

namespace named_detail {
template <class T>
consteval int schema_of() {
    if constexpr (requires { T::kSchema; })
        return T::kSchema;
    else
        return 0;
}
}  // namespace named_detail

template <class Any>
class NamedTypes;

template <class... Ts>
class NamedTypes<OneOf<Ts...>> {
  public:
    using Any = OneOf<Ts...>;

    struct Type {
        std::string_view name;
        int schema = 0;  // the newest; 0: it has none, for it is never stored
        void (*decode)(const json::Value& data, Any& out, json::Decoding& decoding) = nullptr;
        Any (*make)() = nullptr;  // one with every member at its default
    };

    // All types, by name.
    static std::span<const Type> types();

    // The type of that stored name, or nullptr.
    static const Type* find(std::string_view name);

    static std::string_view name_of(const Any& value);

    static void encode(json::Writer& writer, const Any& value);

  private:
    template <class T>
    static void decode_as(const json::Value& data, Any& out, json::Decoding& decoding) {
        static_assert(Described<T>, "describe its members (core/base/describe.hpp)");
        json::decode(data, out.template emplace<T>(), decoding);
    }
    template <class T>
    static Any make_default() {
        return T{};
    }
};

// Not in the class, so that a unit may say that another one makes them (stored_types.hpp).

template <class... Ts>
auto NamedTypes<OneOf<Ts...>>::types() -> std::span<const Type> {
    static constexpr auto kTypes = [] {
        std::array<Type, sizeof...(Ts)> types{
            Type{Ts::kType, named_detail::schema_of<Ts>(), decode_as<Ts>, make_default<Ts>}...};
        std::ranges::sort(types, {}, &Type::name);
        return types;
    }();
    static_assert(std::ranges::adjacent_find(kTypes, {}, &Type::name) == kTypes.end(),
                  "two types share a stored name");
    return kTypes;
}

template <class... Ts>
auto NamedTypes<OneOf<Ts...>>::find(std::string_view name) -> const Type* {
    const std::span<const Type> all = types();
    const auto at = std::ranges::lower_bound(all, name, {}, &Type::name);
    return at != all.end() && at->name == name ? &*at : nullptr;
}

template <class... Ts>
std::string_view NamedTypes<OneOf<Ts...>>::name_of(const Any& value) {
    return value.visit([]<class T>(const T&) { return T::kType; });
}

template <class... Ts>
void NamedTypes<OneOf<Ts...>>::encode(json::Writer& writer, const Any& value) {
    value.visit([&](const auto& held) { json::encode(writer, held, json::Defaults::kOmit); });
}

}  // namespace shop
