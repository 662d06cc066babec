// A value of a described type whose every member differs from its default, made without knowing the
// type: for tests that must see each member travel. The same call gives the same value for ever.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/money.hpp"
#include "core/base/time.hpp"
#include "core/known_keys.hpp"

namespace shop::tests {

class Sampler {
  public:
    // Sets `out`, which holds its default, to something else.
    void fill(bool& out) { out = !out; }
    void fill(std::string& out) { out = "text \"" + std::to_string(++n_) + "\" é"; }
    void fill(Time& out) { out = *parse_rfc3339("2026-11-24T01:54:10.000123Z") + seconds(++n_); }
    void fill(Duration& out) { out = seconds(++n_); }
    void fill(KnownKeys& out) {
        fill(last_noted_);
        out.note("a key", last_noted_, seconds(1));
    }
    void fill(Currency& out) { out = *Currency::parse("GBP"); }
    void fill(StreamId& out) { out = CartId::derive({std::to_string(++n_)}); }
    template <IdPrefix P>
    void fill(Id<P>& out) {
        out = Id<P>::derive({std::to_string(++n_)});
    }
    template <std::integral T>
    void fill(T& out) {
        out = static_cast<T>(out + static_cast<T>(1 + ++n_ % 50));
    }
    template <DescribedEnum E>
    void fill(E& out) {
        const E unfilled = out;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
            [&](auto e) { out = e.value == unfilled ? out : e.value; });
    }
    template <Described T>
    void fill(T& out) {
        for_each_member(out, [&](std::string_view, auto& member) { fill(member); });
    }
    template <class T>
    void fill(std::optional<T>& out) {
        fill(out.emplace());
    }
    template <class T>
    void fill(std::vector<T>& out) {
        fill(out.emplace_back());
        fill(out.emplace_back());
    }
    template <class K, class T>
    void fill(std::map<K, T>& out) {
        K key{};
        fill(key);
        fill(out[key]);
    }

    // The last alternative, for the first one is the default.
    template <class... T>
    void fill(std::variant<T...>& out) {
        fill(out.template emplace<sizeof...(T) - 1>());
    }

  private:
    std::int64_t n_ = 0;
    Time last_noted_;
};

template <class T>
T sample() {
    T value{};
    Sampler().fill(value);
    return value;
}

// The first member that is at its default, or "" if none is.
template <Described T>
std::string_view find_default_member(const T& value) {
    static const T kDefault{};
    std::string_view found;
    boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto member) {
        const bool is_default = value.*member.pointer == kDefault.*member.pointer;
        if (found.empty() && is_default) found = member.name;
    });
    return found;
}

}  // namespace shop::tests
