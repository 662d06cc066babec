// JSON Schemas from described types, as encode.hpp writes them and decode.hpp takes them. Included
// by endpoint sources only.
//
//   schema_of<CartView>()        of an answer: every member is there
//   body_schema_of<AddLine>()    of a request: optionals may be missing, nothing else is taken
//
// A described type's name under components/schemas is made from that of the C++ type, or is its
// `static constexpr std::string_view kSchemaName`. Two types of one name are a mistake of ours
// (asserted when the document is made).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <variant>
#include <vector>

#include "api/http/limits.hpp"
#include "api/http/schema.hpp"
#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/json/decode.hpp"

namespace shop::http {

// Builds the text of schemas; schema_text.cpp.
class SchemaText {
  public:
    explicit SchemaText(bool of_body) : of_body_(of_body) {}
    bool of_body() const { return of_body_; }

    // "Cart" of shop::api::CartView, "SettingsTax" of shop::settings::Tax; bodies and answers of
    // one type have names of their own.
    std::string name_of(const std::type_info& type, std::string_view given) const;
    bool has(const std::string& name) const { return schema_.components.contains(name); }
    void put(const std::string& name, std::string json) {
        schema_.components[name] = std::move(json);
    }
    static std::string ref(const std::string& name);
    static std::string text(const Limit* limit);
    static std::string integer(std::int64_t min, std::int64_t max, const Limit* limit);
    static std::string list(const std::string& element, const Limit* limit);
    static std::string or_null(const std::string& schema);
    static std::string id(std::string_view prefix, bool of_body);
    // An object of members {name, schema, required}.
    struct Member {
        std::string name;
        std::string schema;
        bool required;
    };
    static std::string object(const std::vector<Member>& members);
    static std::string enumeration(const std::vector<std::string_view>& names);
    static std::string one_of(const std::vector<std::string>& schemas);

    Schema take(std::string name, std::string json) && {
        return {std::move(name), std::move(json), std::move(schema_.components)};
    }

  private:
    bool of_body_;
    Schema schema_;
};

// The stored names of an enumeration: what a parameter may be one of.
template <DescribedEnum E>
std::vector<std::string_view> names_of() {
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto e) { names.push_back(enum_name<E>(e.value)); });
    return names;
}

namespace schema_detail {

template <class T>
std::string schema_text(SchemaText& out, const Limit* limit);

template <class T>
std::vector<SchemaText::Member> members_of(SchemaText& out) {
    std::vector<SchemaText::Member> members;
    const T sample{};
    for_each_member(sample, [&]<class F>(std::string_view name, const F&) {
        const bool required = !out.of_body() || !json::kIsOptional<F>;
        members.push_back({std::string(name), schema_text<F>(out, find_limit<T>(name)), required});
    });
    return members;
}

template <class T>
std::string component(SchemaText& out) {
    std::string_view given;
    if constexpr (requires { T::kSchemaName; }) given = T::kSchemaName;
    const std::string name = out.name_of(typeid(T), given);
    if (!out.has(name)) {
        out.put(name, "{}");  // so that a type that holds itself ends
        out.put(name, SchemaText::object(members_of<T>(out)));
    }
    return SchemaText::ref(name);
}

// A described object behind a member that tells which one it is: {"<tag>":"<T::kName>", …}.
template <class T>
std::string tagged_object(SchemaText& out, std::string_view tag) {
    auto members = members_of<T>(out);
    const std::string name = R"({"const":")" + std::string(T::kName) + "\"}";
    members.insert(members.begin(), {std::string(tag), name, true});
    return SchemaText::object(members);
}

template <class T>
struct Of;

template <class T>
struct Of<std::optional<T>> {
    static std::string text(SchemaText& out, const Limit* limit) {
        return SchemaText::or_null(schema_text<T>(out, limit));
    }
};
template <class T>
struct Of<std::vector<T>> {
    static std::string text(SchemaText& out, const Limit* limit) {
        return SchemaText::list(schema_text<T>(out, nullptr), limit);
    }
};
template <class K, class T>
struct Of<std::map<K, T>> {
    static std::string text(SchemaText& out, const Limit*) {
        return R"({"type":"object","additionalProperties":)" + schema_text<T>(out, nullptr) + "}";
    }
};
template <class... T>
struct Of<std::variant<T...>> {
    static std::string text(SchemaText& out, const Limit*) {
        std::vector<std::string> all;
        (all.push_back(tagged_object<T>(out, "kind")), ...);
        return SchemaText::one_of(all);
    }
};

template <class T>
inline constexpr bool kIsId = false;
template <IdPrefix P>
inline constexpr bool kIsId<Id<P>> = true;

template <class T>
std::string schema_text(SchemaText& out, const Limit* limit) {
    if constexpr (requires { T::json_schema(); }) {
        return std::string(T::json_schema());  // a type that writes itself says so itself
    } else if constexpr (std::is_same_v<T, bool>) {
        return R"({"type":"boolean"})";
    } else if constexpr (std::is_same_v<T, std::string>) {
        return SchemaText::text(limit);
    } else if constexpr (std::is_same_v<T, Time>) {
        return R"({"type":"string","format":"date-time"})";
    } else if constexpr (std::is_same_v<T, Duration>) {
        return SchemaText::integer(INT64_MIN, INT64_MAX, limit);
    } else if constexpr (std::is_same_v<T, Currency>) {
        const std::string code = R"({"type":"string","pattern":"^[A-Z]{3}$"})";
        return out.of_body() ? code : SchemaText::or_null(code);
    } else if constexpr (std::is_same_v<T, StreamId>) {
        return SchemaText::id("[a-z]{3}", out.of_body());
    } else if constexpr (kIsId<T>) {
        return SchemaText::id(T::kPrefix.view(), out.of_body());
    } else if constexpr (std::is_integral_v<T>) {
        constexpr std::int64_t kMin = std::is_signed_v<T> ? std::numeric_limits<T>::min() : 0;
        constexpr auto kMax = static_cast<std::int64_t>(
            static_cast<std::uint64_t>(std::numeric_limits<T>::max()) & INT64_MAX);
        return SchemaText::integer(kMin, kMax, limit);
    } else if constexpr (DescribedEnum<T>) {
        return SchemaText::enumeration(names_of<T>());
    } else if constexpr (Described<T>) {
        return component<T>(out);
    } else {
        return Of<T>::text(out, limit);
    }
}

template <class T>
Schema whole_schema(bool of_body) {
    SchemaText out(of_body);
    std::string json = schema_text<T>(out, nullptr);
    std::string_view given;
    if constexpr (requires { T::kSchemaName; }) given = T::kSchemaName;
    std::string name = out.name_of(typeid(T), given);
    return std::move(out).take(std::move(name), std::move(json));
}

}  // namespace schema_detail

using schema_detail::tagged_object;

template <class T>
Schema schema_of() {
    return schema_detail::whole_schema<T>(false);
}
template <class T>
Schema body_schema_of() {
    return schema_detail::whole_schema<T>(true);
}

}  // namespace shop::http
