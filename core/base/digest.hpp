// Hashes and random bytes, over OpenSSL. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shop {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

// SHA-256 over the parts, each preceded by its length, so that {"ab","c"} differs from {"a","bc"}.
Digest sha256_of_parts(std::initializer_list<std::string_view> parts);

// HMAC-SHA-256 (RFC 2104) over length-prefixed parts.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

// HMAC-SHA-256 over plain bytes, for formats that others define (webhook signatures).
Digest hmac_sha256_of_bytes(std::string_view key, std::string_view bytes);

std::string to_hex(std::span<const std::uint8_t> bytes);

// Base 64 with the URL-safe alphabet and no padding (RFC 4648 §5).
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// `count` bytes from the operating system's generator; aborts if it fails.
std::string random_bytes(std::size_t count);

// Compares secrets in time that depends on their lengths only.
bool equal_secrets(std::string_view a, std::string_view b);

}  // namespace shop
