// Whose keys were destroyed: what has to outlive every backup. A backup holds the keys of whoever
// is erased after it was made; the lists, which are in none of them, let whoever restores it
// destroy those keys again. So it is for the keys of those whom nobody knows, and who did not buy:
// of carts that expired, and of guests for whom an order by phone was tried and failed.
//
//   <data>/erasures/
//
//     list            {"customer":"cus_…","keys":["4711.Xa7fQ9"],…}
//
//                     Customers, one a line. Kept for ever.
//
//     list.2026-11    {"keys":["4712.bT3kLm"]}
//
//                     What expired in that month, some hundred keys a line. The newest 14 are
//                     kept: 13 months, and the one that is going on.
//
//     copies          The folders that keep a copy of all, as "erasures" and "erasures.2026-11".
//
// Ids alone. Lists only grow (line_list.hpp), and a line is on the disk before the first of its
// keys is destroyed. So an erasure which a crash cuts short is carried out at the next start; what
// expires, whose key is listed once, at the next look. Lists of earlier programs have carts between
// the customers, without a customer.
//
// What expired leaves the lists, for there is very much of it, and little rests on it: a shop that
// is restored whole finds by itself what is over, and ends its keys within two hours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/base/actor.hpp"
#include "core/base/describe.hpp"
#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "events/keys/line_list.hpp"

namespace shop {

class KeyStore;

struct Erasure {
    CustomerId customer;  // empty: somebody nobody knows
    std::vector<std::string> keys;
    Reason reason;
    Time at;
    bool operator==(const Erasure&) const = default;
};
SHOP_DESCRIBE(Erasure, customer, keys, reason, at)

// A cart or a checkout whose time is over, and what its buyers' data are sealed with.
struct ExpiringStream {
    StreamId stream;
    std::vector<std::string> keys;
    bool operator==(const ExpiringStream&) const = default;
};

// The erasures of one list, or of a copy of one, without a torn end; none if there is no such file.
// kCorrupt "damaged-erasures".
Result<std::vector<Erasure>> read_erasures(const std::filesystem::path& list);

// Refuses a torn end too. In a shop's own list it was never carried out; in a copy it says that
// something is missing. kCorrupt "damaged-erasures".
Status require_whole(const std::filesystem::path& list);

// The lists by the month beside the list `list`, or beside a copy of it; the oldest first. And
// both.
std::vector<std::filesystem::path> expired_lists(const std::filesystem::path& list);
std::vector<std::filesystem::path> all_lists(const std::filesystem::path& list);

// Destroys all their keys; durable when it returns. What is gone already stays gone. The keys that
// stay, for they are damaged (KeyStore::destroy).
Result<std::vector<std::string>> destroy_keys(KeyStore& keys, std::span<const Erasure> erasures);

// Thread-safe; every call but the constructor waits for the disk.
class Erasures {
  public:
    static constexpr std::string_view kCopy = "erasures";  // in a folder that keeps one

    explicit Erasures(const std::filesystem::path& data) : folder_(data / "erasures") {}

    std::filesystem::path list() const { return folder_ / "list"; }
    // What `list()` says.
    Result<std::vector<Erasure>> all() const;

    // Lists them here, and then in each copy. The folders whose copy could not be written: it is
    // made whole with the next.
    Result<std::vector<std::filesystem::path>> add(std::span<const Erasure> erasures);
    // The same of keys of what expired, without those that were listed before and are not
    // destroyed, as far as this object was told: there may be a try each minute.
    Result<std::vector<std::filesystem::path>> add_expired(std::vector<std::string> keys, Time now);
    void expired_destroyed(std::span<const std::string> keys);

    // From now on `folder` keeps a copy.
    Status keep_copy_in(const std::filesystem::path& folder);

    // Adds what a crash kept from being copied. The folders whose copy could not be written.
    Result<std::vector<std::filesystem::path>> bring_up_copies();

    // Lists here what another list says, and those by the month beside it.
    Status take_over(const std::filesystem::path& other);

  private:
    // How long each list of a copy was when it was whole, by its name in here; a copy of which it
    // is not known has to be compared first.
    using Sizes = std::map<std::string, std::uintmax_t>;

    Result<Lines> copies() const;
    Result<std::vector<std::filesystem::path>> append(const std::string& name, const Lines& lines);
    Status append_to_copy(const std::filesystem::path& folder, const std::string& name,
                          const Lines& lines);
    Status bring_up(const std::filesystem::path& folder);

    const std::filesystem::path folder_;
    mutable std::mutex mutex_;                        // of the files, and of what follows
    std::map<std::string, Sizes> copies_;             // by their folders
    std::unordered_set<std::string> listed_expired_;  // keys that are not destroyed yet
};

// What came of it: nothing of this is worth stopping for.
struct CarriedOut {
    std::vector<std::filesystem::path> failed_copies;  // folders
    std::vector<std::string> damaged_keys;             // which nobody can open, and were left
};

// What has to happen before erasures are recorded: they are listed first, so that whatever
// interrupts this, the next start carries it out; then their keys are gone, in this process and on
// the disk.
Result<CarriedOut> carry_out(Erasures& erasures, KeyStore& keys, std::span<const Erasure> all);

// The same of keys of what expired; what is gone already was listed then, and is not listed again.
Result<CarriedOut> carry_out_expired(Erasures& erasures, KeyStore& keys,
                                     std::span<const std::string> all, Time now);

}  // namespace shop
