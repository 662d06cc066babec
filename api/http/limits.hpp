// Limits of the members of described structs that come from outside (see json_body.hpp). They stand
// in the OpenAPI document and are checked by body_of(): said once, true in both places.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.hpp"
#include "core/json/decode.hpp"

namespace shop::http {

struct Limit {
    std::string_view member;
    std::int64_t min = std::numeric_limits<std::int64_t>::min();  // of an integer; of a text: its
    std::int64_t max =
        std::numeric_limits<std::int64_t>::max();  // code points; of a list: its size
    std::string_view pattern = {};  // of a text, for the document; the endpoint checks it itself
    std::string_view format = {};   // likewise: "email", "uri"
};

template <class T>
concept Limited = requires { T::kLimits.size(); };

template <class T>
constexpr const Limit* find_limit(std::string_view member) {
    if constexpr (Limited<T>)
        for (const Limit& limit : T::kLimits)
            if (limit.member == member) return &limit;
    return nullptr;
}

template <class T>
void check_limits(const T& value, json::Decoding& d);

namespace limits_detail {

inline void check_size(std::int64_t size, const Limit& limit, std::string_view what,
                       json::Decoding& d) {
    if (size < limit.min)
        d.wrong("must have at least " + std::to_string(limit.min) + " " + std::string(what));
    if (size > limit.max)
        d.wrong("must have at most " + std::to_string(limit.max) + " " + std::string(what));
}

template <class M>
void check_member(const M& member, const Limit* limit, json::Decoding& d) {
    if constexpr (json::kIsOptional<M>) {
        if (member) check_member(*member, limit, d);
    } else if constexpr (std::is_integral_v<M> && !std::is_same_v<M, bool>) {
        if (limit == nullptr) return;
        const auto number = static_cast<std::int64_t>(member);
        if (number < limit->min) d.wrong("must be at least " + std::to_string(limit->min));
        if (number > limit->max) d.wrong("must be at most " + std::to_string(limit->max));
    } else if constexpr (std::is_same_v<M, std::string>) {
        if (!is_clean_text(member)) d.wrong("has control characters");
        if (limit == nullptr) return;
        check_size(static_cast<std::int64_t>(count_code_points(member)), *limit, "characters", d);
    } else if constexpr (requires {
                             typename M::value_type;
                             member.size();
                             member.data();
                         }) {
        if (limit != nullptr)
            check_size(static_cast<std::int64_t>(member.size()), *limit, "elements", d);
        std::size_t index = 0;
        for (const auto& element : member) {
            const json::Decoding::Step step(d, index++);
            check_member(element, nullptr, d);
        }
    } else if constexpr (Described<M>) {
        check_limits(member, d);
    }
}

}  // namespace limits_detail

// Reports each member of `value`, however deep, that is beyond its limit.
template <class T>
void check_limits(const T& value, json::Decoding& d) {
    for_each_member(value, [&](std::string_view name, const auto& member) {
        const json::Decoding::Step step(d, name);
        limits_detail::check_member(member, find_limit<T>(name), d);
    });
}

}  // namespace shop::http
