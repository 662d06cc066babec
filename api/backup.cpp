#include "api/backup.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>

#include "api/keys_place.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/folder.hpp"
#include "events/keys/erasures.hpp"
#include "events/keys/key_store.hpp"
#include "events/record.hpp"
#include "events/rocksdb/rocksdb_log.hpp"
#include "events/schema_level.hpp"

namespace shop::api {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFormat = 1;
constexpr std::string_view kManifest = "backup.json";
constexpr std::string_view kLog = "log";

// What ./run and serve hold on to a folder with; no part of the shop.
constexpr std::array<std::string_view, 2> kLocks = {"run.lock", "lock"};

// Beside the log. Keys come behind it: each is durable before the first event that needs it.
constexpr std::array<std::string_view, 7> kKept = {
    "keys", "keys.json", "secrets", "sandbox", "staff-keys.json", "staff-key", "level.json"};

std::unexpected<Error> not_empty(const fs::path& folder) {
    return fail(ErrorCode::kConflict, "not-empty",
                "The folder " + folder.string() + " is not empty. Name one that is, or is new.");
}

Status copy_tree(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(from, error)) return {};
    fs::copy(from, to, fs::copy_options::recursive, error);
    if (!error) return {};
    return fail(
        ErrorCode::kUnavailable, "disk-failed",
        "Cannot copy " + from.string() + " to " + to.string() + ": " + error.message() + ".");
}

Status make_private(const fs::path& folder) {
    SHOP_TRY_STATUS(make_folder(folder));
    std::error_code error;
    fs::permissions(folder, fs::perms::owner_all, error);
    if (!error) return {};
    return fail(ErrorCode::kUnavailable, "disk-failed",
                "Cannot make " + folder.string() + " private: " + error.message() + ".");
}

Status write_manifest(const fs::path& folder, const BackupManifest& manifest) {
    std::ofstream out(folder / kManifest, std::ios::binary);
    out << json::to_json(manifest, json::Defaults::kWrite) << '\n';
    out.close();
    if (out) return {};
    return fail(ErrorCode::kUnavailable, "disk-failed",
                "Cannot write into " + folder.string() + ". Check the disk and its free space.");
}

Result<BackupManifest> read_manifest(const fs::path& folder) {
    std::ifstream in(folder / kManifest, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    // A newer program may have written more: only what is known here is looked at, and first of all
    // whether it is newer.
    json::Document document;
    const auto value = document.parse(text);
    const auto format = value && value->is_object() ? value->find("format") : std::nullopt;
    if (!format || format->type() != json::Type::kInteger)
        return fail(ErrorCode::kNotFound, "no-backup",
                    folder.string() + " holds no whole backup: " + std::string(kManifest) +
                        " is missing or unreadable.");
    const auto manifest = json::from_value<BackupManifest>(*value, json::Missing::kIsDefault);
    if (format->integer() > kFormat || !manifest || manifest->schema_level > schema_level())
        return fail(ErrorCode::kConflict, "newer-log",
                    "The backup in " + folder.string() + " was made by a newer program (" + text +
                        "). Restore it with that program or a later one.");
    return *manifest;
}

bool is_empty_but_for_locks(const fs::path& folder) {
    std::error_code error;
    for (const auto& file : fs::directory_iterator(folder, error))
        if (std::ranges::find(kLocks, file.path().filename().string()) == kLocks.end())
            return false;
    return true;
}

// Where a copy of the list lies.
fs::path beside(const fs::path& folder) {
    return fs::absolute(folder).lexically_normal().parent_path();
}

// Every backup puts a list beside it, be it empty: where there is none, it was left behind. Those
// by the month are beside it.
Result<fs::path> list_for(const RestoreFrom& from) {
    fs::path list = from.erasures.empty() ? beside(from.folder) / Erasures::kCopy : from.erasures;
    std::error_code ignored;
    if (!fs::exists(list, ignored))
        return fail(ErrorCode::kNotFound, "no-erasures",
                    "There is no list of erasures at " + list.string() +
                        ". Name one with --erasures; the shop's own is <data>/erasures/list.");
    for (const fs::path& each : all_lists(list)) SHOP_TRY_STATUS(require_whole(each));
    return list;
}

// Before the log is there: nothing can be opened that should not. One list after the other, for
// those by the month may be long.
Status carry_out(const fs::path& list, const fs::path& data) {
    SHOP_TRY_STATUS(Erasures(data).take_over(list));
    SHOP_TRY(elsewhere, find_keys_shop(data));
    if (elsewhere) return {};  // in a database: the start destroys there what is listed
    std::unique_ptr<KeyStore> keys;
    for (const fs::path& each : all_lists(list)) {
        SHOP_TRY(erasures, read_erasures(each));
        if (erasures.empty()) continue;
        if (!keys) {
            SHOP_TRY(opened, KeyStore::open(data / "keys"));
            keys = std::move(opened);
        }
        // A key that is damaged is told of at the start, which destroys what is listed again.
        const auto destroyed = destroy_keys(*keys, erasures);
        if (!destroyed) return std::unexpected(destroyed.error());
    }
    return {};
}

}  // namespace

Result<BackupManifest> back_up(const BackupSource& source, Time now, const fs::path& folder) {
    if (!is_empty_folder(folder)) return not_empty(folder);
    SHOP_TRY_STATUS(make_private(folder));
    SHOP_TRY_STATUS(source.log.copy_to(folder / kLog));
    for (const std::string_view name : kKept)
        SHOP_TRY_STATUS(copy_tree(source.data / name, folder / name));
    SHOP_TRY_STATUS(source.erasures.keep_copy_in(beside(folder)));
    SHOP_TRY_STATUS(sync_tree(folder));
    const BackupManifest manifest{kFormat, schema_level(), now};
    SHOP_TRY_STATUS(write_manifest(folder, manifest));
    SHOP_TRY_STATUS(sync_tree(folder));
    return manifest;
}

Result<Restored> restore(const RestoreFrom& from, const fs::path& data) {
    const fs::path& folder = from.folder;
    SHOP_TRY(manifest, read_manifest(folder));
    SHOP_TRY(list, list_for(from));
    if (!is_empty_but_for_locks(data)) return not_empty(data);
    SHOP_TRY_STATUS(make_private(data));
    for (const std::string_view name : kKept)
        SHOP_TRY_STATUS(copy_tree(folder / name, data / name));
    SHOP_TRY_STATUS(carry_out(list, data));
    const Status copied = Erasures(data).keep_copy_in(beside(folder));
    SHOP_TRY_STATUS(copy_tree(folder / kLog, data / kLog));
    SHOP_TRY_STATUS(sync_tree(data));
    return Restored{manifest, copied ? std::nullopt : std::optional(copied.error())};
}

}  // namespace shop::api
