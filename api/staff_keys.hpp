// The keys of staff: who may call the admin API, in which roles. Only their SHA-256 is kept, in
// <data>/staff-keys.json (mode 600), or where the processes of a shop keep their keys; a key itself
// is shown once, when it is made. Keys are 32 random bytes, so a plain hash is enough.
//
// Several processes may change them (`shopverse key …`): a running shop looks again once a second.
// Thread-safe.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/kept_text.hpp"
#include "core/base/describe.hpp"
#include "core/base/result.hpp"
#include "events/executor.hpp"

namespace shop::api {

enum class Role { kStaff, kOperator, kAuditor };
SHOP_DESCRIBE_ENUM(Role, kStaff, kOperator, kAuditor)

struct StaffKey {
    std::string id;  // "key_…", safe to show and to log
    std::string name;
    std::vector<Role> roles;
    std::string sha256;  // of the key, in hexadecimal
    Time created_at;
    std::optional<Time> revoked_at;
    bool operator==(const StaffKey&) const = default;
};
SHOP_DESCRIBE(StaffKey, id, name, roles, sha256, created_at, revoked_at)

// A key as its owner gets it, once.
struct NewStaffKey {
    std::string id;
    std::string secret;
};
SHOP_DESCRIBE(NewStaffKey, id, secret)

class StaffKeys {
  public:
    // `clock` outlives it. Errors: those of the file.
    static Result<std::unique_ptr<StaffKeys>> open(std::filesystem::path data, const Clock& clock);
    // The same, kept elsewhere.
    static Result<std::unique_ptr<StaffKeys>> open(std::filesystem::path data, const Clock& clock,
                                                   std::unique_ptr<KeptText> kept);

    // The key that is not revoked and has this secret.
    std::optional<StaffKey> find(std::string_view secret);
    std::vector<StaffKey> list();

    // Durable when they return. add() is kInvalid for an empty name or no role; revoke() is
    // kNotFound for an unknown id, and changes nothing the second time.
    Result<NewStaffKey> add(std::string name, std::vector<Role> roles);
    Status revoke(std::string_view id);

    // At the first start: makes a key with every role and writes it to <data>/staff-key (mode 600).
    // True if it did.
    Result<bool> make_first();

  private:
    StaffKeys(std::filesystem::path data, const Clock& clock, std::unique_ptr<KeptText> kept);
    StaffKey kept_of(const NewStaffKey& made, std::string name, std::vector<Role> roles) const;
    Status load();
    Status change(const std::function<Status(std::vector<StaffKey>&)>& change);
    void look_again();

    const std::filesystem::path data_;
    const Clock& clock_;
    const std::unique_ptr<KeptText> kept_;
    std::mutex mutex_;                 // guards all below
    std::optional<std::string> text_;  // as it was last seen, with what it says
    std::vector<StaffKey> keys_;
    Duration looked_at_;  // on the steady clock
};

}  // namespace shop::api
