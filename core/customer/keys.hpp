// Keys of a person's data, each once. Pure.
#pragma once

#include <string>
#include <vector>

namespace shop::customer {

// Puts behind `keys` those of `more` that are not among them, in their order.
void add_new_keys(std::vector<std::string>& keys, const std::vector<std::string>& more);

}  // namespace shop::customer
