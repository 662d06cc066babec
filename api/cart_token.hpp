// The secret that opens a cart, and the order born of it, to its shopper. Ids are names that reach
// logs and providers; this is what proves whose they are. It is an HMAC of the cart's id under the
// shop's secret: nothing has to be looked up to check it, and a repeated creation answers the same.
#pragma once

#include <string>
#include <string_view>

#include "core/base/ids.hpp"

namespace shop {
struct Secrets;
}

namespace shop::api {

// 43 characters of base 64, safe in URLs and headers.
std::string token_of(const Secrets& secrets, const CartId& cart);

// True if `token` is the cart's. Takes the same time for every wrong token of that length.
bool opens(const Secrets& secrets, const CartId& cart, std::string_view token);
// The same for the order of a cart.
bool opens(const Secrets& secrets, const OrderId& order, std::string_view token);

// What the log holds of a token: SHA-256, in hexadecimal.
std::string hash_of_token(std::string_view token);

}  // namespace shop::api
