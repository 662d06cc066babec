#include "api/cart_token.hpp"

#include "core/base/digest.hpp"
#include "core/checkout/checkout.hpp"
#include "events/keys/secrets.hpp"

namespace shop::api {

std::string token_of(const Secrets& secrets, const CartId& cart) {
    const Digest mac = hmac_sha256(secrets.cart_tokens, {"cart", cart.to_string()});
    return to_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

bool opens(const Secrets& secrets, const CartId& cart, std::string_view token) {
    return equal_secrets(token_of(secrets, cart), token);
}

bool opens(const Secrets& secrets, const OrderId& order, std::string_view token) {
    return opens(secrets, checkout::cart_of(order), token);
}

std::string hash_of_token(std::string_view token) {
    return to_hex(sha256(token));
}

}  // namespace shop::api
