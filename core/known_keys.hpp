// What a state remembers of the calls it has answered, so that one that is told again is not
// carried out again: some for a number of days, some for good.
//
// The state is copied and stored whenever it changes, and a good seller's stock moves thousands of
// times in the days it has to remember. A call therefore takes 16 bytes: 12 of the SHA-256 of its
// key, and the second it was made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"

namespace shop::json {
class Decoding;
class Value;
class Writer;
}  // namespace shop::json

namespace shop {

class KnownKeys {
  public:
    bool contains(std::string_view key) const { return find(key).has_value(); }
    // How many of those that are remembered came before it.
    std::optional<std::size_t> find(std::string_view key) const;
    void note(std::string_view key, Time now);
    // The same, and forgets at times what is older than `kept`.
    void note(std::string_view key, Time now, Duration kept);
    std::size_t size() const { return keys_.size(); }
    std::size_t bytes() const { return keys_.capacity() * sizeof(Known); }  // in memory
    bool operator==(const KnownKeys&) const = default;

    // One string, base 64: in the order in which they were noted.
    void write_json(json::Writer& writer) const;
    void read_json(const json::Value& value, json::Decoding& decoding);

  private:
    using KeyDigest = std::array<std::uint8_t, 12>;
    struct Known {
        KeyDigest key{};
        std::uint32_t second = 0;  // since 1970, until 2106
        bool operator==(const Known&) const = default;
    };
    static KeyDigest digest_of(std::string_view key);

    std::vector<Known> keys_;
};

}  // namespace shop
