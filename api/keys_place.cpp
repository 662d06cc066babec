#include "api/keys_place.hpp"

#include "core/base/describe.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/keys/private_file.hpp"

namespace shop::api {
namespace {

struct KeysFile {
    std::string keys;  // "postgres"
    LogId shop;
};
SHOP_DESCRIBE(KeysFile, keys, shop)

std::filesystem::path keys_file(const std::filesystem::path& data) {
    return data / "keys.json";
}

}  // namespace

Result<std::optional<LogId>> find_keys_shop(const std::filesystem::path& data) {
    SHOP_TRY(text, read_private(keys_file(data)));
    if (!text) return std::nullopt;
    SHOP_TRY(file, json::from_json<KeysFile>(*text, json::Missing::kIsDefault));
    return file.shop;
}

Status remember_keys_shop(const std::filesystem::path& data, const LogId& shop) {
    SHOP_TRY(known, find_keys_shop(data));
    if (known == shop) return {};
    const KeysFile file{"postgres", shop};
    return write_private(keys_file(data), json::to_json(file, json::Defaults::kWrite) + "\n");
}

Status require_keys_here(const std::filesystem::path& data) {
    SHOP_TRY(shop, find_keys_shop(data));
    if (!shop) return {};
    return fail(ErrorCode::kConflict, "keys-elsewhere",
                "The keys of the shop in " + data.string() +
                    " are in a database. Name it with --keys CONNINFO, or SHOPVERSE_KEYS.");
}

}  // namespace shop::api
