// Values as JSON on their way to another process: defaults are left out, and both ways there is a
// limit of bytes. What the errors are is said by those who send (command_codec.hpp, peer_call.hpp).
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "core/json/decode.hpp"
#include "core/json/encode.hpp"

namespace shop {

// False if it is larger, with `out` as it was.
template <class T>
[[nodiscard]] bool append_within(std::size_t bytes_max, std::string& out, const T& value) {
    const std::size_t before = out.size();
    json::Writer writer(out);
    encode(writer, value, json::Defaults::kOmit);
    if (out.size() - before <= bytes_max) return true;
    out.resize(before);
    return false;
}

// The value, or why it cannot be read, in words.
template <class T>
std::expected<T, std::string> read_within(std::size_t bytes_max, std::string_view bytes) {
    if (bytes.size() > bytes_max)
        return std::unexpected("it has more than " + std::to_string(bytes_max) + " bytes");
    auto value = json::from_json<T>(bytes, json::Missing::kIsDefault);
    if (!value) return std::unexpected(json::first_wrong(value.error()));
    return std::move(*value);
}

}  // namespace shop
