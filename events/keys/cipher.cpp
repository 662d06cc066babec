#include "events/keys/cipher.hpp"

#include <openssl/evp.h>

#include "core/base/assert.hpp"

namespace shop {
namespace {

constexpr std::size_t kTagBytes = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
};
struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
int size_of(std::string_view text) {
    return static_cast<int>(text.size());
}

}  // namespace

// Fetched once: looking the algorithm up by name costs more than sealing.
struct Cipher::Impl {
    std::unique_ptr<EVP_CIPHER, FreeCipher> aes;
};

Cipher::Cipher() : impl_(std::make_unique<Impl>()) {
    impl_->aes.reset(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
    SHOP_ASSERT(impl_->aes != nullptr);
}

Cipher::~Cipher() = default;

std::string Cipher::seal(const DataKey& key, std::string_view nonce, std::string_view plain,
                         std::string_view associated) const {
    SHOP_ASSERT(nonce.size() == kNonceBytes);
    std::string out(nonce);
    out.resize(kNonceBytes + plain.size() + kTagBytes);
    unsigned char* text = bytes_of(out) + kNonceBytes;
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    bool done =
        EVP_EncryptInit_ex2(context.get(), impl_->aes.get(), key.data(), bytes_of(nonce),
                            nullptr) &&
        EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(associated),
                          size_of(associated)) &&
        EVP_EncryptUpdate(context.get(), text, &length, bytes_of(plain), size_of(plain)) &&
        EVP_EncryptFinal_ex(context.get(), text + length, &length) &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, text + plain.size());
    SHOP_ASSERT(done);
    return out;
}

std::optional<std::string> Cipher::open(const DataKey& key, std::string_view sealed,
                                        std::string_view associated) const {
    if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
    const std::string_view nonce = sealed.substr(0, kNonceBytes);
    const std::string_view text =
        sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
    std::string tag(sealed.substr(sealed.size() - kTagBytes));
    std::string plain(text.size(), '\0');
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    const bool done =
        EVP_DecryptInit_ex2(context.get(), impl_->aes.get(), key.data(), bytes_of(nonce),
                            nullptr) &&
        EVP_DecryptUpdate(context.get(), nullptr, &length, bytes_of(associated),
                          size_of(associated)) &&
        EVP_DecryptUpdate(context.get(), bytes_of(plain), &length, bytes_of(text), size_of(text)) &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) &&
        EVP_DecryptFinal_ex(context.get(), bytes_of(plain) + length, &length);
    if (!done) return std::nullopt;
    return plain;
}

}  // namespace shop
