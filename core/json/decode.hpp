// Described values from JSON, the counterpart of encode.hpp. Strict: an unknown or repeated member,
// a wrong type, a number out of range or a U+0000 is an error of kInvalid that names the place by a
// JSON pointer. All wrong fields of an object are reported, not only the first, up to
// kErrorsToldMax of them.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/json/document.hpp"

namespace shop::json {

// What a member that is not there means.
enum class Missing {
    kIsDefault,  // records and states: it had its default
    kIsError,    // requests: refused, unless it is an optional
};

// Behind so many errors stands one that says there are more, and nothing further is decoded.
inline constexpr std::size_t kErrorsToldMax = 100;
// Room that is made for elements before they are seen to be right.
inline constexpr std::size_t kElementsReservedMax = 1'024;

// Where decoding stands, and what was wrong so far.
class Decoding {
  public:
    explicit Decoding(Missing missing) : missing_(missing) {}

    Missing missing() const { return missing_; }
    void wrong(std::string_view detail);
    void wrong_type(std::string_view expected, const Value& value);
    bool ok() const { return errors_.empty(); }
    bool has_given_up() const { return errors_.size() > kErrorsToldMax; }
    std::vector<FieldError>& errors() { return errors_; }

    // Steps into a member or element for the life of the object.
    class Step {
      public:
        Step(Decoding& decoding, std::string_view name);
        Step(Decoding& decoding, std::size_t index);
        ~Step() { decoding_.pointer_.resize(size_); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

      private:
        Decoding& decoding_;
        std::size_t size_;
    };

  private:
    Missing missing_;
    std::string pointer_;
    std::vector<FieldError> errors_;
};

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
concept SelfReading = requires(T& out, const Value& value, Decoding& d) {
    { out.read_json(value, d) };
};

void decode(const Value& value, bool& out, Decoding& d);
void decode(const Value& value, std::string& out, Decoding& d);
void decode(const Value& value, Time& out, Decoding& d);
void decode(const Value& value, Duration& out, Decoding& d);
void decode(const Value& value, Currency& out, Decoding& d);
void decode(const Value& value, StreamId& out, Decoding& d);
bool decode_integer(const Value& value, std::int64_t min, std::int64_t max, std::int64_t& out,
                    Decoding& d);

template <std::integral T>
    requires(!std::same_as<T, bool>)
void decode(const Value& value, T& out, Decoding& d) {
    constexpr std::int64_t kMin = std::is_signed_v<T> ? std::numeric_limits<T>::min() : 0;
    constexpr std::int64_t kMax =
        sizeof(T) < 8 || std::is_signed_v<T>
            ? static_cast<std::int64_t>(std::numeric_limits<T>::max() & INT64_MAX)
            : INT64_MAX;
    std::int64_t wide = 0;
    if (decode_integer(value, kMin, kMax, wide, d)) out = static_cast<T>(wide);
}
template <IdPrefix P>
void decode(const Value& value, Id<P>& out, Decoding& d) {
    if (value.is_null() && d.missing() == Missing::kIsDefault) return;
    if (value.type() != Type::kString) return d.wrong_type("a string", value);
    if (const auto id = Id<P>::parse(value.string()))
        out = *id;
    else
        d.wrong("is not an id of the form " + std::string(P.view()) + "_ and 20 characters");
}
template <DescribedEnum E>
void decode(const Value& value, E& out, Decoding& d) {
    if (value.type() != Type::kString) return d.wrong_type("a string", value);
    if (const auto found = find_enum<E>(value.string())) {
        out = *found;
        return;
    }
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto e) {
        names += names.empty() ? "" : ", ";
        names += enum_name<E>(e.value);
    });
    d.wrong("must be one of: " + names);
}
template <SelfReading T>
void decode(const Value& value, T& out, Decoding& d) {
    out.read_json(value, d);
}
template <class T>
void decode(const Value& value, std::optional<T>& out, Decoding& d);
template <class T>
void decode(const Value& value, std::vector<T>& out, Decoding& d);
template <class K, class T>
void decode(const Value& value, std::map<K, T>& out, Decoding& d);
template <class... T>
void decode(const Value& value, std::variant<T...>& out, Decoding& d);

// `extra` is a member to pass over (the "kind" of a variant).
template <Described T>
void decode_object(const Value& value, T& out, Decoding& d, std::string_view extra) {
    if (!value.is_object()) return d.wrong_type("an object", value);
    std::array<bool, kMemberCount<T> + 1> seen{};
    value.for_each_member([&](std::string_view name, const Value& member) {
        if (d.has_given_up()) return;
        if (!extra.empty() && name == extra) return;
        const Decoding::Step step(d, name);
        bool known = false;
        std::size_t index = 0;
        for_each_member(out, [&](std::string_view own, auto& field) {
            const std::size_t i = index++;
            if (known || own != name) return;
            known = true;
            if (seen[i]) return d.wrong("is given twice");
            seen[i] = true;
            decode(member, field, d);
        });
        if (!known) d.wrong("is not a field of this object");
    });
    if (d.missing() == Missing::kIsDefault) return;
    std::size_t index = 0;
    for_each_member(out, [&]<class F>(std::string_view own, F&) {
        if (seen[index++] || kIsOptional<F>) return;
        const Decoding::Step step(d, own);
        d.wrong("is required");
    });
}
template <Described T>
    requires(!SelfReading<T>)
void decode(const Value& value, T& out, Decoding& d) {
    decode_object(value, out, d, {});
}
template <class T>
void decode(const Value& value, std::optional<T>& out, Decoding& d) {
    if (value.is_null()) return out.reset();
    decode(value, out.emplace(), d);
}
template <class T>
void decode(const Value& value, std::vector<T>& out, Decoding& d) {
    if (value.type() != Type::kArray) return d.wrong_type("an array", value);
    out.clear();
    out.reserve(std::min(value.size(), kElementsReservedMax));
    value.for_each_element([&](const Value& element) {
        if (d.has_given_up()) return;
        const Decoding::Step step(d, out.size());
        decode(element, out.emplace_back(), d);
    });
}
inline bool read_key(std::string_view text, std::string& out) {
    out = text;
    return true;
}
template <IdPrefix P>
bool read_key(std::string_view text, Id<P>& out) {
    const auto id = Id<P>::parse(text);
    if (id) out = *id;
    return id.has_value();
}
inline bool read_key(std::string_view text, StreamId& out) {
    const auto id = StreamId::parse(text);
    if (id) out = *id;
    return id.has_value();
}
template <class K, class T>
void decode(const Value& value, std::map<K, T>& out, Decoding& d) {
    if (!value.is_object()) return d.wrong_type("an object", value);
    out.clear();
    value.for_each_member([&](std::string_view name, const Value& member) {
        if (d.has_given_up()) return;
        const Decoding::Step step(d, name);
        K key{};
        if (!read_key(name, key)) return d.wrong("is not a valid key");
        const auto [at, fresh] = out.try_emplace(std::move(key));
        if (!fresh) return d.wrong("is given twice");
        decode(member, at->second, d);
    });
}
template <class... T>
void decode(const Value& value, std::variant<T...>& out, Decoding& d) {
    if (!value.is_object()) return d.wrong_type("an object", value);
    const auto kind = value.find("kind");
    if (!kind || kind->type() != Type::kString) return d.wrong("needs a \"kind\"");
    const bool known = ((T::kName == kind->string() &&
                         (decode_object(value, out.template emplace<T>(), d, "kind"), true)) ||
                        ...);
    if (!known) d.wrong("has an unknown \"kind\"");
}

// The whole of `value` as a T, or one error with its wrong fields.
template <class T>
Result<T> from_value(const Value& value, Missing missing) {
    T out{};
    Decoding decoding(missing);
    decode(value, out, decoding);
    if (decoding.ok()) return out;
    Error error{ErrorCode::kInvalid, "invalid-request", "Some fields are wrong; see errors."};
    error.fields = std::move(decoding.errors());
    return std::unexpected(std::move(error));
}

// The first thing that is wrong, in words: "/lines/0/quantity must be an integer, not a string".
// For whoever reads what programs wrote, and has no form to mark fields in.
std::string first_wrong(const Error& error);

template <class T>
Result<T> from_json(std::string_view text, Missing missing) {
    Document document;
    const auto value = document.parse(text);
    if (!value) return std::unexpected(value.error());
    return from_value<T>(*value, missing);
}

}  // namespace shop::json
