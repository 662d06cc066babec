#include "api/move_keys.hpp"

#include <fmt/format.h>

#include <array>
#include <unordered_set>

#include "api/event_log.hpp"
#include "api/keys/key_transfer.hpp"
#include "api/keys/keys_schema.hpp"
#include "api/keys_place.hpp"
#include "api/serve/data_folder.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_file.hpp"
#include "events/keys/private_file.hpp"
#include "events/keys/secrets.hpp"

namespace shop::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMoved = "keys.moved";
constexpr std::array<std::string_view, 5> kTaken = {"keys/keys", "secrets/command-ids",
                                                    "secrets/cart-tokens", "secrets/signing",
                                                    "staff-keys.json"};

using Ids = std::unordered_set<std::string>;

fs::path key_file(const fs::path& data) {
    return data / "keys" / "keys";
}

// Whose erasure was begun, and may have been cut short.
Result<Ids> listed_keys(const fs::path& data) {
    Ids ids;
    for (const fs::path& list : all_lists(Erasures(data).list())) {
        SHOP_TRY(erasures, read_erasures(list));
        for (const Erasure& erasure : erasures)
            ids.insert(erasure.keys.begin(), erasure.keys.end());
    }
    return ids;
}

std::unexpected<Error> damaged(const fs::path& file, std::uint64_t number) {
    return fail(ErrorCode::kCorrupt, "damaged-keys",
                fmt::format("Key {} in {} is damaged, and nothing was moved. Put it back from a "
                            "backup (docs/operating.md, Damaged keys), or say --leave-damaged: "
                            "what is sealed under it can then never be read again.",
                            number, file.string()));
}

Status copy_keys(const KeysMove& move, const KeyFile& file, const KeysProgress& progress,
                 KeyTransfer& to, MovedKeys& moved) {
    SHOP_TRY(listed, listed_keys(move.data));
    return file.read_all([&](KeyBlock block) -> Status {
        if (!block.damaged.empty() && move.damaged == DamagedKeys::kRefuse)
            return damaged(key_file(move.data), block.damaged.front());
        moved.damaged.insert(moved.damaged.end(), block.damaged.begin(), block.damaged.end());
        std::erase_if(block.keys, [&](const KeyRecord& key) {
            return key.destroyed || listed.contains(key.id());
        });
        SHOP_TRY_STATUS(to.add_keys(block.keys));
        progress(block.last, file.last_number());
        return {};
    });
}

Status copy_others(const fs::path& data, KeyTransfer& to) {
    SHOP_TRY(secrets, load_secrets(data, IfMissing::kRefuse));
    SHOP_TRY_STATUS(to.add_secret("command-ids", secrets.command_ids));
    SHOP_TRY_STATUS(to.add_secret("cart-tokens", secrets.cart_tokens));
    SHOP_TRY_STATUS(to.add_secret("signing", secrets.signing));
    SHOP_TRY(staff, read_private(data / "staff-keys.json"));
    return staff ? to.add_text(kStaffKeysText, *staff) : Status{};
}

Result<MovedKeys> copy(const KeysMove& move, const LogId& shop, const KeysProgress& progress,
                       KeyTransfer& to) {
    if (!fs::exists(key_file(move.data)))
        return fail(ErrorCode::kCorrupt, "no-keys",
                    key_file(move.data).string() +
                        " is missing; restore the folder from the same backup as the log.");
    SHOP_TRY(file, KeyFile::open(key_file(move.data)));
    MovedKeys moved;
    SHOP_TRY_STATUS(to.begin(shop));
    SHOP_TRY_STATUS(copy_keys(move, *file, progress, to, moved));
    SHOP_TRY_STATUS(copy_others(move.data, to));
    SHOP_TRY_STATUS(to.commit(file->last_number()));
    return moved;
}

Status put_aside(const fs::path& data) {
    const fs::path folder = data / kMoved;
    SHOP_TRY_STATUS(make_private_folder(folder));
    for (const std::string_view name : kTaken) {
        const fs::path from = data / name;
        std::error_code error;
        if (!fs::exists(from, error)) continue;
        fs::rename(from, folder / from.filename(), error);
        if (error)
            return fail(ErrorCode::kUnavailable, "disk-failed",
                        fmt::format("Cannot rename {}: {}.", from.string(), error.message()));
    }
    SHOP_TRY_STATUS(sync_folder(folder));
    return sync_folder(data);
}

// What is left of the folder of keys. Whether there was any.
bool drop_key_folder(const fs::path& data) {
    std::error_code ignored;
    return fs::remove(key_file(data).parent_path(), ignored);
}

std::unexpected<Error> not_its_own(const fs::path& data) {
    return fail(ErrorCode::kConflict, "other-keys",
                fmt::format("The keys of the shop in {} were moved to another database. Name that "
                            "one.",
                            data.string()));
}

std::unexpected<Error> moved_before(const fs::path& data) {
    return fail(ErrorCode::kConflict, "keys-elsewhere",
                fmt::format("The keys of the shop in {} are in that database already. Start it "
                            "with --keys CONNINFO.",
                            data.string()));
}

}  // namespace

Result<MovedKeys> move_keys(const KeysMove& move, const KeysProgress& progress) {
    if (!has_event_log(move.data))
        return fail(
            ErrorCode::kNotFound, "no-log",
            "There is no shop in " + move.data.string() + ". Name its data folder with --data.");
    SHOP_TRY(folder, DataFolder::open(move.data));
    (void)folder;  // held until the end
    SHOP_TRY(to, KeyTransfer::open(move.keys));
    SHOP_TRY(known, find_keys_shop(move.data));
    MovedKeys moved;
    if (!known) {
        SHOP_TRY(shop, log_id_in(move.data));
        SHOP_TRY(copied, copy(move, shop, progress, to));
        moved = std::move(copied);
        SHOP_TRY_STATUS(remember_keys_shop(move.data, shop));
    } else {
        SHOP_TRY(there, to.shop());
        if (there != known) return not_its_own(move.data);
    }
    SHOP_TRY_STATUS(put_aside(move.data));
    SHOP_TRY(is_news, to.finish());
    const bool was_left = drop_key_folder(move.data);
    if (!is_news && !was_left) return moved_before(move.data);
    SHOP_TRY(counts, to.counts());
    moved.persons = counts.persons;
    moved.tokens = counts.tokens;
    return moved;
}

}  // namespace shop::api
