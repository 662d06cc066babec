// Who was erased, and under which keys: what has to outlive every backup. A backup holds the keys
// of whoever is erased after it was made; the list, which is in none of them, lets whoever restores
// it destroy those keys again. So it is for the keys of carts that expired, whose buyers nobody
// knows.
//
//   <data>/erasures/list     {"customer":"cus_…","keys":["4711.Xa7fQ9"],…}, one a line; of a cart
//                            without a customer
//   <data>/erasures/copies   the folders that keep a copy of the list, as the file "erasures"
//
// Ids alone; nothing is ever taken out (a cart takes 100 bytes). An erasure is listed before its
// first key is destroyed, so that one which a crash cuts short is carried out at the next start.
#pragma once

#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace shop {

class KeyStore;

struct Erasure {
    CustomerId customer;  // empty: the buyer of a cart
    std::vector<std::string> keys;
    Reason reason;
    Time at;
    bool operator==(const Erasure&) const = default;
};
SHOP_DESCRIBE(Erasure, customer, keys, reason, at)

// The erasures of a list, or of a copy of one; none if there is no such file. kCorrupt.
Result<std::vector<Erasure>> read_erasures(const std::filesystem::path& file);

// Destroys all their keys; durable when it returns. What is gone already stays gone.
Status destroy_keys(KeyStore& keys, std::span<const Erasure> erasures);

// Thread-safe; every call but the constructor waits for the disk.
class Erasures {
  public:
    static constexpr std::string_view kCopy = "erasures";  // in a folder that keeps one

    explicit Erasures(const std::filesystem::path& data) : folder_(data / "erasures") {}

    Result<std::vector<Erasure>> all() const;

    // Lists them here, and then in each copy; what is listed stays once. The folders whose copy
    // could not be written: it is made whole with the next.
    Result<std::vector<std::filesystem::path>> add(std::span<const Erasure> erasures);

    // From now on `folder` keeps a copy.
    Status keep_copy_in(const std::filesystem::path& folder);

  private:
    const std::filesystem::path folder_;
    mutable std::mutex mutex_;  // of the files
};

// What has to happen before erasures are recorded: they are listed first, so that whatever
// interrupts this, the next start carries it out; then their keys are gone, in this process and on
// the disk. The folders whose copy of the list could not be written.
Result<std::vector<std::filesystem::path>> carry_out(Erasures& erasures, KeyStore& keys,
                                                     std::span<const Erasure> all);

}  // namespace shop
