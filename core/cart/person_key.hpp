// The key that all personal data of a cart is sealed with. Pure.
//
// A cart's first sealed value gives it its key, and every later one must have the same: whoever
// destroys it, once the cart is an order or its time is over, makes unreadable all that was ever
// said in the cart. The commands that set contact and addresses answer kConflict "cart-changed" for
// another key.
#pragma once

#include <string>
#include <vector>

#include "core/cart/cart.hpp"

namespace shop::cart {

// Empty if nothing in the cart is sealed yet.
std::string person_key_of(const State& cart);

// All that it has: a cart of earlier programs may have several.
std::vector<std::string> person_keys_of(const State& cart);

}  // namespace shop::cart
