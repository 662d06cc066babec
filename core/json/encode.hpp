// JSON from described values. Two faces of the same description:
//
//   encode(writer, value, Defaults::kOmit)   records and states: members at their default are left
//                                            out; the default of a member is that of T{}
//   encode(writer, value, Defaults::kWrite)  the HTTP API: every member; an empty optional is null
//
// Struct → object in declared order; vector → array; map → object; optional → value or null; enum →
// its stored name; Id, Time, Currency → string (null
// if empty); variant of described structs with `kName` → object
// with a leading "kind".
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/json/writer.hpp"

namespace shop::json {

enum class Defaults { kOmit, kWrite };

template <class T>
concept SelfWriting = requires(const T& value, Writer& writer) { value.write_json(writer); };

inline void encode(Writer& w, bool value, Defaults) {
    w.boolean(value);
}
inline void encode(Writer& w, const std::string& value, Defaults) {
    w.string(value);
}
inline void encode(Writer& w, std::string_view value, Defaults) {
    w.string(value);
}
template <std::integral T>
    requires(!std::same_as<T, bool>)
void encode(Writer& w, T value, Defaults) {
    w.integer(static_cast<std::int64_t>(value));
}
template <IdPrefix P>
void encode(Writer& w, const Id<P>& id, Defaults) {
    if (id.is_empty()) return w.null();
    w.plain_string([&](std::string& out) { id.append_to(out); });
}
inline void encode(Writer& w, const StreamId& id, Defaults) {
    if (id.is_empty()) return w.null();
    w.plain_string([&](std::string& out) { id.append_to(out); });
}
inline void encode(Writer& w, Time time, Defaults) {
    w.plain_string([&](std::string& out) { append_rfc3339(out, time); });
}
inline void encode(Writer& w, Duration duration, Defaults) {
    w.integer(duration.us);
}
inline void encode(Writer& w, Currency currency, Defaults) {
    if (currency.is_empty()) return w.null();
    w.plain_string([&](std::string& out) { out.append(currency.view()); });
}
template <DescribedEnum E>
void encode(Writer& w, E value, Defaults) {
    w.plain_string([&](std::string& out) { out.append(enum_name(value)); });
}
// JSON text kept as it is: a type with write_json(Writer&).
template <SelfWriting T>
void encode(Writer& w, const T& value, Defaults) {
    value.write_json(w);
}

template <class T>
void encode(Writer& w, const std::optional<T>& value, Defaults defaults);
template <class T>
void encode(Writer& w, const std::vector<T>& values, Defaults defaults);
template <class K, class T>
void encode(Writer& w, const std::map<K, T>& values, Defaults defaults);
template <class... T>
void encode(Writer& w, const std::variant<T...>& value, Defaults defaults);
template <Described T>
    requires(!SelfWriting<T>)
void encode(Writer& w, const T& value, Defaults defaults);

// Only the members, without the braces: for envelopes that add members of their own.
template <Described T>
void encode_members(Writer& w, const T& value, Defaults defaults) {
    static const T kDefault{};
    if (defaults == Defaults::kWrite) {
        for_each_member(value, [&](std::string_view name, const auto& member) {
            w.key(name);
            encode(w, member, defaults);
        });
        return;
    }
    boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto d) {
        const auto& member = value.*d.pointer;
        if (member == kDefault.*d.pointer) return;
        w.key(d.name);
        encode(w, member, defaults);
    });
}

template <class T>
void encode(Writer& w, const std::optional<T>& value, Defaults defaults) {
    if (value)
        encode(w, *value, defaults);
    else
        w.null();
}
template <class T>
void encode(Writer& w, const std::vector<T>& values, Defaults defaults) {
    w.begin_array();
    for (const auto& value : values) encode(w, value, defaults);
    w.end_array();
}
inline const std::string& key_text(const std::string& key) {
    return key;
}
template <IdPrefix P>
std::string key_text(const Id<P>& id) {
    return id.to_string();
}
inline std::string key_text(const StreamId& id) {
    return id.to_string();
}

template <class K, class T>
void encode(Writer& w, const std::map<K, T>& values, Defaults defaults) {
    w.begin_object();
    for (const auto& [key, value] : values) {
        w.key_of_data(key_text(key));
        encode(w, value, defaults);
    }
    w.end_object();
}
template <class... T>
void encode(Writer& w, const std::variant<T...>& value, Defaults defaults) {
    w.begin_object();
    std::visit(
        [&]<class Alternative>(const Alternative& held) {
            static_assert(!has_member<Alternative>("kind"), "the name of the alternative is there");
            w.key("kind");
            w.string(Alternative::kName);
            encode_members(w, held, defaults);
        },
        value);
    w.end_object();
}
template <Described T>
    requires(!SelfWriting<T>)
void encode(Writer& w, const T& value, Defaults defaults) {
    w.begin_object();
    encode_members(w, value, defaults);
    w.end_object();
}

template <class T>
std::string to_json(const T& value, Defaults defaults) {
    std::string text;
    Writer writer(text);
    encode(writer, value, defaults);
    return text;
}

}  // namespace shop::json
