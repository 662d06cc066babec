#include "api/staff_keys.hpp"

#include <algorithm>

#include "core/base/digest.hpp"
#include "core/base/text.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/private_file.hpp"

namespace shop::api {
namespace {

constexpr std::size_t kNameCharsMax = 100;
constexpr std::string_view kPrefix = "sk_";

struct KeyFile {
    std::vector<StaffKey> keys;
};
SHOP_DESCRIBE(KeyFile, keys)

std::string hash_of(std::string_view secret) {
    return to_hex(sha256(secret));
}

}  // namespace

StaffKeys::StaffKeys(std::filesystem::path data, const Clock& clock)
    : data_(std::move(data)), file_(data_ / "staff-keys.json"), clock_(clock) {}

Result<std::unique_ptr<StaffKeys>> StaffKeys::open(std::filesystem::path data, const Clock& clock) {
    std::unique_ptr<StaffKeys> keys(new StaffKeys(std::move(data), clock));
    const std::scoped_lock lock(keys->mutex_);
    SHOP_TRY_STATUS(keys->load());
    return keys;
}

Status StaffKeys::load() {
    SHOP_TRY(text, read_private(file_));
    looked_at_ = clock_.steady();
    if (!text) {
        keys_.clear();
        return {};
    }
    SHOP_TRY(file, json::from_json<KeyFile>(*text, json::Missing::kIsDefault));
    keys_ = std::move(file.keys);
    return {};
}

Status StaffKeys::save(const std::vector<StaffKey>& keys) {
    SHOP_TRY_STATUS(
        write_private(file_, json::to_json(KeyFile{keys}, json::Defaults::kWrite) + "\n"));
    return load();
}

// A file that cannot be read just now changes nothing: keys that were good stay good.
void StaffKeys::look_again() {
    if (clock_.steady() - looked_at_ < seconds(1)) return;
    looked_at_ = clock_.steady();
    std::error_code missing;
    // Read whole: two writes within one tick of the clock have the same time of change.
    if (std::filesystem::exists(file_, missing)) (void)load();
}

std::optional<StaffKey> StaffKeys::find(std::string_view secret) {
    const std::string hash = hash_of(secret);
    const std::scoped_lock lock(mutex_);
    look_again();
    for (const StaffKey& key : keys_)
        if (!key.revoked_at && equal_secrets(key.sha256, hash)) return key;
    return std::nullopt;
}

std::vector<StaffKey> StaffKeys::list() {
    const std::scoped_lock lock(mutex_);
    look_again();
    return keys_;
}

Result<NewStaffKey> StaffKeys::add(std::string name, std::vector<Role> roles) {
    if (name.empty() || name.size() > kNameCharsMax || !is_clean_text(name))
        return fail(ErrorCode::kInvalid, "bad-name", "Name the key, in 1 to 100 characters.");
    if (roles.empty())
        return fail(ErrorCode::kInvalid, "no-role",
                    "Give the key a role: staff, operator or auditor.");
    NewStaffKey made{"key_" + to_hex(sha256(random_bytes(32))).substr(0, 16),
                     std::string(kPrefix) + to_base64url(random_bytes(32))};
    const std::scoped_lock lock(mutex_);
    SHOP_TRY_STATUS(load());
    std::vector<StaffKey> keys = keys_;
    keys.push_back({made.id, std::move(name), std::move(roles), hash_of(made.secret), clock_.now(),
                    std::nullopt});
    SHOP_TRY_STATUS(save(keys));
    return made;
}

Status StaffKeys::revoke(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    SHOP_TRY_STATUS(load());
    std::vector<StaffKey> keys = keys_;
    const auto found = std::ranges::find(keys, id, &StaffKey::id);
    if (found == keys.end())
        return fail(ErrorCode::kNotFound, "no-such-key",
                    "There is no such key; see: shopverse key list.");
    if (found->revoked_at) return {};
    found->revoked_at = clock_.now();
    return save(keys);
}

Result<bool> StaffKeys::make_first() {
    if (!list().empty()) return false;
    SHOP_TRY(made, add("first", {Role::kStaff, Role::kOperator, Role::kAuditor}));
    SHOP_TRY_STATUS(write_private(data_ / "staff-key", made.secret + "\n"));
    return true;
}

}  // namespace shop::api
