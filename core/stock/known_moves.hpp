// What a stock item remembers of what was done, so that a call that is told again is not done
// again: the parts of lines that were shipped, restocked or released for some days, the receipts
// and adjustments of an import for good.
//
// The item's state is copied and stored whenever it moves, and a good seller moves thousands of
// times in the days it has to remember. A move therefore takes 16 bytes: 12 of the SHA-256 of its
// key, and the second it was made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"

namespace shop::json {
class Decoding;
class Value;
class Writer;
}  // namespace shop::json

namespace shop::stock {

class KnownMoves {
  public:
    bool contains(std::string_view key) const;
    void note(std::string_view key, Time now);
    // The same, and forgets at times what is older than `kept`.
    void note(std::string_view key, Time now, Duration kept);
    std::size_t size() const { return moves_.size(); }
    std::size_t bytes() const { return moves_.capacity() * sizeof(Move); }  // in memory
    bool operator==(const KnownMoves&) const = default;

    // One string, base 64: the moves in the order in which they were made.
    void write_json(json::Writer& writer) const;
    void read_json(const json::Value& value, json::Decoding& decoding);

  private:
    using KeyDigest = std::array<std::uint8_t, 12>;
    struct Move {
        KeyDigest key{};
        std::uint32_t second = 0;  // since 1970, until 2106
        bool operator==(const Move&) const = default;
    };
    static KeyDigest digest_of(std::string_view key);

    std::vector<Move> moves_;
};

}  // namespace shop::stock
