// How much the events of a program can say, as one number: each claim carries it, so that an older
// program refuses, by name, a log that a newer one has written to (slot_map.hpp:
// require_readable). It is computed from the events themselves and rises with whatever is added: an
// event, a version, a member, an enumerator, be it in a value that events hold. Nothing is ever
// taken away from a version (tests/events/golden_test.cpp), so it never falls.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "core/base/describe.hpp"
#include "core/base/one_of.hpp"

namespace shop {

// Of this program's events.
std::int64_t schema_level();

namespace schema_detail {

// More than any version can leave out of the one before.
inline constexpr std::int64_t kVersionWeight = 1'000;

template <class T>
struct Inside {
    static constexpr std::int64_t kExtent = 0;
};

// The members and enumerators of a type and of what it is made of.
template <class T>
constexpr std::int64_t extent_of() {
    if constexpr (DescribedEnum<T>) {
        return boost::mp11::mp_size<boost::describe::describe_enumerators<T>>::value;
    } else if constexpr (Described<T>) {
        std::int64_t extent = 0;
        boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto member) {
            using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
            extent += 1 + extent_of<Member>();
        });
        return extent;
    } else {
        return Inside<T>::kExtent;
    }
}

// Optional values, lists, maps.
template <template <class...> class Of, class... T>
struct Inside<Of<T...>> {
    static constexpr std::int64_t kExtent = (0 + ... + extent_of<T>());
};

}  // namespace schema_detail

template <class Any>
inline constexpr std::int64_t kSchemaLevelOf = 0;
template <class... Events>
inline constexpr std::int64_t kSchemaLevelOf<OneOf<Events...>> =
    (0 + ... +
     (schema_detail::kVersionWeight * Events::kSchema + schema_detail::extent_of<Events>()));

}  // namespace shop
