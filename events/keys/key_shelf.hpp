// Where data keys are kept: a file in the data folder of a shop of one process (key_file.hpp), a
// database for several (api/keys/postgres_shelf.hpp). A port: it knows nothing of blocks or caches.
//
// A key's id is its number and its random tag, "4711.Xa7fQ9zR".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {

using DataKey = std::array<unsigned char, 32>;

// Told apart because a token's key is of use for minutes, a person's for years.
enum class KeyUse : std::uint8_t { kPerson, kToken };

// Number and tag of a key.
struct KeyName {
    std::uint64_t number = 0;
    std::array<char, 6> tag{};
    std::string id() const;
};
// Nothing if the text is no key's id.
std::optional<KeyName> parse_key_id(std::string_view id);

struct KeyRecord {
    std::uint64_t number = 0;
    std::array<char, 6> tag{};
    KeyUse use = KeyUse::kPerson;
    bool destroyed = false;
    DataKey key{};
    KeyName name() const { return {number, tag}; }
    std::string id() const { return name().id(); }
};

// Fresh keys with their tags; whoever keeps them numbers them.
std::vector<KeyRecord> draw_keys(std::size_t count, KeyUse use);

// What other processes did to keys.
struct KeyNews {
    std::vector<std::string> destroyed = {};  // ids
    bool may_be_more = false;                 // nobody knows which: look at all of them again
    // For so long since it was asked no other process takes this one for dead, and the tokens' keys
    // that it made for left behind. Nothing: as it was told before; for ever, if it never was.
    std::optional<Duration> is_alive_for = {};
};

// Thread-safe, but for append(), old_tokens() and news(), which are for one thread.
class KeyShelf {
  public:
    virtual ~KeyShelf() = default;

    // `count` fresh keys, durable.
    virtual Result<std::vector<KeyRecord>> append(std::size_t count, KeyUse use) = 0;

    // Nothing if there is no such key. kCorrupt if its record is damaged, kUnavailable if nobody
    // can tell now.
    virtual Result<std::optional<KeyRecord>> read(const KeyName& name) const = 0;

    // Takes the key's bytes away, if it is there and is not destroyed; seen by all processes at
    // once, durable after sync(). kCorrupt for a damaged one of which nobody can tell whose it is.
    virtual Status destroy(const KeyName& name) = 0;
    // The same of many; those that it is kCorrupt for. What was destroyed before another error
    // stays so.
    virtual Result<std::vector<KeyName>> destroy(std::span<const KeyName> names);
    virtual Status sync() = 0;
    // Whether destroy() may be called where nobody waits for a disk or a network.
    virtual bool is_quick() const { return true; }

    // The keys of tokens that earlier processes, or dead ones, left behind; names alone will do.
    virtual Result<std::vector<KeyRecord>> old_tokens() = 0;

    // What was damaged when the shelf was opened, by place and remedy.
    virtual std::optional<Error> damage() const { return std::nullopt; }

    // What other processes destroyed since it was asked last; asked about twice a second.
    virtual KeyNews news() { return {}; }
};

}  // namespace shop
