#include "core/sale/person_keys.hpp"

#include <algorithm>

namespace shop::sale {

std::vector<std::string> person_keys(const Party& party, const std::optional<Address>& shipping,
                                     const std::optional<Address>& billing) {
    std::vector<std::string> keys;
    if (!party.personal.is_empty()) add_new_keys(keys, {party.personal.key});
    for (const auto* address : {&shipping, &billing})
        if (*address && !(*address)->personal.is_empty())
            add_new_keys(keys, {(*address)->personal.key});
    return keys;
}

void add_new_keys(std::vector<std::string>& keys, const std::vector<std::string>& more) {
    for (const std::string& key : more)
        if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
}

}  // namespace shop::sale
