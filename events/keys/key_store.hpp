// The keys of personal and secret values: one data key per person, kept apart from the log and
// outliving it. What the log holds is ciphertext (core/base/sealed.hpp: AES-256-GCM, the key id as
// associated data); destroying a key erases the person in every copy of the log.
//
// Keys are made ahead of need, in blocks that are synced to <folder>/ before any of them is handed
// out: a key in use is always durable, and sealing costs no sync. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/sealed.hpp"

namespace shop {

class KeyStore {
  public:
    // Opens the store in `folder` (made with mode 700 if missing). kCorrupt names file and remedy.
    static Result<std::unique_ptr<KeyStore>> open(const std::filesystem::path& folder);
    ~KeyStore();

    // The id of a fresh key, for a person that has none yet.
    Result<std::string> new_key();

    // kNotFound "erased" if the key was destroyed or is not known.
    Result<Sealed> seal(const std::string& key, std::string_view plain);
    Result<std::string> open(const Sealed& sealed) const;

    // Durable when it returns; destroying again changes nothing.
    Status destroy(const std::string& key);

  private:
    struct Impl;
    explicit KeyStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace shop
