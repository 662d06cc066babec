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
constexpr int kTriesMax = 10;
constexpr std::string_view kPrefix = "sk_";

struct KeyFile {
    std::vector<StaffKey> keys;
};
SHOP_DESCRIBE(KeyFile, keys)

NewStaffKey draw() {
    return {"key_" + to_hex(sha256(random_bytes(32))).substr(0, 16),
            std::string(kPrefix) + to_base64url(random_bytes(32))};
}

std::string hash_of(std::string_view secret) {
    return to_hex(sha256(secret));
}

}  // namespace

StaffKeys::StaffKeys(std::filesystem::path data, const Clock& clock, std::unique_ptr<KeptText> kept)
    : data_(std::move(data)), clock_(clock), kept_(std::move(kept)) {}

Result<std::unique_ptr<StaffKeys>> StaffKeys::open(std::filesystem::path data, const Clock& clock) {
    auto file = kept_in_file(data / "staff-keys.json");
    return open(std::move(data), clock, std::move(file));
}

Result<std::unique_ptr<StaffKeys>> StaffKeys::open(std::filesystem::path data, const Clock& clock,
                                                   std::unique_ptr<KeptText> kept) {
    std::unique_ptr<StaffKeys> keys(new StaffKeys(std::move(data), clock, std::move(kept)));
    const std::scoped_lock lock(keys->mutex_);
    SHOP_TRY_STATUS(keys->load());
    return keys;
}

Status StaffKeys::load() {
    SHOP_TRY(text, kept_->read());
    looked_at_ = clock_.steady();
    if (text && text == text_) return {};
    KeyFile file;
    if (text) {
        SHOP_TRY(read, json::from_json<KeyFile>(*text, json::Missing::kIsDefault));
        file = std::move(read);
    }
    keys_ = std::move(file.keys);
    text_ = std::move(text);
    return {};
}

// Anew if another program has changed them meanwhile.
Status StaffKeys::change(const std::function<Status(std::vector<StaffKey>&)>& change) {
    for (int turn = 0; turn < kTriesMax; ++turn) {
        SHOP_TRY_STATUS(load());
        std::vector<StaffKey> keys = keys_;
        SHOP_TRY_STATUS(change(keys));
        if (keys == keys_) return {};
        SHOP_TRY(is_done, kept_->replace(
                              text_, json::to_json(KeyFile{keys}, json::Defaults::kWrite) + "\n"));
        if (is_done) return load();
    }
    return fail(ErrorCode::kUnavailable, "too-busy",
                "Others change the staff keys all the time; try again.");
}

// What cannot be read just now, or is gone, changes nothing: keys that were good stay good.
void StaffKeys::look_again() {
    if (clock_.steady() - looked_at_ < seconds(1)) return;
    looked_at_ = clock_.steady();
    const auto text = kept_->read();
    if (text && *text) (void)load();
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

StaffKey StaffKeys::kept_of(const NewStaffKey& made, std::string name,
                            std::vector<Role> roles) const {
    return {made.id,      std::move(name), std::move(roles), hash_of(made.secret),
            clock_.now(), std::nullopt};
}

Result<NewStaffKey> StaffKeys::add(std::string name, std::vector<Role> roles) {
    if (name.empty() || name.size() > kNameCharsMax || !is_clean_text(name))
        return fail(ErrorCode::kInvalid, "bad-name", "Name the key, in 1 to 100 characters.");
    if (roles.empty())
        return fail(ErrorCode::kInvalid, "no-role",
                    "Give the key a role: staff, operator or auditor.");
    NewStaffKey made = draw();
    const std::scoped_lock lock(mutex_);
    SHOP_TRY_STATUS(change([&](std::vector<StaffKey>& keys) -> Status {
        keys.push_back(kept_of(made, name, roles));
        return {};
    }));
    return made;
}

Status StaffKeys::revoke(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    return change([&](std::vector<StaffKey>& keys) -> Status {
        const auto found = std::ranges::find(keys, id, &StaffKey::id);
        if (found == keys.end())
            return fail(ErrorCode::kNotFound, "no-such-key",
                        "There is no such key; see: shopverse key list.");
        if (!found->revoked_at) found->revoked_at = clock_.now();
        return {};
    });
}

// Of several processes that start together one makes it.
Result<bool> StaffKeys::make_first() {
    const NewStaffKey made = draw();
    bool is_first = false;
    const std::scoped_lock lock(mutex_);
    SHOP_TRY_STATUS(change([&](std::vector<StaffKey>& keys) -> Status {
        is_first = keys.empty();
        if (is_first)
            keys.push_back(kept_of(made, "first", {Role::kStaff, Role::kOperator, Role::kAuditor}));
        return {};
    }));
    if (is_first) SHOP_TRY_STATUS(write_private(data_ / "staff-key", made.secret + "\n"));
    return is_first;
}

}  // namespace shop::api
