// The keys of personal and secret values: one data key per person, kept apart from the log and
// outliving it. What the log holds is ciphertext (core/base/sealed.hpp: AES-256-GCM, the key id as
// associated data); destroying a key erases the person in every copy of the log.
//
// Keys are made ahead of need, in blocks that are durable on their shelf (key_shelf.hpp) before any
// of them is handed out: a key in use is always durable, and sealing costs no sync. Memory holds
// those made ahead and some thousands used lately; others are read from the shelf, on the caller's
// thread. What another process destroys is gone here within a second. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/sealed.hpp"
#include "events/keys/key_shelf.hpp"
#include "events/keys/secrets.hpp"

namespace shop {

class KeyStore {
  public:
    // Opens the store in `folder`, for one process at a time; it is made with mode 700 if it is
    // missing. kCorrupt names file and remedy (key_file.hpp); kConflict "not-private".
    static Result<std::unique_ptr<KeyStore>> open(const std::filesystem::path& folder,
                                                  IfMissing if_missing = IfMissing::kMake);
    explicit KeyStore(std::unique_ptr<KeyShelf> shelf);
    ~KeyStore();

    // The id of a fresh key, for a person that has none yet, or for one payment token. At once, as
    // a rule; waits for the disk when keys are taken faster than they can be synced. kUnavailable
    // once the disk has failed.
    Result<std::string> new_key(KeyUse use = KeyUse::kPerson);

    // kNotFound "erased" if the key was destroyed or is not known.
    Result<Sealed> seal(const std::string& key, std::string_view plain);
    Result<std::string> open(const Sealed& sealed) const;

    // What was damaged when it was opened, by place and remedy: what is sealed under these keys
    // cannot be read, and all else can.
    std::optional<Error> damage() const;

    // Those that are there; a damaged one is.
    std::vector<std::string> not_destroyed(std::span<const std::string> keys) const;

    // Durable when it returns; destroying again changes nothing, and so does an unknown key. Those
    // that are left, for they are damaged so that nobody can tell whose they are; nor can anybody
    // open anything with them.
    Result<std::vector<std::string>> destroy(const std::string& key);
    Result<std::vector<std::string>> destroy(std::span<const std::string> keys);

    // The same without waiting for the disk: gone at once for this and every later process, synced
    // within a second. For the keys of payment tokens, of which each order has one.
    Status destroy_soon(const std::string& key);

    // Soon destroys all keys of tokens that earlier processes left, but those in `needed`: what
    // they should have destroyed before they died, or did, before the power went. On the store's
    // own thread; what fails is done at the next start.
    void destroy_old_tokens(std::unordered_set<std::string> needed);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shop
