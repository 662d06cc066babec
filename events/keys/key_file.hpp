// <data>/keys/keys: the data keys, in records of 64 bytes, so that none crosses a disk sector.
//
//   record 0       "shopverse keys 1\n" 0[23] records[8] check[16]
//   record n > 0   tag[6] state[1] 0[1] key[32] number[8] check[16]
//
// `number` is n, little endian. `state` is 'k' for the key of a person, 't' for that of a payment
// token, or 'd' when the key is destroyed and its bytes are zero. `check` is the beginning of the
// SHA-256 of the 48 bytes before it. The random tag tells a key from another one of the same
// number, as there may be after an old copy was restored.
//
// The file only grows, by blocks. A block is synced, then `records` counts it, synced again, and
// only then its keys are used: what stands behind the counted records is torn and is cut at the
// next start. A damaged record is one key that nobody can use; the others are as good as before. A
// destroyed key is overwritten in place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "events/keys/key_shelf.hpp"

namespace shop {

// Some of a file's records, in the order of their numbers.
struct KeyBlock {
    std::vector<KeyRecord> keys;         // destroyed ones too
    std::vector<std::uint64_t> damaged;  // numbers of those that nobody can use
    std::uint64_t last = 0;              // number of the last one
};

class KeyFile final : public KeyShelf {
  public:
    // Makes the file if it is missing. Cuts a torn end; looks at the last 65,536 records (the
    // others are checked when they are read). kCorrupt if its header is damaged, records are
    // missing, or over 1,024 of these are damaged: then the file is, and not some keys in it.
    // kConflict "not-private".
    static Result<std::unique_ptr<KeyFile>> open(const std::filesystem::path& path);
    KeyFile(const KeyFile&) = delete;
    KeyFile& operator=(const KeyFile&) = delete;
    ~KeyFile() override;

    // Nothing more after it failed once, or sync() did: what is on the disk is unknown.
    Result<std::vector<KeyRecord>> append(std::size_t count, KeyUse use) override;
    Result<std::optional<KeyRecord>> read(const KeyName& name) const override;
    // Those that were there when the file was opened, and are not destroyed. Reads all of the file.
    Result<std::vector<KeyRecord>> old_tokens() override;
    using KeyShelf::destroy;
    // A damaged key too, unless nobody can tell whose it is.
    Status destroy(const KeyName& name) override;
    Status sync() override;
    std::optional<Error> damage() const override;

    // All that were there when the file was opened, some thousand at once. Stops at the first
    // error, which is its own: kUnavailable "key-file", or that of `use`.
    Status read_all(const std::function<Status(KeyBlock)>& use) const;
    // Of these, 0 if there are none.
    std::uint64_t last_number() const { return old_records_ - 1; }

  private:
    KeyFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
    std::unexpected<Error> io_error(std::string_view doing) const;
    std::unexpected<Error> failed(std::string_view doing);
    void look_at_newest();
    bool has_tag(const KeyName& name) const;

    const std::filesystem::path path_;
    const int fd_;
    std::uint64_t records_ = 0;                // with record 0; of the appending thread
    std::uint64_t old_records_ = 0;            // when it was opened
    std::vector<std::uint64_t> damaged_ = {};  // seen then
    std::mutex mutex_;
    std::optional<Error> failure_;  // guarded by mutex_
};

}  // namespace shop
