#include "events/state_memory.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/describe.hpp"

namespace shop {
namespace {

constexpr std::size_t kMapNodeBytes = 32;  // beside key and value: color and three pointers

// Bytes outside of the value itself.
template <class T>
std::size_t outside(const T& value);
template <class T>
std::size_t outside(const std::optional<T>& value);
template <class T>
std::size_t outside(const std::vector<T>& values);
template <class K, class T>
std::size_t outside(const std::map<K, T>& values);

std::size_t outside(const std::string& text) {
    constexpr std::size_t kInside = 15;
    return text.capacity() > kInside ? text.capacity() + 1 : 0;
}

std::size_t outside(const KnownKeys& keys) {
    return keys.bytes();
}

template <class T>
std::size_t outside(const T& value) {
    std::size_t bytes = 0;
    if constexpr (Described<T>)
        for_each_member(value,
                        [&](std::string_view, const auto& member) { bytes += outside(member); });
    return bytes;
}

template <class T>
std::size_t outside(const std::optional<T>& value) {
    return value ? outside(*value) : 0;
}

template <class T>
std::size_t outside(const std::vector<T>& values) {
    std::size_t bytes = values.capacity() * sizeof(T);
    for (const T& value : values) bytes += outside(value);
    return bytes;
}

template <class K, class T>
std::size_t outside(const std::map<K, T>& values) {
    std::size_t bytes = values.size() * (sizeof(std::pair<const K, T>) + kMapNodeBytes);
    for (const auto& [key, value] : values) bytes += outside(key) + outside(value);
    return bytes;
}

}  // namespace

std::size_t memory_of(const AnyState& state) {
    return sizeof(AnyState) + std::visit([](const auto& held) { return outside(held); }, state);
}

}  // namespace shop
