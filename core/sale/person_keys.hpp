// Keys that a person's data are sealed with, each once. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sale/values.hpp"

namespace shop::sale {

// Those of a buyer and of where it goes; none if nothing personal is known.
std::vector<std::string> person_keys(const Party& party, const std::optional<Address>& shipping,
                                     const std::optional<Address>& billing);

// Puts behind `keys` those of `more` that are not among them, in their order.
void add_new_keys(std::vector<std::string>& keys, const std::vector<std::string>& more);

}  // namespace shop::sale
