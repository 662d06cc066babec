#include "core/base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>

#include "core/base/assert.hpp"

namespace shop {
namespace {

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string join(std::initializer_list<std::string_view> parts) {
    std::string joined;
    for (const std::string_view part : parts) {
        for (int shift = 0; shift < 32; shift += 8)
            joined.push_back(static_cast<char>(part.size() >> shift));
        joined.append(part);
    }
    return joined;
}

constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// What each character stands for; −1 if it is none of the alphabet.
constexpr std::array<int, 256> kBase64UrlValues = [] {
    std::array<int, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kBase64Url.size(); ++i)
        values[static_cast<unsigned char>(kBase64Url[i])] = static_cast<int>(i);
    return values;
}();

}  // namespace

Digest sha256(std::string_view bytes) {
    Digest digest;
    unsigned size = 0;
    SHOP_ASSERT(
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    return digest;
}

Digest sha256_of_parts(std::initializer_list<std::string_view> parts) {
    return sha256(join(parts));
}

Digest hmac_sha256_of_bytes(std::string_view key, std::string_view bytes) {
    Digest digest;
    unsigned size = 0;
    SHOP_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(bytes),
                     bytes.size(), digest.data(), &size) != nullptr);
    return digest;
}

Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
    return hmac_sha256_of_bytes(key, join(parts));
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 15]);
    }
    return text;
}

std::string to_base64url(std::string_view bytes) {
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    char* out = text.data();
    unsigned bits = 0;
    unsigned held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6;) {
            held -= 6;
            *out++ = kBase64Url[(bits >> held) & 63];
        }
    }
    if (held > 0) *out = kBase64Url[(bits << (6 - held)) & 63];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes(text.size() * 3 / 4, '\0');
    char* out = bytes.data();
    unsigned bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const int value = kBase64UrlValues[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = (bits << 6) | static_cast<unsigned>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            *out++ = static_cast<char>((bits >> held) & 255);
        }
    }
    const bool leftover = held >= 6 || (bits & ((1U << held) - 1)) != 0;
    if (leftover) return std::nullopt;
    return bytes;
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    SHOP_ASSERT(
        RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
    return bytes;
}

bool equal_secrets(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace shop
