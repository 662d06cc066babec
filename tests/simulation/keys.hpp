// The keys of personal data of a simulated shop, as events/keys/ keeps them: apart from the log,
// whatever becomes of it and of the processes. What is destroyed stays so.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "core/base/sealed.hpp"

namespace shop::simulation {

class Keys {
  public:
    std::string new_key() { return "key " + std::to_string(++last_); }
    // Nothing if the key was destroyed.
    std::optional<Sealed> seal(const std::string& key, std::string plain) const {
        if (destroyed_.contains(key)) return std::nullopt;
        return Sealed{key, std::move(plain)};
    }
    bool can_open(const Sealed& sealed) const {
        return !sealed.is_empty() && !destroyed_.contains(sealed.key);
    }
    void destroy(std::span<const std::string> keys) { destroyed_.insert(keys.begin(), keys.end()); }
    const std::set<std::string>& destroyed() const { return destroyed_; }

  private:
    int last_ = 0;
    std::set<std::string> destroyed_;
};

}  // namespace shop::simulation
