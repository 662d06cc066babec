#include "api/serve/shop_keys.hpp"

#include "api/keys/keys_schema.hpp"
#include "api/keys_place.hpp"

namespace shop::api {
namespace {

Result<ShopKeys> open_in_folder(const DataFolder& folder) {
    const auto& data = folder.path();
    SHOP_TRY_STATUS(require_keys_here(data));
    SHOP_TRY(secrets, load_secrets(data, folder.if_missing()));
    SHOP_TRY(store, KeyStore::open(data / "keys", folder.if_missing()));
    return ShopKeys{std::move(secrets), std::move(store)};
}

std::unexpected<Error> in_folder(const std::filesystem::path& data) {
    return fail(ErrorCode::kConflict, "keys-elsewhere",
                "The shop in " + data.string() +
                    " keeps its keys in that folder. Start it without --keys, or take them into "
                    "an empty database first: shopverse keys move.");
}

std::unexpected<Error> of_another(const std::filesystem::path& data) {
    return fail(ErrorCode::kConflict, "other-keys",
                "The keys are another shop's than those of the shop in " + data.string() +
                    ". Name its own database of keys.");
}

}  // namespace

Result<ShopKeys> open_shop_keys(const DataFolder& folder, const std::string& conninfo,
                                const Clock& clock) {
    if (conninfo.empty()) return open_in_folder(folder);
    const auto& data = folder.path();
    SHOP_TRY(known, find_keys_shop(data));
    if (!known && std::filesystem::exists(data / "keys")) return in_folder(data);
    SHOP_TRY(shelf, PostgresShelf::open(conninfo, clock, folder.if_missing()));
    ShopKeys keys{.secrets = {}, .store = nullptr, .shelf = shelf.get()};
    SHOP_TRY(name, shelf->log_name());
    if (known && *known != name) return of_another(data);
    SHOP_TRY(secrets, shelf->secrets());
    SHOP_TRY(peers, shelf->secret("peers"));
    keys.secrets = std::move(secrets);
    keys.peer_secret = std::move(peers);
    keys.log_name = name;
    keys.store = std::make_unique<KeyStore>(std::move(shelf));
    return keys;
}

Result<std::unique_ptr<StaffKeys>> open_staff_keys(const DataFolder& folder, const ShopKeys& keys,
                                                   const Clock& clock) {
    if (keys.shelf == nullptr) return StaffKeys::open(folder.path(), clock);
    return StaffKeys::open(folder.path(), clock, keys.shelf->text(std::string(kStaffKeysText)));
}

Status remember_shop_keys(const DataFolder& folder, const ShopKeys& keys) {
    return keys.shelf == nullptr ? Status{} : remember_keys_shop(folder.path(), keys.log_name);
}

}  // namespace shop::api
