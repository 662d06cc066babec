// <data>/keys/keys: the data keys, in records of 64 bytes, so that none crosses a disk sector.
//
//   record 0       "shopverse keys 1\n" 0[23] records[8] check[16]
//   record n > 0   tag[6] state[1] 0[1] key[32] number[8] check[16]
//
// `number` is n, little endian. `state` is 'k' for the key of a person, 't' for that of a payment
// token, or 'd' when the key is destroyed and its bytes are zero. `check` is the beginning of the
// SHA-256 of the 48 bytes before it. A key's id is its number and its tag, "4711.Xa7fQ9zR": the
// random tag tells a key from another one of the same number, as there may be after an old copy was
// restored.
//
// The file only grows, by blocks. A block is synced, then `records` counts it, synced again, and
// only then its keys are used: what stands behind the counted records is torn and is cut at the
// next start. A damaged record is one key that nobody can use; the others are as good as before. A
// destroyed key is overwritten in place.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace shop {

using DataKey = std::array<unsigned char, 32>;

// Told apart because a token's key is of use for minutes, a person's for years.
enum class KeyUse : std::uint8_t { kPerson, kToken };

struct KeyRecord {
    std::uint64_t number = 0;
    std::array<char, 6> tag{};
    KeyUse use = KeyUse::kPerson;
    bool destroyed = false;
    DataKey key{};
    std::string id() const;
};

// Number and tag of a key id, or nothing if it is none.
struct KeyName {
    std::uint64_t number = 0;
    std::array<char, 6> tag{};
};
std::optional<KeyName> parse_key_id(std::string_view id);

// The file alone: knows nothing of blocks or caches. Reading and overwriting are thread-safe,
// append() is for one thread.
class KeyFile {
  public:
    // Makes the file if it is missing. Cuts a torn end; looks at the last 65,536 records (the
    // others are checked when they are read). kCorrupt if its header is damaged, records are
    // missing, or over 1,024 of these are damaged: then the file is, and not some keys in it.
    // kConflict "not-private".
    static Result<KeyFile> open(const std::filesystem::path& path);
    KeyFile(KeyFile&& other) noexcept;
    KeyFile& operator=(KeyFile&&) = delete;
    ~KeyFile();

    // `count` fresh keys at the end of the file, durable.
    Result<std::vector<KeyRecord>> append(std::size_t count, KeyUse use);

    // What was damaged when the file was opened, by place and remedy.
    std::optional<Error> damage() const;

    // Nothing if there is no such key. kCorrupt if its record is damaged.
    Result<std::optional<KeyRecord>> read(const KeyName& name) const;

    // The keys of tokens that were there when the file was opened, and are not destroyed. Reads all
    // of the file.
    Result<std::vector<KeyRecord>> old_tokens() const;

    // Overwrites the key, if it is there and is not destroyed; visible at once, durable after
    // sync(). A damaged one too, unless nobody can tell whose it is: kCorrupt.
    Status destroy(const KeyName& name);
    Status sync();

  private:
    KeyFile(std::filesystem::path path, int fd, std::uint64_t records)
        : path_(std::move(path)), fd_(fd), records_(records), old_records_(records) {}
    std::unexpected<Error> io_error(std::string_view doing) const;
    void look_at_newest();
    bool has_tag(const KeyName& name) const;

    std::filesystem::path path_;
    int fd_;
    std::uint64_t records_;                    // with record 0; of the appending thread
    std::uint64_t old_records_;                // when it was opened
    std::vector<std::uint64_t> damaged_ = {};  // seen then
};

}  // namespace shop
