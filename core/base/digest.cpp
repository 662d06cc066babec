#include "core/base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/base/assert.hpp"

namespace shop {
namespace {

// SHA-256 piece by piece. Setting up a context costs more than hashing a short text, so that each
// thread keeps one for the one Sha256 it has at a time; the algorithm is looked up once.
class Sha256 {
  public:
    Sha256() { SHOP_ASSERT(EVP_DigestInit_ex2(context(), algorithm(), nullptr) == 1); }
    void add(std::string_view bytes) {
        SHOP_ASSERT(EVP_DigestUpdate(context(), bytes.data(), bytes.size()) == 1);
    }
    void add_with_size(std::string_view part) {
        std::array<char, 4> size;
        for (std::size_t i = 0; i < size.size(); ++i)
            size[i] = static_cast<char>(part.size() >> (8 * i));
        add({size.data(), size.size()});
        add(part);
    }
    Digest end() {
        Digest digest;
        unsigned size = 0;
        SHOP_ASSERT(EVP_DigestFinal_ex(context(), digest.data(), &size) == 1);
        return digest;
    }

  private:
    static const EVP_MD* algorithm() {
        static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        return fetched;
    }
    static EVP_MD_CTX* context() {
        thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> own(
            EVP_MD_CTX_new(), EVP_MD_CTX_free);
        return own.get();
    }
};

// RFC 2104: the hash of the outer key and of the hash of the inner key and the text, which `add`
// gives.
template <class Add>
Digest hmac(std::string_view key, Add add) {
    constexpr std::size_t kBlockBytes = 64;
    std::array<char, kBlockBytes> inner{};
    if (key.size() > kBlockBytes)
        std::memcpy(inner.data(), sha256(key).data(), sizeof(Digest));
    else
        std::ranges::copy(key, inner.data());
    std::array<char, kBlockBytes> outer = inner;
    for (char& c : inner) c = static_cast<char>(c ^ 0x36);
    for (char& c : outer) c = static_cast<char>(c ^ 0x5c);

    Sha256 first;
    first.add({inner.data(), inner.size()});
    add(first);
    const Digest text = first.end();
    Sha256 second;
    second.add({outer.data(), outer.size()});
    second.add({reinterpret_cast<const char*>(text.data()), text.size()});
    OPENSSL_cleanse(inner.data(), inner.size());
    OPENSSL_cleanse(outer.data(), outer.size());
    return second.end();
}

// Random bytes drawn ahead of need, each given out once. A draw costs as much as a command.
class RandomStock {
  public:
    void take(std::span<char> out) {
        if (left_ < out.size()) {
            draw(stock_);
            left_ = stock_.size();
        }
        char* const from = stock_.data() + left_ - out.size();
        std::memcpy(out.data(), from, out.size());
        OPENSSL_cleanse(from, out.size());
        left_ -= out.size();
    }
    static void draw(std::span<char> out) {
        SHOP_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()),
                               static_cast<int>(out.size())) == 1);
    }
    static constexpr std::size_t kTakenMax = 64;

  private:
    std::array<char, 4096> stock_;
    std::size_t left_ = 0;  // the first bytes of the stock
};

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
    Sha256 hash;
    hash.add(bytes);
    return hash.end();
}

Digest sha256_of_parts(std::initializer_list<std::string_view> parts) {
    Sha256 hash;
    for (const std::string_view part : parts) hash.add_with_size(part);
    return hash.end();
}

Digest hmac_sha256_of_bytes(std::string_view key, std::string_view bytes) {
    return hmac(key, [&](Sha256& hash) { hash.add(bytes); });
}

Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
    return hmac(key, [&](Sha256& hash) {
        for (const std::string_view part : parts) hash.add_with_size(part);
    });
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
    thread_local RandomStock stock;
    if (count <= RandomStock::kTakenMax)
        stock.take(bytes);
    else
        RandomStock::draw(bytes);
    return bytes;
}

bool equal_secrets(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace shop
