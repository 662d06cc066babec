// What a shopper sends to the engine, command by command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/any_command.hpp"

namespace shop::tests {

struct Wish {
    std::string sku;
    std::int64_t quantity = 1;
};

// Makes the cart, fills it, and sets all that a checkout asks for (delivered in Great Britain).
// What is personal in it has a key of its own.
std::vector<AnyCommand> ready_cart(const CartId& cart, const std::vector<Wish>& wishes);

checkout::Start pay(const CartId& cart, const std::string& token);

// The token as the provider will see it: this shop's tests seal with an open seal.
std::string token_of(const Sealed& sealed);

// An item of that SKU with so many units.
stock::SetLevel stock_level(const std::string& sku, std::int64_t units);
StockId stock_id(const std::string& sku);

}  // namespace shop::tests
