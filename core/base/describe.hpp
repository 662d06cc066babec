// Described types: a struct or enumeration whose members can be walked at compile time. JSON both
// ways, equality, golden files, OpenAPI schemas and docs/events.md follow from the description.
//
//   struct Money { std::int64_t minor_units = 0; Currency currency; };
//   SHOP_DESCRIBE(Money, minor_units, currency)
//
//   enum class Source { kWeb, kStaff };
//   SHOP_DESCRIBE_ENUM(Source, kWeb, kStaff)            // stored as "web", "staff"
//
// A struct's description that forgets a member does not compile.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace shop {

template <class T>
concept Described =
    boost::describe::has_describe_members<T>::value && std::is_class_v<T> && !std::is_union_v<T>;

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

namespace describe_detail {

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

// "kOutOfStock" → "out_of_stock"; the leading k is our mark of a constant, not part of the name.
template <std::size_t N>
struct SnakeCase {
    std::array<char, 2 * N> text{};
    std::size_t size = 0;
    consteval explicit SnakeCase(const char* name) {
        for (const char* at = name + 1; *at != '\0'; ++at) {
            const bool upper = *at >= 'A' && *at <= 'Z';
            if (upper && size > 0) text[size++] = '_';
            text[size++] = upper ? static_cast<char>(*at - 'A' + 'a') : *at;
        }
    }
};

consteval std::size_t length(const char* text) {
    std::size_t n = 0;
    while (text[n] != '\0') ++n;
    return n;
}

template <class D>
inline constexpr SnakeCase<length(D::name) + 1> kSnake{D::name};

}  // namespace describe_detail

template <Described T>
inline constexpr std::size_t kMemberCount =
    boost::mp11::mp_size<describe_detail::Members<T>>::value;

// Calls visit(name, member) for each member in declared order; `object` may be const.
template <class T, class F>
constexpr void for_each_member(T& object, F&& visit) {
    boost::mp11::mp_for_each<describe_detail::Members<std::remove_const_t<T>>>(
        [&](auto member) { visit(std::string_view(member.name), object.*member.pointer); });
}

template <Described T>
consteval bool has_member(std::string_view name) {
    bool found = false;
    boost::mp11::mp_for_each<describe_detail::Members<T>>(
        [&](auto member) { found = found || std::string_view(member.name) == name; });
    return found;
}

// The stored name of an enumerator: kOutOfStock → "out_of_stock".
template <DescribedEnum E>
constexpr std::string_view enum_name(E value) {
    std::string_view found = "unknown";
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (d.value == value) {
            const auto& snake = describe_detail::kSnake<decltype(d)>;
            found = std::string_view(snake.text.data(), snake.size);
        }
    });
    return found;
}

// The enumerator of that stored name, or nothing.
template <DescribedEnum E>
constexpr std::optional<E> find_enum(std::string_view name) {
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (enum_name<E>(d.value) == name) found = d.value;
    });
    return found;
}

}  // namespace shop

// Put directly behind the struct, in its namespace. The unused function does not compile if a
// member of the aggregate was forgotten.
#define SHOP_DESCRIBE(Type, ...)                                          \
    BOOST_DESCRIBE_STRUCT(Type, (), (__VA_ARGS__))                        \
    [[maybe_unused]] inline void shop_describes_every_member(Type& all) { \
        [[maybe_unused]] auto& [__VA_ARGS__] = all;                       \
    }

#define SHOP_DESCRIBE_ENUM(Type, ...) BOOST_DESCRIBE_ENUM(Type, __VA_ARGS__)

// For a struct without members (an event that says all by its name).
#define SHOP_DESCRIBE_EMPTY(Type) BOOST_DESCRIBE_STRUCT(Type, (), ())
